"""The sums give the figures that the cases give: random worlds, random changes, on both databases."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.listening.figures import Figures, Period, from_cases
from answerable.listening.models import Case
from answerable.listening.tests.test_figures import drawn, make_case
from answerable.places.models import Area
from answerable.places.services import move_area
from answerable.rollups import folding
from answerable.rollups.checking import check
from answerable.rollups.models import Change
from answerable.rollups.selectors import counted
from tests.support.world import DAY, World, make_world

pytestmark = pytest.mark.django_db

PLACES = (None, "Riverland", "Fordland", "Hillland", "Upper Ford", "Ford")
PERIODS = (
    Period(DAY - timedelta(days=250), DAY),
    Period(date(DAY.year - 1, 9, 1), DAY.replace(day=1) - timedelta(days=1)),
    Period(DAY - timedelta(days=75), DAY - timedelta(days=8)),
    Period(DAY - timedelta(days=9), DAY),
)


def plainly(found: dict[Any, Any] | None) -> dict[Any, Any] | None:
    """Parts as figures: what pages show."""
    if found is None:
        return None
    return {key: said for key, one in found.items() if (said := one.figures()) != Figures()}


QUESTIONS = [
    (place, period, by, sensitive)
    for place in PLACES
    for period in PERIODS
    for by, sensitive in ((None, False), ("child", False), ("subject", False), (None, True))
]


def compare(world: World, rng: random.Random, count: int = 12) -> int:
    """Ask some questions of the sums and of the cases; return how many the sums answered, always with the same."""
    answered = 0
    for name, period, by, sensitive in rng.sample(QUESTIONS, count):
        area = Area.objects.get(pk=world.areas[name].pk) if name else None
        kept = plainly(counted(area, period, by, sensitive=sensitive))
        if kept is not None:
            answered += 1
            assert kept == plainly(from_cases(area, period, by, sensitive=sensitive)), (name, period, by)
    return answered


changes = st.lists(
    st.tuples(st.sampled_from(["make", "edit", "move", "drop", "raw"]), drawn(), st.integers(0, 99)),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
@given(
    cases=st.lists(drawn(), max_size=25),
    before=changes,
    after=changes,
    later=st.integers(0, 120),
    moves=st.lists(
        st.sampled_from([("Well", "Lower Ford"), ("Lower Ford", "Hillland"), ("Well", "High Hill")])
    ),
    rng=st.randoms(use_true_random=False),
)
def test_sums_are_what_the_cases_come_to(db, cases, before, after, later, moves, rng):
    world = the_world()
    Case.objects.all().delete()
    with clock.held_at(DAY):
        Case.objects.bulk_create([make_case(world, **values) for values in cases])
        folding.work()
        apply(world, before)
        assert compare(world, rng) > 2, "with changes that wait"
        folding.fold(limit=5)
        apply(world, after)
        move(world, moves)
        folding.work()
        assert not Change.objects.exists()
        assert compare(world, rng) > 2
        apply(world, before)
    with clock.held_at(DAY + timedelta(days=later)):
        if later:
            assert counted(None, PERIODS[0], None, sensitive=False) is None, (
                "another day: the cases are asked"
            )
        folding.work()
        assert compare(world, rng) > 2
        move(world, [("Well", "Upper Ford"), ("Lower Ford", "Fordland")])
        assert check().differences == ()


def apply(world: World, changes: list[Any]) -> None:
    """Do things to cases: through models, and through bare SQL."""
    for what, values, n in changes:
        ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        pk = ids[n % len(ids)] if ids else None
        if what == "make" or pk is None:
            make_case(world, **values).save()
        elif what == "edit":
            fresh = make_case(world, **values)
            fresh.pk = pk
            fresh.save(force_update=True)
        elif what == "move":
            Case.objects.filter(pk=pk).update(area=world.areas[values["village"]])
        elif what == "drop":
            Case.objects.filter(pk=pk).delete()
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE listening_case SET bounces = bounces + 1, answer_due_on = %s WHERE id >= %s",
                    [DAY - timedelta(days=n - 50), pk],
                )


def move(world: World, moves: list[tuple[str, str]]) -> None:
    """Hang areas elsewhere."""
    for name, into in moves:
        area = Area.objects.get(pk=world.areas[name].pk)
        move_area(actor=SYSTEM, area=area, to_parent=world.areas[into])


_made: dict[str, World] = {}


def the_world() -> World:
    """One world for all examples of a test: its rows stay until the test ends."""
    if not Area.objects.exists():
        _made["world"] = make_world()
    return _made["world"]
