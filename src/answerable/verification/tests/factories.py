"""Draws to begin a test with, made through the room's own services, and a checkpoint of the week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from answerable.kernel import clock
from answerable.merkle.checkpoints import Checkpoint as Body
from answerable.merkle.compact import CompactRange
from answerable.merkle.notes import Signer, sign_note
from answerable.projects.models import Project
from answerable.projects.tests.factories import claimed
from answerable.register.models import Checkpoint, Tree
from answerable.register.sequencing import sequence, split
from answerable.verification import services
from answerable.verification.models import Draw, Drawn
from tests.support.world import DAY, World

FRIDAY = DAY + timedelta(days=4)
BEST = {
    "there": "yes",
    "as-described": "yes",
    "in-use": "yes",
    "safe": "yes",
    "sign-shown": "yes",
    "parts": "2/2",
}


def projects(world: World, count: int = 3) -> list[Project]:
    """Projects of the village Ford that the office says are done."""
    return [claimed(world, key=f"check-{n}") for n in range(count)]


def commit(world: World, who: str = "chidi", **more: Any) -> Draw:
    """A list of Fordland's projects that is committed to, one of which is to be drawn."""
    given: dict[str, Any] = {
        "actor": world.actor(who), "area": world.areas["Fordland"], "kinds": ["project"],
        "first": DAY - timedelta(days=30), "last": clock.today(), "wanted": 1,
    }  # fmt: skip
    return services.commit_draw(**(given | more))


def sign_week(day: date = FRIDAY) -> Checkpoint:
    """The checkpoint of a week over all open leaves, as the register makes it, by a key of the test's own."""
    sequence()
    tree = Tree.objects.get(pk=1)
    root = CompactRange(tree.size, split(bytes(tree.range))).root()
    signer = Signer.generate("village.example.org/register")
    note = sign_note(Body("village.example.org/register", tree.size, root).body(), [signer])
    return Checkpoint.objects.create(size=tree.size, note=note, on=day, board=True)


def drawn(world: World, **more: Any) -> Drawn:
    """One of the projects, drawn on Friday."""
    projects(world)
    draw = commit(world, **more)
    sign_week()
    with clock.held_at(FRIDAY):
        services.draw_units(actor=world.actor("chidi"), draw=draw.pk)
    return Drawn.objects.select_related("area", "draw").get(draw=draw)
