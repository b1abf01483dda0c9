"""Promises to begin a test with, made through the room's own services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from answerable.listening.services import record_session
from answerable.projects.models import Project, ProjectArea
from answerable.promises.models import Promise
from answerable.promises.services import record_promise
from tests.support.world import DAY, World

TEXTS = {"en": "The pump at the school is repaired."}


def promise(
    world: World, *, who: str = "amina", post: str = "upper-ford-desk", days: int = 40, **more: Any
) -> Promise:
    """A promise to the village Ford, made today."""
    given: dict[str, Any] = {
        "area": world.areas["Ford"],
        "texts": TEXTS,
        "read": True,
        "due_on": DAY + timedelta(days=days),
        "post": world.posts[post],
    }
    return record_promise(actor=world.actor(who), **(given | more))


def project(
    world: World, key: str = "pump", *, area: str = "Ford", since: date = DAY, **more: Any
) -> Project:
    """A project as its own room would have made it."""
    row = Project.objects.create(
        key=key, area=world.areas[area], names={"en": "A new pump"}, phase="implementation",
        phase_since=since, recorded_on=since, **more,
    )  # fmt: skip
    ProjectArea.objects.create(project=row, area=row.area)
    return row


def session(world: World, village: str = "Ford") -> Any:
    """A listening session held today."""
    return record_session(
        actor=world.actor("amina"), area=world.areas[village], kind="public-meeting", on=DAY,
        languages=["en"], present=40,
    )  # fmt: skip
