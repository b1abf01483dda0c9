"""Django's name for this room."""

from django.apps import AppConfig

from . import rules

#: What the register says about itself, in the open.
OPEN_KINDS = (
    "register.begun",
    "register.erasure-batch",
    "register.key-rotated",
    "register.pad-issued",
    "register.pad-settled",
    "register.witness-policy",
)


class RegisterConfig(AppConfig):
    """The room's registration."""

    name = "answerable.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which of its own acts are public."""
        rules.make_public(*OPEN_KINDS)
