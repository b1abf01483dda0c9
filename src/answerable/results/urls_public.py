"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "results"
urlpatterns = [
    path("<page_language:lang>/results/", public.programme, name="programme"),
    path("<page_language:lang>/area/<int:area_id>/results/", public.area_results, name="area"),
]
