"""Django's name for this room."""

from django.apps import AppConfig

from answerable.register.rules import begin_matters, erase_matters, make_public


class ListeningConfig(AppConfig):
    """The room's registration."""

    name = "answerable.listening"
    label = "listening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts a matter begins with, and which ones everybody may read in the register."""
        begin_matters("listening.case-received", "listening.case-imported")
        erase_matters("listening.matter-erased")
        make_public("register.pad-issued", "register.pad-settled")
        from answerable.register.auditing import also

        from .auditing import Columns

        also(Columns)
