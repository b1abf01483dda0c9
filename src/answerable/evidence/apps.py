"""Django's name for this room."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The room's registration."""

    name = "answerable.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
