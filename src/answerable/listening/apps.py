"""Django's name for this room."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    """The room's registration."""

    name = "answerable.listening"
    label = "listening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts there are, and what an audit does with them."""
        from answerable.register.auditing import also

        from .acts import declare_acts
        from .auditing import Columns

        declare_acts()
        also(Columns)
