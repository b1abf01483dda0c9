"""Payments that look as if one had been cut into several: each without a second person, together over the threshold.

To the same organisation, of the same budget line, within some days. A question to the office that paid, as every leak
is: two deliveries in a month are two payments. Payments to people name nobody, so nothing is asked about them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection

from answerable.programme.models import Organisation

from .answers import Scope, query_rows
from .models import Book, BudgetLine, Threshold

#: Payments that are no further apart count together.
USUAL_WITHIN = 30
#: How far back is looked.
LOOK_BACK_DAYS = 365

#: The payments of the scope, by organisation and line, around which more was paid than the lowest threshold of the level.
#: Left out: what was undone; what a contract covers that a second person checked; books whose every entry waits.
_PAID = """
WITH lowest AS (
  SELECT t.level_id, t.currency, MIN(t.units) AS units FROM money_threshold t GROUP BY t.level_id, t.currency
), paid AS (
  SELECT e.book_id, q.line_id, q.payee_id, q.currency, e.id AS entry_id, e."on", {day} AS day,
    l.units AS threshold, p.level_id, SUM(q.units) AS units
  FROM money_entry e JOIN money_posting q ON q.entry_id = e.id JOIN money_account a ON a.id = q.account_id
    JOIN money_book b ON b.id = e.book_id JOIN places_area p ON p.id = b.area_id
    JOIN lowest l ON l.level_id = p.level_id AND l.currency = q.currency
  WHERE e.stage = 'payment' AND e.reverses_id IS NULL AND e."on" > %s AND e."on" <= %s AND a.role = 'spent'
    AND q.line_id IS NOT NULL AND q.payee_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM money_entry r WHERE r.reverses_id = e.id AND r."on" <= %s)
    AND NOT EXISTS (SELECT 1 FROM money_entry c WHERE c.id = e.commitment_id AND c.checker_post_id IS NOT NULL)
    AND {where}
  GROUP BY e.book_id, q.line_id, q.payee_id, q.currency, e.id, e."on", l.units, p.level_id
), around AS (
  SELECT paid.*, SUM(paid.units) OVER (PARTITION BY paid.line_id, paid.payee_id, paid.currency ORDER BY paid.day
    RANGE BETWEEN {within} PRECEDING AND {within} FOLLOWING) AS near
  FROM paid
)
SELECT book_id, line_id, payee_id, currency, level_id, "on", entry_id, units FROM around WHERE near > threshold
ORDER BY book_id, line_id, payee_id, currency, "on", entry_id
"""
_DAY = {"sqlite": 'CAST(julianday(e."on") AS INTEGER)', "postgresql": "(e.\"on\" - DATE '2000-01-01')"}


class Paid(NamedTuple):
    """A payment, and the threshold that held on its day."""

    on: date
    units: int
    threshold: int


@dataclass(frozen=True)
class Split:
    """Payments to one organisation, each of them under the threshold, together over it."""

    book_id: int
    line_id: int
    payee_id: int
    currency: str
    payments: int
    units: int
    #: The highest that held meanwhile.
    threshold: int
    first: date
    last: date


def splits(scope: Scope, on: date, within: int = USUAL_WITHIN) -> list[Split]:
    """What was paid so in the year up to a day by the scope's books, the newest first. Two queries.

    `within` is how many days may lie between the first and the last of payments that count together.
    """
    where, values = scope.where("q.fund_id", "e.book_id")
    sql = _PAID.format(day=_DAY[connection.vendor], where=where, within=int(within))
    since, until = (on - timedelta(days=LOOK_BACK_DAYS)).isoformat(), on.isoformat()
    held = _thresholds()
    groups: dict[tuple[int, int, int, str], list[Paid]] = defaultdict(list)
    for book, line, payee, currency, level, day, _, units in query_rows(sql, [since, until, until, *values]):
        paid_on = date.fromisoformat(day) if isinstance(day, str) else day
        if (threshold := _on(held.get((level, currency), []), paid_on)) is not None:
            groups[book, line, payee, currency].append(Paid(paid_on, int(units), threshold))
    found = [
        Split(
            *key, len(part), sum(one.units for one in part), max(one.threshold for one in part), first, last
        )
        for key, paid in groups.items()
        for part in together(paid, within)
        for first, last in ((part[0].on, part[-1].on),)
    ]
    return sorted(found, key=lambda one: (-one.last.toordinal(), -one.units, one.line_id, one.payee_id))


def together(paid: Sequence[Paid], within: int) -> list[list[Paid]]:
    """The parts of a line's payments, in the order of days, that are over the threshold only together.

    Each window of `within` days that is over counts whole; windows that share a payment are one part.
    """
    small = [one for one in paid if one.units <= one.threshold]
    parts: list[list[int]] = []
    start = total = 0
    for n, one in enumerate(small):
        total += one.units
        while (one.on - small[start].on).days > within:
            total -= small[start].units
            start += 1
        if n > start and total > max(other.threshold for other in small[start : n + 1]):
            if parts and parts[-1][1] >= start:
                parts[-1][1] = n
            else:
                parts.append([start, n])
    return [small[first : last + 1] for first, last in parts]


def _thresholds() -> dict[tuple[int, str], list[tuple[date, int]]]:
    """By level and currency: from which day on which amount. One query."""
    found: dict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
    rows = Threshold.objects.order_by("valid_from")
    for level, currency, since, units in rows.values_list("level_id", "currency", "valid_from", "units"):
        found[level, currency].append((since, units))
    return found


def _on(held: list[tuple[date, int]], day: date) -> int | None:
    """What held on a day; None where everything waited for a second person."""
    place = bisect_right(held, day, key=lambda one: one[0])
    return held[place - 1][1] if place else None


class Named(NamedTuple):
    """A row with what it speaks of."""

    book: Book
    line: BudgetLine
    payee: Organisation
    split: Split


def named(found: Sequence[Split]) -> list[Named]:
    """The rows with their books, lines and organisations. Three queries."""
    books = Book.objects.select_related("area__level").in_bulk([one.book_id for one in found])
    lines = BudgetLine.objects.select_related("fund", "project").in_bulk([one.line_id for one in found])
    payees: dict[int, Any] = Organisation.objects.in_bulk([one.payee_id for one in found])
    return [Named(books[one.book_id], lines[one.line_id], payees[one.payee_id], one) for one in found]
