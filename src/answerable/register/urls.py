"""Addresses of the register's files: the same for every language, made to be kept by others."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "register"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("policy", views.policy, name="policy"),
    path("withheld.json", views.withheld, name="withheld"),
    path("tile/<path:path>", views.tile, name="tile"),
    path("consistency", views.consistency, name="consistency"),
]
