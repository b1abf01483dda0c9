# ruff: noqa: S608 - SQL of names of our own and of numbers and days, put together from pieces
"""Proving the sums: everything once more from the cases, compared row by row inside the database, a month a statement.

What the sums must come to is the cases without the changes that still wait; in one statement's snapshot that holds at
every moment, so nobody has to stop writing. A difference is looked at a second time under the lock before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.rules import ids_in

from . import facts
from .folding import locked, months_of_facts, work
from .measures import MEASURES, literal, sums
from .models import Difference, Moved, Place, State
from .rules import Reach, month_of, next_month

#: Differences that are kept and printed; all are counted.
KEPT = 100
_KEYS = ("area", "subject", "sensitive", "on")


@dataclass(frozen=True)
class Found:
    """A sum that is not what the facts come to."""

    of: str
    area: int
    subject: int
    sensitive: bool
    on: date | None
    measure: str
    days: int
    kept: int
    counted: int

    def sentence(self) -> str:
        """Which sum, what was kept and what is true."""
        if self.of == "tree":
            return f"tree: area {self.area} is not counted in the areas that it lies in"
        which = [f"area {self.area}", f"{self.on}"]
        which += [f"subject {self.subject}"] if self.subject else []
        which += ["sensitive"] if self.sensitive else []
        which += [f"{self.days} days"] if self.days >= 0 else []
        return f"{self.of}: {', '.join(which)}, {self.measure}: kept {self.kept:,}, counted {self.counted:,}"


@dataclass(frozen=True)
class Proof:
    """What a recomputation found: months compared, how many sums differ, and the first of them."""

    months: int
    differing: int
    differences: tuple[Found, ...]


class Unbuilt(RuntimeError):
    """There are no sums to check: they wait to be made."""


def check(progress: Callable[[int, int], object] | None = None) -> Proof:
    """Compare all sums with the facts and keep what was found. `progress` hears (months done, months in all).

    Folds first what waits. A difference stays as an incident, and figures are counted from the cases until the sums are
    made anew. Raises Unbuilt.
    """
    work()
    found: list[Found] = list(_tree())
    months = _months()
    for done, month in enumerate(months):
        if progress:
            progress(done, len(months))
        some = _differences(month)
        if some:  # again, while nobody folds and no day is moved on
            with transaction.atomic():
                locked()
                some = _differences(month)
        found += some
    if progress:
        progress(len(months), len(months))
    _keep(found)
    return Proof(len(months), len(found), tuple(found[:KEPT]))


def due(today: date) -> bool:
    """Whether nothing was checked today. One query."""
    state = State.objects.filter(pk=1, built=True).first()
    return state is not None and (state.checked_on is None or state.checked_on < today)


def open_differences() -> list[Difference]:
    """The incidents that were not mended yet."""
    return list(Difference.objects.filter(mended_on=None).order_by("pk"))


def _months() -> list[date]:
    """Every month of the facts and of the sums."""
    ends = list(months_of_facts() or ())
    with connection.cursor() as cursor:
        for table, on in (("casemonth", "month"), ("caseday", "day"), ("daystaken", "month")):
            cursor.execute(f"SELECT MIN({on}), MAX({on}) FROM rollups_{table}")
            ends += [month_of(facts.day_of(value)) for value in cursor.fetchone() if value is not None]
    found: list[date] = []
    month = min(ends, default=None)
    while month is not None and month <= max(ends):
        found.append(month)
        month = next_month(month)
    return found


def _differences(month: date) -> list[Found]:
    state = State.objects.get(pk=1)
    if not state.built or state.day is None:
        raise Unbuilt
    reach, last = Reach(state.floor), next_month(month) - timedelta(days=1)
    source = facts.folded_between(month, last)
    found = []
    for row in _rows(_of_counts(source, reach, state.day, month, last)):
        key, gaps = row[:5], dict(zip(MEASURES, row[5:], strict=True))
        found += [_found(key, name, -1, gap) for name, gap in gaps.items() if gap]
    for row in _rows(_of_days(source, reach, month)):
        area, sensitive, days, answered, resolved = row
        key = ("days", area, 0, sensitive, month)
        found += [
            _found(key, name, days, gap)
            for name, gap in (("answered", answered), ("resolved", resolved))
            if gap
        ]
    return found


def _of_counts(source: str, reach: Reach, day: date, first: date, last: date) -> str:
    """One row for each line of either table that differs: counted less kept, measure by measure."""
    names = ", ".join(MEASURES)
    own = ", ".join(f"{sql} AS {name}" for name, sql in sums(day).items())
    within = f"BETWEEN {literal(first)} AND {literal(last)}"
    arms = []
    for _table, on, column, by_subject, depth in facts.tables(reach):
        of = f"'{on}' AS of"
        spread = facts.spread(MEASURES, column, by_subject, depth, of="step")
        arms.append(f"SELECT {of}, x.* FROM ({spread}) x")
    for table, on in (("rollups_casemonth", "month"), ("rollups_caseday", "day")):
        less = ", ".join(f"-{name}" for name in MEASURES)
        arms.append(f"SELECT '{on}', area, subject, sensitive, {on}, {less} FROM {table} WHERE {on} {within}")
    gaps = ", ".join(f"SUM({name})" for name in MEASURES)
    differs = " OR ".join(f"SUM({name}) <> 0" for name in MEASURES)
    keys = "of, area, subject, sensitive, at"
    return (
        "WITH step AS MATERIALIZED (SELECT f.area, f.subject, f.sensitive, f.received_on, "
        f"{own} FROM ({source}) f GROUP BY f.area, f.subject, f.sensitive, f.received_on), "
        f"both_sides (of, area, subject, sensitive, at, {names}) AS ({' UNION ALL '.join(arms)}) "
        f"SELECT {keys}, {gaps} FROM both_sides GROUP BY {keys} HAVING {differs}"
    )


def _of_days(source: str, reach: Reach, month: date) -> str:
    return (
        f"WITH both_sides (area, sensitive, month, days, answered, resolved) AS "
        f"({facts.spread_taken(source, reach)} UNION ALL "
        "SELECT area, sensitive, month, days, -answered, -resolved FROM rollups_daystaken "
        f"WHERE month = {literal(month)}) "
        "SELECT area, sensitive, days, SUM(answered), SUM(resolved) FROM both_sides "
        "GROUP BY area, sensitive, days HAVING SUM(answered) <> 0 OR SUM(resolved) <> 0"
    )


def _found(key: tuple[Any, ...], measure: str, days: int, gap: int) -> Found:
    of, area, subject, sensitive, at = key
    on = facts.day_of(at)
    table, column = {
        "month": ("rollups_casemonth", "month"),
        "day": ("rollups_caseday", "day"),
        "days": ("rollups_daystaken", "month"),
    }[of]
    where = f"area = %s AND sensitive = %s AND {column} = %s"
    values: list[Any] = [area, bool(sensitive), on]
    where += " AND days = %s" if of == "days" else " AND subject = %s"
    values.append(days if of == "days" else subject)
    rows = _rows(f"SELECT {measure} FROM {table} WHERE {where}", values)
    kept = int(rows[0][0]) if rows else 0
    return Found(of, area, subject, bool(sensitive), on, measure, days, kept, kept + int(gap))


def _tree() -> Iterator[Found]:
    """Areas that are counted elsewhere than where they lie, though no note of a move waits."""
    with transaction.atomic():
        floor = locked().floor
        moved = set(Moved.objects.values_list("area", flat=True))
        known: dict[int, list[int]] = {}
        for area, above in Place.objects.order_by("area", "depth").values_list("area", "above"):
            known.setdefault(area, []).append(above)
        for pk, path in Area.objects.filter(path__isnull=False).order_by("pk").values_list("pk", "path"):
            if pk not in moved and known.pop(pk, []) != ids_in(path or "")[:floor]:
                yield Found("tree", pk, 0, False, None, "place", -1, 0, 0)
        for pk in sorted(set(known) - moved):
            yield Found("tree", pk, 0, False, None, "place", -1, 0, 0)


def _keep(found: list[Found]) -> None:
    """Incidents that are new are kept, those that are gone are mended; the state says how many there are."""
    today = clock.today()
    with transaction.atomic():
        state = locked()
        state.checked_on, state.differing = today, len(found)
        state.save(update_fields=["checked_on", "differing"])
        now = {
            (one.of, one.area, one.subject, one.sensitive, one.on, one.measure, one.days): one
            for one in found
        }
        for row in Difference.objects.filter(mended_on=None):
            key = (row.of, row.area, row.subject, row.sensitive, row.on, row.measure, row.days)
            if key not in now:
                row.mended_on = today
                row.save(update_fields=["mended_on"])
            now.pop(key, None)
        Difference.objects.bulk_create(
            [
                Difference(
                    found_on=today,
                    of=one.of,
                    area=one.area,
                    subject=one.subject,
                    sensitive=one.sensitive,
                    on=one.on,
                    measure=one.measure,
                    days=one.days,
                    kept=one.kept,
                    counted=one.counted,
                )
                for one in list(now.values())[:KEPT]
            ]
        )


def _rows(sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
