"""Django's name for this room."""

from django.apps import AppConfig

from answerable.register.rules import make_public


class ProjectsConfig(AppConfig):
    """The room's registration."""

    name = "answerable.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what everybody may read in the register."""
        make_public(
            "projects.claimed",
            "projects.contribution",
            "projects.dropped",
            "projects.made",
            "projects.milestone",
            "projects.moved",
            "projects.part-of",
            "projects.reached",
            "projects.repaired",
            "projects.revised",
            "projects.snag",
        )
