"""Django's name for this room."""

from django.apps import AppConfig

from answerable.register.rules import make_public


class OpendataConfig(AppConfig):
    """The room's registration."""

    name = "answerable.opendata"
    label = "opendata"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what everybody may read in the register."""
        make_public("opendata.iati-taken-in")
