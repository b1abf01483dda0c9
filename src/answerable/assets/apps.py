"""Django's name for this room."""

from django.apps import AppConfig

from answerable.register.rules import make_public


class AssetsConfig(AppConfig):
    """The room's registration."""

    name = "answerable.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what everybody may read in the register."""
        make_public(
            "assets.asset-added",
            "assets.asset-struck",
            "assets.check-recorded",
            "assets.check-taken-back",
            "assets.keeper-set",
            "assets.task-added",
            "assets.task-dropped",
            "assets.work-recorded",
            "assets.work-taken-back",
        )
