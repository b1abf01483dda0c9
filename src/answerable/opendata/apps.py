"""Django's name for this room."""

from django.apps import AppConfig


class OpendataConfig(AppConfig):
    """The room's registration."""

    name = "answerable.opendata"
    label = "opendata"
    default_auto_field = "django.db.models.BigAutoField"
