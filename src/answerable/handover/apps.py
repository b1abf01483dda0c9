"""Django's name for this room."""

from django.apps import AppConfig

from .acts import declare_acts


class HandoverConfig(AppConfig):
    """The room's registration."""

    name = "answerable.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts there are."""
        declare_acts()
