"""Where the money is: for any fund, sponsor, level, book, project or area, from the kept sums (models/sums.py).

Exact, for staff and for the public alike: these are sums of offices' money, and no person stands in them. Figures are
by currency and are never added up over currencies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from answerable.places.models import LEVEL_COLUMNS

from .models import Fund
from .resting import Lot, Move, Rest, rested, unspent_lots
from .rules.answers import Way, ways

_BY_FUND = """
SELECT {keys} s.currency, a.role, s.stage, SUM(s.debit_units - s.credit_units)
FROM money_fundsum s JOIN money_account a ON a.id = s.account_id JOIN money_book b ON b.id = a.book_id
{joins}
WHERE {where}
GROUP BY {keys} s.currency, a.role, s.stage
"""
_BY_WORK = """
SELECT {keys} s.currency, a.role, s.stage, SUM(s.debit_units - s.credit_units)
FROM money_worksum s JOIN money_account a ON a.id = s.account_id
{joins}
WHERE {where}
GROUP BY {keys} s.currency, a.role, s.stage
"""
_AREA = "JOIN places_area p ON p.id = b.area_id"
_WORK_AREA = "JOIN places_area p ON p.id = s.area_id"
#: What moved money in hand, and contracts, by day: whole days are one move each way.
_MOVES = """
SELECT a.book_id, p.fund_id, p.currency, e."on", a.role, SUM(CASE WHEN p.units > 0 THEN p.units ELSE 0 END),
  SUM(CASE WHEN p.units < 0 THEN p.units ELSE 0 END)
FROM money_posting p JOIN money_account a ON a.id = p.account_id JOIN money_entry e ON e.id = p.entry_id
  {joins}
WHERE a.role IN ('cash', 'committed') AND {where}
GROUP BY a.book_id, p.fund_id, p.currency, e."on", a.role
ORDER BY e."on"
"""
#: What moved in a time: read from the postings, as sums are kept for all time only.
_BETWEEN = """
SELECT {keys}, p.currency, a.role, e.stage, SUM(p.units)
FROM money_posting p JOIN money_account a ON a.id = p.account_id JOIN money_entry e ON e.id = p.entry_id
  {joins}
WHERE {where} AND p.fund_id IS NOT NULL AND e."on" BETWEEN %s AND %s
GROUP BY {keys}, p.currency, a.role, e.stage
"""


@dataclass(frozen=True)
class Scope:
    """Which books and funds are asked about; everything for an empty one. `area` is its id and its depth."""

    fund_ids: tuple[int, ...] | None = None
    book_ids: tuple[int, ...] | None = None
    area: tuple[int, int] | None = None

    def where(self, fund: str, book: str) -> tuple[str, list[Any]]:
        """The condition and its values; `p` is the area's table."""
        parts, values = ["1 = 1"], list[Any]()
        for column, ids in ((fund, self.fund_ids), (book, self.book_ids)):
            if ids is not None:
                parts.append(f"{column} IN ({', '.join(['%s'] * len(ids)) or 'NULL'})")
                values += ids
        if self.area is not None:
            pk, depth = self.area
            if not 1 <= depth <= LEVEL_COLUMNS:
                raise ValueError("areas deeper than the level columns have no sums")
            parts.append(f"p.l{depth} = %s")
            values.append(pk)
        return " AND ".join(parts), values

    @property
    def joins(self) -> str:
        """What the condition needs."""
        return _AREA if self.area is not None else ""


def way_of(scope: Scope) -> dict[str, Way]:
    """The figures of a scope, by currency. One query."""
    return _ways(_BY_FUND, "", scope.joins, *scope.where("s.fund_id", "a.book_id")).get((), {})


def way_by_book(scope: Scope) -> dict[int, dict[str, Way]]:
    """The same for each book of the scope, by its id. One query."""
    found = _ways(_BY_FUND, "a.book_id", scope.joins, *scope.where("s.fund_id", "a.book_id"))
    return {int(key[0]): way for key, way in found.items()}


def way_by_fund(scope: Scope) -> dict[int, dict[str, Way]]:
    """The same for each fund of the scope, by its id. One query."""
    found = _ways(_BY_FUND, "s.fund_id", scope.joins, *scope.where("s.fund_id", "a.book_id"))
    return {int(key[0]): way for key, way in found.items() if key[0]}


def way_by_level(scope: Scope) -> list[tuple[int, dict[str, Way]]]:
    """The same for each level of the books, from the top: the level's id and its figures. One query."""
    joins = "JOIN places_area p ON p.id = b.area_id JOIN places_arealevel l ON l.id = p.level_id"
    found = _ways(_BY_FUND, "l.rank, l.id", joins, *scope.where("s.fund_id", "a.book_id"))
    return [(int(key[1]), way) for key, way in sorted(found.items())]


def way_of_project(project_id: int) -> dict[str, Way]:
    """What was committed, paid and given for a project. Allocations name no project: they stay zero. One query."""
    return _ways(_BY_WORK, "", "", "s.project_id = %s", [project_id]).get((), {})


def way_by_project(scope: Scope) -> dict[int, dict[str, Way]]:
    """The same for each project that the scope's funds and books paid for; `area` is where the work is. One query."""
    joins = _WORK_AREA if scope.area is not None else ""
    where, values = scope.where("s.fund_id", "a.book_id")
    found = _ways(_BY_WORK, "s.project_id", joins, f"{where} AND s.project_id <> 0", values)
    return {int(key[0]): way for key, way in found.items()}


def way_by_place(scope: Scope, depth: int | None = None) -> dict[int, dict[str, Way]]:
    """What was committed, paid and given for each area that postings name; rolled up to a depth when asked. One query."""
    column = f"p.l{depth}" if depth else "s.area_id"
    where, values = scope.where("s.fund_id", "a.book_id")
    found = _ways(_BY_WORK, column, _WORK_AREA, f"{where} AND {column} IS NOT NULL", values)
    return {int(key[0]): way for key, way in found.items()}


def work_by_book_and_place(scope: Scope) -> dict[tuple[int, int], dict[str, Way]]:
    """What each book of the scope spent for each area that postings name: by book and area. One query."""
    where, values = scope.where("s.fund_id", "a.book_id")
    joins = _WORK_AREA if scope.area is not None else ""
    found = _ways(_BY_WORK, "a.book_id, s.area_id", joins, f"{where} AND s.area_id <> 0", values)
    return {(int(key[0]), int(key[1])): way for key, way in found.items()}


def spent_by_fund_in(area_id: int, depth: int) -> dict[int, dict[str, Way]]:
    """What was committed, paid and given for an area and everything below it, by fund, whoever's books. One query."""
    where, values = Scope(area=(area_id, depth)).where("", "")
    found = _ways(_BY_WORK, "s.fund_id", _WORK_AREA, where, values)
    return {int(key[0]): way for key, way in found.items() if key[0]}


def _ways(
    sql: str, keys: str, joins: str, where: str, values: list[Any]
) -> dict[tuple[Any, ...], dict[str, Way]]:
    sums: dict[tuple[Any, ...], list[tuple[str, str, str, int]]] = defaultdict(list)
    text = sql.format(keys=f"{keys}," if keys else "", joins=joins, where=where)
    for *key, currency, role, stage, units in query_rows(text, values):
        sums[tuple(key)].append((currency, role, stage, int(units)))
    return {key: ways(own) for key, own in sums.items()}


# --- in a time ---


def way_between(scope: Scope, first: date, last: date) -> dict[int, dict[str, Way]]:
    """What moved in the books of the scope from one day to another, by fund: `left` is what that added. One query."""
    where, values = scope.where("p.fund_id", "a.book_id")
    joins = "JOIN money_book b ON b.id = a.book_id JOIN places_area r ON r.id = b.area_id"
    found = _moved("p.fund_id", joins, where, values, first, last)
    return {int(key[0]): way for key, way in found.items()}


def work_between(area: tuple[int, int], first: date, last: date) -> dict[tuple[int, int], dict[str, Way]]:
    """What was committed, paid and given for the places right below an area, whoever's books, by fund and place.

    `area` is its id and its depth; what is for the area as such stands under its own id. One query.
    """
    where, values = Scope(area=area).where("", "")
    _, depth = area
    below = f"COALESCE(r.l{depth + 1}, r.id)" if depth < LEVEL_COLUMNS else "r.id"
    joins = "JOIN places_area r ON r.id = p.area_id"
    found = _moved(f"p.fund_id, {below}", joins, where, values, first, last)
    return {(int(key[0]), int(key[1])): way for key, way in found.items()}


def _moved(
    keys: str, joins: str, where: str, values: list[Any], first: date, last: date
) -> dict[tuple[Any, ...], dict[str, Way]]:
    sql = _BETWEEN.format(keys=keys, joins=joins, where=where.replace("p.l", "r.l"))
    sums: dict[tuple[Any, ...], list[tuple[str, str, str, int]]] = defaultdict(list)
    for *key, currency, role, stage, units in query_rows(sql, [*values, first.isoformat(), last.isoformat()]):
        sums[tuple(key)].append((currency, role, stage, int(units)))
    return {key: ways(own) for key, own in sums.items()}


# --- how long money rests ---


@dataclass(frozen=True)
class Resting:
    """The rest of one fund in one book and one currency."""

    book_id: int
    fund_id: int
    currency: str
    rest: Rest


def resting(scope: Scope, on: date) -> list[Resting]:
    """How long money rested in each book of the scope, fund by fund, up to the end of a day. One query."""
    return [
        Resting(*key, rested((move for move, role in moves if role == "cash"), on))
        for key, moves in _moves(scope, on).items()
    ]


def idle_lots(scope: Scope, on: date) -> dict[tuple[int, int, str], list[Lot]]:
    """What is in hand and in no contract at the end of a day, by book, fund and currency: since when, the oldest first.

    A commitment takes from the oldest, a release gives back as of its day, a payment under a contract takes nothing.
    """
    found = {}
    for key, moves in _moves(scope, on).items():
        by_day: dict[date, int] = defaultdict(int)
        for move, role in moves:
            by_day[move.on] += move.units if role == "cash" else -move.units
        lots = unspent_lots([Move(day, units) for day, units in by_day.items()], on)
        if lots:
            found[key] = lots
    return found


def rest_by_level(found: Iterable[Resting], level_of: dict[int, int]) -> dict[tuple[int, str], Rest]:
    """Rests added up by level and currency; `level_of` says the level of each book."""
    sums: dict[tuple[int, str], Rest] = defaultdict(Rest)
    for one in found:
        sums[level_of[one.book_id], one.currency] += one.rest
    return dict(sums)


def _moves(scope: Scope, on: date) -> dict[tuple[int, int, str], list[tuple[Move, str]]]:
    where, values = scope.where("p.fund_id", "a.book_id")
    joins = ""
    if scope.area is not None:
        where = where.replace("p.l", "r.l")
        joins = "JOIN money_book b ON b.id = a.book_id JOIN places_area r ON r.id = b.area_id"
    sql = _MOVES.format(joins=joins, where=f'{where} AND e."on" <= %s AND p.fund_id IS NOT NULL')
    moves: dict[tuple[int, int, str], list[tuple[Move, str]]] = defaultdict(list)
    for book_id, fund_id, currency, day, role, came, went in query_rows(sql, [*values, on.isoformat()]):
        for units in (came, went):
            if units:
                moves[book_id, fund_id, currency].append((Move(_day(day), int(units)), role))
    return moves


def funds_of_sponsor(sponsor_id: int) -> Scope:
    """The scope of all funds of one sponsor."""
    return Scope(fund_ids=tuple(Fund.objects.filter(sponsor=sponsor_id).values_list("pk", flat=True)))


def query_rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query written out; its values stand apart from its text."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall()  # type: ignore[no-any-return]


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
