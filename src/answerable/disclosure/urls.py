"""Everybody's addresses of published figures."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "disclosure"
urlpatterns = [
    path("<page_language:lang>/figures/", public.index, name="index"),
    path("<page_language:lang>/figures/<int:area_id>/", public.area, name="area"),
    path("figures/cases-<str:quarter>.csv", public.file, name="file"),
]
