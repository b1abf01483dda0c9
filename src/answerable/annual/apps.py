"""Django's name for this room."""

from django.apps import AppConfig


class AnnualConfig(AppConfig):
    """The room's registration: it has no tables and no acts."""

    name = "answerable.annual"
    label = "annual"
    default_auto_field = "django.db.models.BigAutoField"
