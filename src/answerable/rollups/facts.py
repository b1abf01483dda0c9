# ruff: noqa: S608 - SQL of names of our own and of numbers and days, put together from pieces
"""The cases as the sums see them: SELECTs of one row a case, the same on both databases, and what they add up to.

What is folded is, at every moment and in every snapshot, the cases without the changes that still wait: a write changes
both in one transaction. So nothing here needs more than one statement's snapshot to be exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection

from .measures import MATTER, literal
from .rules import Reach

#: The columns of a fact, beside how many times it counts.
COLUMNS = (
    "area",
    "received_on",
    "sensitive",
    "subject",
    "tally",
    "answer_took",
    "resolve_took",
    "bounces",
    "acknowledge_due_on",
    "answer_due_on",
    "resolve_due_on",
)
_OWN = {"area": "c.area_id", "subject": "COALESCE(s.parent_id, s.id)"}
_STEP = "rollups_step"


def cases(where: str, *, n: str = "1") -> str:
    """The cases under a condition on `c`, each counting `n` times, under its upper subject."""
    columns = ", ".join(f"{_OWN.get(name, f'c.{name}')} AS {name}" for name in COLUMNS)
    return (
        f"SELECT {n} AS n, {columns} FROM listening_case c "
        f"JOIN programme_subject s ON s.id = c.subject_id WHERE {where}"
    )


def cases_between(first: date, last: date, *, n: str = "1") -> str:
    """The cases that were received in these days, found area by area: there is no index on the day alone."""
    columns = ", ".join(f"{_OWN.get(name, f'c.{name}')} AS {name}" for name in COLUMNS)
    return (
        f"SELECT {n} AS n, {columns} FROM places_area a CROSS JOIN listening_case c "
        f"JOIN programme_subject s ON s.id = c.subject_id "
        f"WHERE c.area_id = a.id AND c.received_on BETWEEN {literal(first)} AND {literal(last)}"
    )


def waiting(where: str, *, n: str = "q.n", of: str = "rollups_change") -> str:
    """The changes that wait under a condition on `q`, under their upper subject."""
    own = {"subject": "COALESCE(s.parent_id, s.id)"}
    columns = ", ".join(f"{own.get(name, f'q.{name}')} AS {name}" for name in COLUMNS)
    return (
        f"SELECT {n} AS n, {columns} FROM {of} q JOIN programme_subject s ON s.id = q.subject WHERE {where}"
    )


def folded(areas: Iterable[int], *, sign: int = 1) -> str:
    """What is folded of the cases of these areas."""
    ids = ", ".join(str(int(pk)) for pk in areas)
    return (
        cases(f"c.area_id IN ({ids})", n=str(sign))
        + " UNION ALL "
        + waiting(f"q.area IN ({ids})", n=f"{-sign} * q.n")
    )


def folded_between(first: date, last: date) -> str:
    """What is folded of the cases that were received in these days."""
    within = f"q.received_on BETWEEN {literal(first)} AND {literal(last)}"
    return cases_between(first, last) + " UNION ALL " + waiting(within, n="-q.n")


def month(column: str) -> str:
    """The first day of a column's month."""
    if connection.vendor == "postgresql":
        return f"date_trunc('month', {column})::date"
    return f"substr({column}, 1, 8) || '01'"


def add(source: str, reach: Reach, values: Mapping[str, str], *, taken: bool = True) -> None:
    """Add what `source` comes to, in each area that its own one lies in; `values` are aggregates over it.

    Five statements, a sixth for the days taken. Inside a transaction that holds the lock of the sums.
    """
    names = list(values)
    mine = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL jit = off")  # compiling thirty sums takes longer than adding them up
        cursor.execute(f"DROP TABLE IF EXISTS {_STEP}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_STEP} AS SELECT f.area, f.subject, f.sensitive, f.received_on, {mine} "
            f"FROM ({source}) f GROUP BY f.area, f.subject, f.sensitive, f.received_on"
        )
        for table, on, column, subject, depth in tables(reach):
            cursor.execute(
                f"INSERT INTO {table} AS t (area, subject, sensitive, {on}, {', '.join(names)}) "
                f"{spread(names, column, subject, depth)} "
                f"ON CONFLICT (area, subject, sensitive, {on}) DO UPDATE SET "
                + ", ".join(f"{name} = t.{name} + excluded.{name}" for name in names)
            )
        if taken:
            cursor.execute(
                "INSERT INTO rollups_daystaken AS t (area, sensitive, month, days, answered, resolved) "
                f"{spread_taken(source, reach)} ON CONFLICT (area, sensitive, month, days) DO UPDATE SET "
                "answered = t.answered + excluded.answered, resolved = t.resolved + excluded.resolved"
            )
        cursor.execute(f"DROP TABLE {_STEP}")


def tables(reach: Reach) -> list[tuple[str, str, str, bool, int]]:
    """Table, its column of time, that of a fact, whether by subject, and how deep."""
    by_month = month("f.received_on")
    return [
        ("rollups_casemonth", "month", by_month, False, reach.months),
        ("rollups_casemonth", "month", by_month, True, reach.months_by_subject),
        ("rollups_caseday", "day", "f.received_on", False, reach.days),
        ("rollups_caseday", "day", "f.received_on", True, reach.days_by_subject),
    ]


def spread(names: Iterable[str], on: str, by_subject: bool, depth: int, *, of: str = _STEP) -> str:
    """Summed steps (area, subject, sensitive, received_on and measures) in each area above them, down to a depth."""
    ordinary = " AND NOT f.sensitive" if by_subject else ""
    subject = "f.subject" if by_subject else "0"
    keys = f"p.above, {subject}, f.sensitive, {on}"
    grouped = f"p.above, f.sensitive, {on}" + (", f.subject" if by_subject else "")
    added = ", ".join(f"SUM(f.{name}) AS {name}" for name in names)
    return (
        f"SELECT {keys}, {added} FROM {of} f JOIN rollups_place p ON p.area = f.area "
        f"WHERE p.depth <= {depth}{ordinary} GROUP BY {grouped}"
    )


def spread_taken(source: str, reach: Reach) -> str:
    """How many took how many days, in each area above."""
    when = month("f.received_on")
    each = " UNION ALL ".join(
        f"SELECT f.area, f.sensitive, {when} AS month, f.{column} AS days, {one} AS answered, {other} AS resolved "
        f"FROM ({source}) f WHERE f.{column} IS NOT NULL AND {MATTER}"
        for column, one, other in (("answer_took", "f.n", "0"), ("resolve_took", "0", "f.n"))
    )
    return (
        "SELECT p.above, g.sensitive, g.month, g.days, SUM(g.answered), SUM(g.resolved) "
        f"FROM ({each}) g JOIN rollups_place p ON p.area = g.area "
        f"WHERE p.depth <= CASE WHEN g.sensitive THEN {reach.taken_sensitive} ELSE {reach.taken} END "
        "GROUP BY p.above, g.sensitive, g.month, g.days HAVING SUM(g.answered) <> 0 OR SUM(g.resolved) <> 0"
    )


def day_of(value: date | str) -> date:
    """A day as the driver gave it: SQLite keeps text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
