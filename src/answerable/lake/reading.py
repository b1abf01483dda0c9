# ruff: noqa: S608 - SQL of names of our own and of numbers and months, put together from pieces
"""Rows as the database itself writes them: one text a file, a line a row, the same on SQLite and PostgreSQL.

So a million rows cost no million Python objects, and the text's digest says whether a file is still true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from answerable.places.models import LEVEL_COLUMNS, Area

from .declaring import Column, Fact, Split

#: Between cells; no name or code holds it.
CELL = "\x1f"


@dataclass(frozen=True, order=True)
class Part:
    """One file of a table: its folders, and the year or month that it is of (`all` for a table of one file)."""

    year: int
    county: int
    period: str

    @property
    def path(self) -> str:
        """Where it stands in the table's folder."""
        if self.period == "all":
            return "all.parquet"
        return f"year={self.year}/county={self.county}/{self.period}.parquet"


#: What a table without any row consists of, so that its columns are known.
NOTHING = Part(0, 0, "none")


@dataclass(frozen=True)
class Whole:
    """Which rows: those of one area and below (None: all), and the depth that counties have."""

    area: Area | None
    county_depth: int
    #: The months that a table has rows of, at most; found once.
    spans: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def within(self) -> str:
        """The condition on `a`."""
        if self.area is None:
            return "1 = 1"
        return f"a.l{self.area.depth} = {self.area.pk}"


def be_plain() -> None:
    """Inside a transaction: PostgreSQL compiles no statement, as that takes longer than to run one of a county."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")


def county_depth() -> int:
    """Two levels above the villages, as counties are in a tree of province, prefecture, county, township, village."""
    rows = Area.objects.filter(level__is_village=True).order_by().values_list("depth", flat=True)
    depths = list(rows.distinct())
    return min(max(1, max(depths, default=1) - 2), LEVEL_COLUMNS)


def counties(whole: Whole) -> list[int | None]:
    """The counties to read one after the other; None for what lies above them."""
    rows = Area.objects.filter(depth=whole.county_depth, path__isnull=False)
    if whole.area is not None:
        if whole.area.depth >= whole.county_depth:
            return [_ancestor(whole.area, whole.county_depth)]
        rows = rows.filter(**{f"l{whole.area.depth}": whole.area.pk})
    return [*rows.order_by("pk").values_list("pk", flat=True), None]


def _ancestor(area: Area, depth: int) -> int | None:
    found: int | None = getattr(area, f"l{depth}")
    return found


def parts(
    fact: Fact, whole: Whole, county: int | None = None, months: Iterable[str] | None = None
) -> Iterator[tuple[Part, int, str]]:
    """Each file of a table with its count of rows and its text; of one county where the table is large.

    `months`: only what is filed under these months (of a table that is cut by months).
    """
    line = _line(fact)
    where = [fact.where or "1 = 1"]
    if fact.split is Split.WHOLE:
        for count, text in _rows(
            f"SELECT COUNT(*), {_joined(fact)} FROM ({_ordered(fact, line, where, ())}) f"
        ):
            yield Part(0, 0, "all"), count, text or ""
        return
    where.append(whole.within())
    own = f"COALESCE(a.l{whole.county_depth}, 0)"
    if fact.large:
        place = f"= {county}" if county is not None else "IS NULL"
        where.append(f"a.l{whole.county_depth} {place}")
        own = str(county or 0)
    if fact.large and connection.vendor == "sqlite":
        # In the order of the index, month by month: nothing is sorted, which takes as long as all the rest.
        for month in sorted(months) if months is not None else _span(fact, whole):
            first, last = map(_day, _ends(month))
            own_month = " AND ".join([*where, f"{fact.on} BETWEEN {first} AND {last}"])
            sql = f"SELECT COUNT(*), GROUP_CONCAT({line}, CHAR(10)) FROM {fact.source} WHERE {own_month}"
            for count, text in _rows(sql):
                if count:
                    yield Part(int(month[:4]), county or 0, month), count, text
        return
    if months is not None:
        ranges = [
            f"{fact.on} BETWEEN {_day(first)} AND {_day(last)}" for first, last in map(_ends, sorted(months))
        ]
        where.append(f"({' OR '.join(ranges) or '1 = 0'})")
    length = 7 if fact.split is Split.MONTH else 4
    keys = (f"{own} AS county", f"SUBSTR(CAST({fact.on} AS TEXT), 1, {length}) AS period")
    sql = _ordered(fact, line, where, keys)
    for found, period, count, text in _rows(
        f"SELECT f.county, f.period, COUNT(*), {_joined(fact)} FROM ({sql}) f GROUP BY f.county, f.period"
    ):
        yield Part(int(period[:4]), int(found), period), count, text


def _span(fact: Fact, whole: Whole) -> list[str]:
    """Every month from the first to the last that the table has a row of."""
    if fact.name not in whole.spans:
        ((first, last),) = _rows(f"SELECT MIN({fact.on}), MAX({fact.on}) FROM {fact.dated}")
        begun, ended = (int(day[:4]) * 12 + int(day[5:7]) - 1 if day else 0 for day in (first, last))
        span = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(begun, ended + 1)] if first else []
        whole.spans[fact.name] = span
    return whole.spans[fact.name]


def _ends(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1) - date.resolution


def _day(day: date) -> str:
    return f"'{day.isoformat()}'"


def _ordered(fact: Fact, line: str, where: list[str], keys: tuple[str, ...]) -> str:
    """A line a row, with its place in the order."""
    places = [f"{key} AS n{place}" for place, key in enumerate(fact.key)]
    columns = ", ".join([*keys, *places, f"{line} AS line"])
    return f"SELECT {columns} FROM {fact.source} WHERE {' AND '.join(where)}"


def _joined(fact: Fact) -> str:
    order = ", ".join(f"f.n{place}" for place in range(len(fact.key)))
    if connection.vendor == "postgresql":
        return f"STRING_AGG(f.line, CHR(10) ORDER BY {order})"
    return f"GROUP_CONCAT(f.line, CHAR(10) ORDER BY {order})"


def _line(fact: Fact) -> str:
    return f"CONCAT_WS({_cell()}, {', '.join(map(_text, fact.columns))})"


def _cell() -> str:
    return "CHR(31)" if connection.vendor == "postgresql" else "CHAR(31)"


def _text(column: Column) -> str:
    """A cell. What is never empty is not asked whether it is: a third of the time goes into such questions."""
    sql = f"CAST({column.sql} AS TEXT)" if connection.vendor == "postgresql" else column.sql
    return f"COALESCE({sql}, '')" if column.optional else sql


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(8):
            yield from rows
