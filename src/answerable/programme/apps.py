"""Django's name for this room."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The room's registration."""

    name = "answerable.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
