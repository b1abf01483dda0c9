"""Django's name for this room."""

from django.apps import AppConfig


class FollowingConfig(AppConfig):
    """The room's registration."""

    name = "answerable.following"
    label = "following"
    default_auto_field = "django.db.models.BigAutoField"
