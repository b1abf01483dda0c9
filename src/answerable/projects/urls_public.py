"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "projects"
urlpatterns = [
    path("<page_language:lang>/area/<int:area_id>/choices/", public.area_choices, name="choices"),
]
