"""Django's name for this room."""

from django.apps import AppConfig

from .acts import declare_acts


class MoneyConfig(AppConfig):
    """The room's registration."""

    name = "answerable.money"
    label = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which acts there are, and what an audit does with them."""
        from answerable.register.auditing import also

        from .auditing import Balance

        declare_acts()
        also(Balance)
