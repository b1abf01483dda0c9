"""Django's name for this room."""

from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    """The room's registration; it stores nothing."""

    name = "answerable.safeguards"
    label = "safeguards"
