"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "handover"
urlpatterns = [
    path("<page_language:lang>/area/<int:area_id>/answers/", public.who, name="who"),
]
