# ruff: noqa: S608 - SQL of names of our own and of numbers and days, put together from pieces
"""Figures from the sums: the same numbers as from the cases (listening/figures.py), at every moment.

What is read is sums, plus the changes that still wait for their place in them, plus the cases of a period's edges where
no sums of days are kept: in one statement, so that a write is seen whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from answerable.kernel import clock
from answerable.listening.figures import Counted, Period
from answerable.places.models import LEVEL_COLUMNS, Area

from . import facts
from .measures import MATTER, MEASURES, counts, literal, sums
from .rules import Cut, Nearer, Reach, cut, month_of, nearer, next_month

_Parts = dict[Any, Counted]
#: With more changes waiting than this, counting the cases is the quicker way.
MOST_WAITING = 5_000
#: With more parts than this, a statement would get too long.
MOST_PARTS = 5_000


@dataclass(frozen=True)
class Ready:
    """What the sums are of at this moment."""

    reach: Reach
    #: No case is dated after today, so that today's month can be read as a whole.
    none_ahead: bool


@dataclass(frozen=True)
class Asked:
    """One question: the areas that are read (an area itself, or those right below), the period, how it is split."""

    area: Area | None
    parts: tuple[int, ...]
    by: str | None
    sensitive: bool
    cut: Cut
    ready: Ready
    today: date

    @property
    def depth(self) -> int:
        """How deep the areas stand that are read."""
        above = self.area.depth if self.area is not None else 0
        return above + 1 if self.by == "child" or self.area is None else above

    @property
    def read(self) -> tuple[int, ...]:
        """The areas that are read; with the parts the whole, for what lies in none of them."""
        return self.parts if self.area is None or self.by != "child" else (*self.parts, self.area.pk)

    @property
    def by_subject(self) -> bool:
        """Whether it is split by subject."""
        return self.by == "subject"

    @property
    def days_reach(self) -> int:
        """How deep sums of days are kept for it."""
        reach = self.ready.reach
        return reach.days_by_subject if self.by_subject else reach.days


def ready(today: date) -> Ready | None:
    """The sums as they are, or None while they can't be asked. One query, of a few rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.built, s.floor, s.day, s.differing, "
            f"(SELECT COUNT(*) FROM (SELECT 1 FROM rollups_change LIMIT {MOST_WAITING + 1}) w), "
            "EXISTS (SELECT 1 FROM rollups_moved), "
            "EXISTS (SELECT 1 FROM rollups_caseday d JOIN places_area a ON a.id = d.area "
            f"WHERE a.parent_id IS NULL AND d.subject = 0 AND d.day > {literal(today)}) "
            "FROM rollups_state s WHERE s.id = 1"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    built, floor, day, differing, waiting, moved, ahead = row
    whole = built and not differing and not moved and waiting <= MOST_WAITING
    if not whole or day is None or facts.day_of(day) != today:
        return None
    reach = Reach(floor)
    return Ready(reach, none_ahead=not ahead and reach.days > 0)


def counted(
    area: Area | None, period: Period, by: str | None, *, sensitive: bool, days: bool = True
) -> dict[Any, Counted] | None:
    """The counts of an area (None: everywhere) by part, or None where the cases have to be asked.

    `by`: child, subject or None; `days=False` leaves out how long things took. Asks for no right.
    """
    if by not in (None, "child", "subject") or (by == "subject" and sensitive):
        return None
    if area is not None and area.depth >= LEVEL_COLUMNS:
        return None
    today = clock.today()
    now = ready(today)
    if now is None:
        return None
    asked = _asked(area, period, by, sensitive, now, today)
    if asked is None:
        return None
    found: tuple[_Parts, _Parts] = (defaultdict(Counted), defaultdict(Counted))
    for kept, part, row in _counts(asked):
        found[kept][part].counts.update(counts(row))
    if days:
        for kept, part, took, answered, resolved in _taken(asked):
            found[kept][part].answer_days[took] += answered
            found[kept][part].resolve_days[took] += resolved
    return _told(asked, *found)


def _asked(
    area: Area | None, period: Period, by: str | None, sensitive: bool, now: Ready, today: date
) -> Asked | None:
    last = period.last
    if last >= today and now.none_ahead:
        last = max(last, next_month(month_of(today)) - timedelta(days=1))
    parts = _parts(area, by)
    if len(parts) > MOST_PARTS:
        return None
    asked = Asked(area, parts, by, sensitive, cut(period.first, last), now, today)
    months = now.reach.months_by_subject if by == "subject" else now.reach.months
    return asked if asked.depth <= months else None


def _parts(area: Area | None, by: str | None) -> tuple[int, ...]:
    if area is not None and by != "child":
        return (area.pk,)
    return tuple(Area.objects.filter(parent=area, path__isnull=False).order_by().values_list("pk", flat=True))


def _counts(asked: Asked) -> Iterator[tuple[int, Any, dict[str, int]]]:
    """Whether it is of the sums, part and measures; in several rows a part."""
    from_days = asked.depth <= asked.days_reach
    arms = []
    if asked.cut.months is not None:
        arms.append(_kept(asked, "rollups_casemonth", "month", (asked.cut.months,)))
    if asked.cut.edges and from_days:
        arms.append(_kept(asked, "rollups_caseday", "day", asked.cut.edges))
    if arms:
        summed = _ranges(asked.cut, edges=from_days)
        arms.append(_grouped(1, _waiting(asked, summed), asked.today))
    if asked.cut.edges and not from_days:
        arms.append(_grouped(0, _cases(asked, asked.cut.edges), asked.today))
    for kept, part, *row in _rows(" UNION ALL ".join(arms)):
        yield kept, part, dict(zip(MEASURES, row, strict=True))


def _taken(asked: Asked) -> list[tuple[Any, ...]]:
    """Whether it is of the sums, part, days, and how many took them to an answer and to an outcome."""
    reach = asked.ready.reach
    deepest = reach.taken_sensitive if asked.sensitive else reach.taken
    arms = []
    found = Nearer((), _ranges(asked.cut), ())
    if asked.depth <= deepest and not asked.by_subject:
        found = nearer(asked.cut.edges)
        months = [(month, month) for month in found.months]
        months += [asked.cut.months] if asked.cut.months is not None else []
        if months:
            arms.append(
                "SELECT 1, t.area, t.days, SUM(t.answered), SUM(t.resolved) FROM rollups_daystaken t "
                f"WHERE t.area IN ({_list(asked.read)}) AND t.sensitive = {_truth(asked.sensitive)} "
                f"AND ({_within('t.month', months)}) GROUP BY t.area, t.days"
            )
            whole = [(first, next_month(last) - timedelta(days=1)) for first, last in months]
            arms += _took(1, _waiting(asked, whole))
    if found.added:
        arms += _took(0, _cases(asked, found.added))
    if found.away:
        arms += _took(0, _cases(asked, found.away, n=-1))
    return _rows(" UNION ALL ".join(arms))


def _kept(asked: Asked, table: str, on: str, ranges: Sequence[tuple[date, date]]) -> str:
    part = "t.subject" if asked.by_subject else "t.area"
    added = ", ".join(f"SUM(t.{name})" for name in MEASURES)
    return (
        f"SELECT 1, {part} AS part, {added} FROM {table} t WHERE t.area IN ({_list(asked.read)}) "
        f"AND t.subject {'<>' if asked.by_subject else '='} 0 AND t.sensitive = {_truth(asked.sensitive)} "
        f"AND ({_within(f't.{on}', ranges)}) GROUP BY {part}"
    )


def _grouped(kept: int, source: str, today: date) -> str:
    own = ", ".join(f"{sql} AS {name}" for name, sql in sums(today).items())
    return f"SELECT {kept}, f.part, {own} FROM ({source}) f GROUP BY f.part"


def _took(kept: int, source: str) -> list[str]:
    return [
        f"SELECT {kept}, f.part, f.{column}, {one}, {other} FROM ({source}) f "
        f"WHERE f.{column} IS NOT NULL AND {MATTER} GROUP BY f.part, f.{column}"
        for column, one, other in (("answer_took", "SUM(f.n)", "0"), ("resolve_took", "0", "SUM(f.n)"))
    ]


def _cases(asked: Asked, ranges: Sequence[tuple[date, date]], *, n: int = 1) -> str:
    """The cases themselves that were received in these days, each counting `n` times."""
    where = f"a.l{asked.area.depth} = {asked.area.pk} AND " if asked.area is not None else ""
    part = "0"
    if asked.by_subject:
        part = "COALESCE(s.parent_id, s.id)"
    elif asked.by == "child":
        part = f"a.l{asked.depth}"
    columns = ", ".join(f"c.{name}" for name in facts.COLUMNS if name not in {"area", "subject"})
    return (
        f"SELECT {part} AS part, {n} AS n, {columns} FROM places_area a "
        "JOIN listening_case c ON c.area_id = a.id "
        + ("JOIN programme_subject s ON s.id = c.subject_id " if asked.by_subject else "")
        + f"WHERE {where}c.sensitive = {_truth(asked.sensitive)} AND ({_within('c.received_on', ranges)})"
    )


def _waiting(asked: Asked, ranges: Sequence[tuple[date, date]]) -> str:
    """The changes that wait, as the sums will have them."""
    part = "COALESCE(s.parent_id, s.id)" if asked.by_subject else "p.above"
    columns = ", ".join(f"q.{name}" for name in facts.COLUMNS if name not in {"area", "subject"})
    return (
        f"SELECT {part} AS part, q.n, {columns} FROM rollups_change q JOIN rollups_place p ON p.area = q.area "
        + ("JOIN programme_subject s ON s.id = q.subject " if asked.by_subject else "")
        + f"WHERE p.above IN ({_list(asked.read)}) AND q.sensitive = {_truth(asked.sensitive)} "
        f"AND ({_within('q.received_on', ranges)})"
    )


def _told(asked: Asked, seen: _Parts, kept: _Parts) -> dict[Any, Counted]:
    """As listening.figures tells it: only parts that have cases, and what lies in no part under None."""
    if asked.by == "child" and asked.area is not None and kept:
        rest = kept.pop(asked.area.pk, Counted())
        for part in kept.values():
            rest.counts.subtract(part.counts)
            rest.answer_days.subtract(part.answer_days)
            rest.resolve_days.subtract(part.resolve_days)
        kept[None] = rest
    found: _Parts = defaultdict(Counted)
    for parts in (kept, seen):
        for key, part in parts.items():
            found[key if asked.by else None].add(part)
    for one in found.values():  # what waited may have taken away the last one of some days
        one.answer_days, one.resolve_days = +one.answer_days, +one.resolve_days
    return {key: one for key, one in found.items() if _has_cases(one)}


def _has_cases(one: Counted) -> bool:
    return any(one.counts[name] for name in ("received", "joined", "withdrawn"))


def _ranges(parts: Cut, *, edges: bool = True) -> tuple[tuple[date, date], ...]:
    """The days of the whole months, and of the edges."""
    months: tuple[tuple[date, date], ...] = ()
    if parts.months is not None:
        months = ((parts.months[0], next_month(parts.months[1]) - timedelta(days=1)),)
    return (*months, *(parts.edges if edges else ()))


def _within(column: str, ranges: Sequence[tuple[date, date]]) -> str:
    return " OR ".join(f"{column} BETWEEN {literal(first)} AND {literal(last)}" for first, last in ranges)


def _list(ids: Sequence[int]) -> str:
    return ", ".join(str(pk) for pk in ids) or "NULL"


def _truth(value: bool) -> str:
    if connection.vendor == "postgresql":
        return "true" if value else "false"
    return str(int(value))


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
