"""Django's name for this room."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """The room's registration."""

    name = "answerable.trust"
    label = "trust"
    default_auto_field = "django.db.models.BigAutoField"
