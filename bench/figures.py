"""Figures of areas over very many cases: how long staff and residents wait for them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.access.models import Staff
from answerable.access.rules import Actor
from answerable.access.selectors import actor_for
from answerable.kernel import clock
from answerable.listening import published
from answerable.listening.figures import Period, area_figures
from answerable.listening.models import Case
from answerable.listening.services.releasing import release_due
from answerable.listening.village_page import area_counts
from answerable.places.models import Area
from answerable.places.selectors import children

from .results import Measure, Note, Results
from .rounds import percentile, work
from .setting import Setting
from .world import SEED

#: Issue 2: townships and counties; provinces come with the roll-ups.
BAR_MS = 100.0
WINDOWS = (30, 90, 365)
#: Townships and counties.
BARRED = (2, 3)
#: Level, its place in the tree, how many areas of it, how many rounds.
LEVELS = (
    ("township", 3, 40, 3),
    ("county", 2, 40, 2),
    ("prefecture", 1, 3, 1),
    ("province", 0, 1, 1),
)


def run(setting: Setting) -> Results:
    """Staff figures of townships, counties, prefectures, the province; public figures of villages and townships."""
    measure = partial(Measure, "figures", setting.database)
    director = actor_for(Staff.objects.get(username="everywhere"))
    rng = random.Random(SEED + 2)
    found = [measure("cases", Case.objects.count(), "")]
    notes: list[Note] = []
    today = clock.today()
    for name, place, many, rounds in LEVELS:
        ids = setting.ground.by_level[place]
        many = min(len(ids), setting.pick(many, 5))
        areas = list(Area.objects.filter(pk__in=rng.sample(ids, many)))
        for by in (None, "child"):
            label = f"{name} figures" + (" by the places below" if by else "")
            calls: dict[Any, Callable[[], object]] = {
                (area.pk, days): partial(
                    _staff, director, area, Period(today - timedelta(days=days), today), by
                )
                for area in areas
                for days in WINDOWS
            }
            found += _timed(
                measure, label, calls, BAR_MS if place in BARRED else None, setting.pick(rounds, 1)
            )
            busiest = max(
                areas, key=lambda area: Case.objects.filter(**{f"area__l{area.depth}": area.pk}).count()
            )
            notes += _plans(setting, label, calls[busiest.pk, 365])
    found += _public(setting, measure, rng, notes)
    return Results(found, notes)


def _staff(actor: Actor, area: Area, period: Period, by: str | None) -> object:
    return area_figures(actor, area, period, by)


def _public(
    setting: Setting, measure: partial[Measure], rng: random.Random, notes: list[Note]
) -> list[Measure]:
    release_due()
    found = []
    villages = rng.sample(setting.ground.villages, setting.pick(200, 10))
    calls: dict[Any, Callable[[], object]] = {pk: partial(_village, pk) for pk in villages}
    found += _timed(measure, "village counts for the public", calls, BAR_MS, setting.pick(3, 1))
    notes += _plans(setting, "village counts for the public", calls[villages[0]])
    for name, place, many, rounds in LEVELS:
        ids = setting.ground.by_level[place]
        areas = Area.objects.filter(pk__in=rng.sample(ids, min(len(ids), setting.pick(many, 5))))
        calls = {area.pk: partial(_published, area.pk) for area in areas}
        bar = BAR_MS if place in BARRED else None
        found += _timed(measure, f"{name} counts for the public", calls, bar, setting.pick(rounds, 1))
    return found


def _village(pk: int) -> object:
    with connection.cursor() as cursor:
        return area_counts(cursor, pk)


def _published(pk: int) -> object:
    """The counts of an area and of every place right below, as its page shows them."""
    return published.counts_of([pk, *(area.pk for area in children(Area(pk=pk)))])


def _timed(
    measure: partial[Measure],
    label: str,
    calls: dict[Any, Callable[[], object]],
    bar: float | None,
    rounds: int,
) -> list[Measure]:
    """Each call at its best of the rounds; over all calls the median and the 95th percentile."""
    wall: dict[Any, list[float]] = {key: [] for key in calls}
    cpu: dict[Any, list[float]] = {key: [] for key in calls}
    for _ in range(rounds):
        for key, call in calls.items():
            began, worked = time.perf_counter(), work()
            call()
            cpu[key].append((work() - worked) * 1000)
            wall[key].append((time.perf_counter() - began) * 1000)
    each, waited = [min(taken) for taken in cpu.values()], [min(taken) for taken in wall.values()]
    return [
        measure(f"{label}, one core's work, median", percentile(each, 50), "ms"),
        measure(f"{label}, one core's work, p95", percentile(each, 95), "ms", most=bar),
        measure(f"{label}, on the wall, p95", percentile(waited, 95), "ms"),
    ]


def _plans(setting: Setting, label: str, call: Callable[[], object]) -> list[Note]:
    """The plan of each query that reads cases without an index."""
    with CaptureQueriesContext(connection) as seen:
        call()
    notes = []
    for query in seen.captured_queries:
        if "listening_case" not in query["sql"]:
            continue
        explain = "EXPLAIN QUERY PLAN " if setting.database == "sqlite" else "EXPLAIN "
        with connection.cursor() as cursor:
            # Django shows PostgreSQL's statements with their values; SQLite's are quoted well enough to plan.
            cursor.execute(explain + query["sql"])
            lines = [str(row[-1]) for row in cursor.fetchall()]
        unindexed = [line for line in lines if _reads_all(line)]
        if unindexed:
            notes.append(
                Note("figures", setting.database, f"{label} reads all cases: " + "\n" + "\n".join(lines[:20]))
            )
    return notes


def _reads_all(line: str) -> bool:
    return "Seq Scan on listening_case" in line or (
        line.startswith("SCAN listening_case") and "INDEX" not in line
    )
