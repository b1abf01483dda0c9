"""Django's name for this room."""

from django.apps import AppConfig

from .acts import declare_acts


class DisclosureConfig(AppConfig):
    """The room's registration."""

    name = "answerable.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts there are."""
        declare_acts()
