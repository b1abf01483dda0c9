"""Django's name for this room."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    """The room's registration."""

    name = "answerable.money"
    label = "money"
    default_auto_field = "django.db.models.BigAutoField"
