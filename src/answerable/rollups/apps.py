"""Django's name for this room."""

from django.apps import AppConfig


class RollupsConfig(AppConfig):
    """The room's registration."""

    name = "answerable.rollups"
    label = "rollups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what the figures of cases are asked, where the sums can."""
        from answerable.listening import figures

        from .selectors import counted

        figures.answer_from(counted)
