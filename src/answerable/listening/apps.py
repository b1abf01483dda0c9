"""Django's name for this room."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    """The room's registration."""

    name = "answerable.listening"
    label = "listening"
    default_auto_field = "django.db.models.BigAutoField"
