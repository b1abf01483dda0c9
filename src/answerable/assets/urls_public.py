"""Everybody's addresses of things: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "assets"
urlpatterns = [
    path("<page_language:lang>/asset/<int:asset_id>/", public.asset, name="asset"),
    path("<page_language:lang>/area/<int:area_id>/working/", public.working, name="working"),
]
