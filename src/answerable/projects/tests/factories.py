"""Projects to begin a test with, made through the room's own services."""

from __future__ import annotations

from datetime import date
from typing import Any

from answerable.kernel import clock
from answerable.projects import services
from answerable.projects.models import Choice, Project
from tests.support.world import World

NAMES = {"en": "A new pump at the school", "ar": "مضخة جديدة في المدرسة"}
TEXTS = {"en": "The pump is in, and water comes all day."}


def propose(
    world: World, *, who: str = "farid", key: str = "pump", village: str = "Ford", **more: Any
) -> Project:
    """A proposal in the small world."""
    return services.make_project(
        actor=world.actor(who),
        key=key,
        area=world.areas[village],
        names=more.pop("names", NAMES),
        subject=world.subjects["water"],
        **more,
    )


def under_way(world: World, **more: Any) -> Project:
    """A project in implementation."""
    project = propose(world, **more)
    return services.move_phase(
        actor=world.actor("amina"), project=project.pk, version=project.version, phase="implementation"
    )


def claimed(world: World, *, on: date | None = None, **more: Any) -> Project:
    """A project that the office says is done."""
    project = under_way(world, **more)
    return services.claim_completion(
        actor=world.actor("amina"), project=project.pk, version=project.version, texts=TEXTS, on=on
    )


def by(world: World, project: Project, who: str = "amina") -> dict[str, Any]:
    """Who acts on what, as the page showed it."""
    return {"actor": world.actor(who), "project": project.pk, "version": project.version}


def choice(world: World, key: str = "choice") -> Choice:
    """A choice in the village Ford, by hands, between a proposal and none of these."""
    proposal = propose(world, key=f"{key}-proposal")
    return services.record_choice(
        actor=world.actor("farid"),
        key=key,
        area=world.areas["Ford"],
        names={"en": "What first?"},
        on=clock.today(),
        way="hands",
        options=[services.Option(proposal, 40), services.Option(None, 12)],
        present=52,
    )
