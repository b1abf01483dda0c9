"""Django's name for this room."""

from django.apps import AppConfig


class LakeConfig(AppConfig):
    """The room's registration: it has no tables and no acts."""

    name = "answerable.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"
