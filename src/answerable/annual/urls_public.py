"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "annual"
urlpatterns = [
    path("<page_language:lang>/report/", public.programme, name="programme"),
    path("<page_language:lang>/area/<int:area_id>/report/", public.newest, name="newest"),
    path("<page_language:lang>/area/<int:area_id>/report/<int:year>/", public.report, name="report"),
]
