"""Django's name for this room."""

from django.apps import AppConfig

from answerable.register.rules import make_public


class MoneyConfig(AppConfig):
    """The room's registration."""

    name = "answerable.money"
    label = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what everybody may read in the register, and what an audit does with it."""
        from answerable.register.auditing import also

        from .auditing import Balance

        make_public(
            "money.account-added",
            "money.account-closed",
            "money.book-opened",
            "money.days-closed",
            "money.entry-posted",
            "money.fund-changed",
            "money.fund-closed",
            "money.fund-opened",
            "money.line-revised",
            "money.line-set",
            "money.month-posted",
            "money.threshold-set",
        )
        also(Balance)
