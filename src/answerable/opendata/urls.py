"""Addresses of open data: the same for every language, made to be kept."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "opendata"
urlpatterns = [path("opendata/<str:name>", views.file, name="file")]
