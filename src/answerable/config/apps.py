"""Wiring at start: the programme's clock, and what neighbours do for each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The product's own commands live here."""

    name = "answerable.config"
    label = "config"

    def ready(self) -> None:
        """Set the clock's zone and, in the demo, the file that moves it."""
        from django.conf import settings

        from answerable.following.selectors import answers_a_need
        from answerable.following.services import let_go
        from answerable.handover.ending import check_may_end
        from answerable.kernel import clock
        from answerable.listening.services.reassignment import also_move
        from answerable.listening.services.triage import before_sealing
        from answerable.programme.services import ask_before_ending
        from answerable.projects.services import ask_for_needs
        from answerable.promises.services import moving

        also_move(moving)
        before_sealing(let_go)
        ask_for_needs(answers_a_need)
        ask_before_ending(check_may_end)
        source = _file_clock(Path(settings.CLOCK_FILE)) if settings.CLOCK_FILE else None
        clock.configure(settings.TIME_ZONE, source)


class _file_clock:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> date | None:
        try:
            return date.fromisoformat(self.path.read_text().strip())
        except (FileNotFoundError, ValueError):
            # No file, or one that holds no date: the real day.
            return None
