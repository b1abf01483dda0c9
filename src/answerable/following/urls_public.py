"""Everybody's addresses of this room: `/<language>/...`. A tracking code never stands in one."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import follow, project

app_name = "following"
urlpatterns = [
    path("<page_language:lang>/follow/", follow.follow, name="follow"),
    path("<page_language:lang>/follow/say/", follow.say, name="say"),
    path("<page_language:lang>/project/<slug:key>/", project.project_page, name="project"),
    path("<page_language:lang>/project/<slug:key>/follow/", project.thread, name="thread"),
]
