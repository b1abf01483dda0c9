"""A small world in which something of everything is late somewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from answerable.assets.tests.factories import look, tap
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.tests.test_figures import make_case
from answerable.money.tests.ledger import make_ledger
from answerable.promises.tests.factories import project, promise
from tests.support.world import DAY, World

VILLAGES = ("Ford", "Well", "Mill", "Peak")


def days_ago(days: int) -> date:
    return DAY - timedelta(days=days)


def cases(world: World) -> list[Case]:
    """Cases of many fates, more of them in Ford than in Peak; one of each is sensitive."""
    made = []
    for n in range(60):
        received = days_ago(n * 5 + 1)
        fate: dict[str, Any] = [
            {},
            {"acknowledged_on": received, "answered_on": received + timedelta(days=5), "state": "answered"},
            {"acknowledged_on": received + timedelta(days=9), "bounces": 2, "escalations": 1},
            {"answered_on": received + timedelta(days=20), "state": "declined", "resolved_on": received},
        ][n % 4]
        village = VILLAGES[(n * n) % 7 % 4]
        made.append(make_case(world, village, received_on=received, sensitive=n % 9 == 0, **fate))
    return Case.objects.bulk_create(made)


def full(world: World) -> None:
    """Cases, promises late and not, projects silent, claimed and confirmed, things that work or don't, and money."""
    cases(world)
    with clock.held_at(days_ago(100)):
        promise(world, due_on=days_ago(50))
    promise(world, area=world.areas["Well"])
    project(world, "old", area="Mill", since=days_ago(400), active_since=days_ago(400))
    project(world, "done", area="Ford", first_claimed_on=days_ago(30), claimed_on=days_ago(30), claims=1)
    project(
        world, "of-the-county", area="Fordland", first_claimed_on=days_ago(9), claimed_on=days_ago(9), claims=1,
        verdict="done", confirmed_on=days_ago(3),
    )  # fmt: skip
    look(world, tap(world, days_ago(200), key="tap-1"), days_ago(10))
    look(world, tap(world, days_ago(200), key="tap-2", village="Well"), days_ago(10), "not")
    tap(world, days_ago(200), key="tap-3", village="Well")
    ledger = make_ledger(world)
    ledger.receive(days_ago(90), 1_000_000)
    ledger.pass_on(days_ago(60), 600_000, "Riverland", "Fordland")
    ledger.pass_on(days_ago(20), 400_000, "Fordland", "Upper Ford")
