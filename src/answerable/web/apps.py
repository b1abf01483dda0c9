"""Django's name for this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room's registration; it stores nothing."""

    name = "answerable.web"
    label = "web"
