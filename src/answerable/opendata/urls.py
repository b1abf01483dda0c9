"""Addresses of open data: files are the same for every language and made to be kept; the page tells of them."""

from __future__ import annotations

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from . import views

app_name = "opendata"
urlpatterns = [
    path("opendata/<str:name>", views.file, name="file"),
    path("<page_language:lang>/open-data/", views.index, name="index"),
]
