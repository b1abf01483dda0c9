"""Django's name for this room."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The room's registration: it has no tables and no acts."""

    name = "answerable.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"
