"""Django's name for this room."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """The room's registration."""

    name = "answerable.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"
