"""Django's name for this room."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """The room's registration."""

    name = "answerable.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"
