"""Django's name for this room."""

from django.apps import AppConfig

from .acts import declare_acts


class VerificationConfig(AppConfig):
    """The room's registration."""

    name = "answerable.verification"
    label = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts there are."""
        declare_acts()
