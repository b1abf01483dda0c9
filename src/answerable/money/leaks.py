"""Leaks: where money or work stopped on the way. Each is a list of rows that say what, where and since when.

Five of them, and each is a question to an office, not a finding: money in hand and in no contract for long; paid, but
not said to be done by the day it was planned for; said to be done, but not paid; sums that two levels' books
disagree about; and payments that are over the threshold only together (splits.py).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Sum

from answerable.projects.models import Project

from .answers import Scope, idle_lots, query_rows, way_by_project
from .models import Book, BudgetLine, Entry, Posting
from .rules.answers import Way
from .rules.stages import Role, Stage
from .splits import USUAL_WITHIN, Split, splits

#: Days after which money without a contract, or work without its payment, is shown.
USUAL_DAYS = 90
#: Days that money may be on the way between two books.
ON_THE_WAY_DAYS = 14
_GONE = ("cancelled",)


#: Sent, undone of it, entered, undone of that; each by its cash. Only what does not come to nothing is left.
_GAPS = """
WITH sent AS (
  SELECT e.id FROM money_entry e WHERE e.to_book_id IS NOT NULL AND e.stage IN ('allocation', 'return')
    AND e.reverses_id IS NULL AND e.counterpart_id IS NULL AND e."on" <= %s AND {where}
), moved AS (
  SELECT s.id AS key, s.id AS entry_id, -1 AS sign FROM sent s
  UNION ALL SELECT s.id, r.id, -1 FROM sent s JOIN money_entry r ON r.reverses_id = s.id AND r."on" <= %s
  UNION ALL SELECT s.id, c.id, 1 FROM sent s
    JOIN money_entry c ON c.counterpart_id = s.id AND c.reverses_id IS NULL AND c."on" <= %s
  UNION ALL SELECT s.id, r.id, 1 FROM sent s JOIN money_entry c ON c.counterpart_id = s.id AND c.reverses_id IS NULL
    JOIN money_entry r ON r.reverses_id = c.id AND r."on" <= %s
), g AS (
  SELECT m.key, m.sign, p.fund_id, p.currency, p.units FROM moved m
    JOIN money_posting p ON p.entry_id = m.entry_id JOIN money_account a ON a.id = p.account_id
  WHERE a.role = 'cash'
)
SELECT g.key, g.fund_id, g.currency, SUM(CASE WHEN g.sign < 0 THEN -g.units ELSE 0 END),
  SUM(CASE WHEN g.sign > 0 THEN g.units ELSE 0 END)
FROM g WHERE {only} GROUP BY g.key, g.fund_id, g.currency HAVING SUM(g.units) <> 0
"""


@dataclass(frozen=True)
class Idle:
    """Money in hand for longer than asked about, in no contract."""

    book_id: int
    fund_id: int
    currency: str
    units: int
    since: date


@dataclass(frozen=True)
class Unfinished:
    """A project that was paid for and is late, or is done and not paid."""

    project: Project
    way: dict[str, Way]
    since: date


@dataclass(frozen=True)
class Gap:
    """One transfer between two books, as the one and the other have it."""

    entry_id: int
    from_book_id: int
    to_book_id: int
    fund_id: int | None
    currency: str
    sent_units: int
    entered_units: int
    on: date

    @property
    def units(self) -> int:
        """Sent and not entered; below zero where more was entered than sent."""
        return self.sent_units - self.entered_units


@dataclass(frozen=True)
class Leaks:
    """All five, the largest or oldest first; split payments the newest first."""

    days: int
    on: date
    idle: list[Idle] = field(default_factory=list)
    paid_not_done: list[Unfinished] = field(default_factory=list)
    done_not_paid: list[Unfinished] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are."""
        of_projects = len(self.paid_not_done) + len(self.done_not_paid)
        return len(self.idle) + of_projects + len(self.gaps) + len(self.splits)


def leaks(scope: Scope, on: date, days: int = USUAL_DAYS, within: int = USUAL_WITHIN) -> Leaks:
    """The leaks of the scope's books and funds at the end of a day. A handful of queries.

    `within`: how many days may lie between payments that count together.
    """
    paid, done = _projects(scope, on, days)
    return Leaks(days, on, idle(scope, on, days), paid, done, gaps(scope, on), splits(scope, on, within))


def idle(scope: Scope, on: date, days: int = USUAL_DAYS) -> list[Idle]:
    """Money that came `days` ago or more, and is in hand and in no contract."""
    last = on - timedelta(days=days)
    found = []
    for (book_id, fund_id, currency), lots in idle_lots(scope, on).items():
        old = [lot for lot in lots if lot.since <= last]
        if old:
            found.append(Idle(book_id, fund_id, currency, sum(lot.units for lot in old), old[0].since))
    return sorted(found, key=lambda one: (one.since, -one.units, one.book_id))


def _projects(scope: Scope, on: date, days: int) -> tuple[list[Unfinished], list[Unfinished]]:
    """Paid and not done; done and not paid."""
    paid_for = way_by_project(scope)
    lines = _lines(scope)
    ids = set(paid_for) | set(lines)
    projects = Project.objects.filter(pk__in=ids).exclude(phase__in=_GONE).select_related("area", "parent")
    last_paid = _last_paid(ids, on)
    paid, done = [], []
    for project in projects.order_by("pk"):
        way = paid_for.get(project.pk, {})
        spent = any(one.spent > 0 for one in way.values())
        due = project.planned_end_on or (
            last_paid[project.pk] + timedelta(days=days) if project.pk in last_paid else None
        )
        if spent and project.claimed_on is None and due is not None and due < on:
            paid.append(Unfinished(project, way, due))
        claimed = project.claimed_on
        if (
            claimed is not None
            and claimed <= on - timedelta(days=days)
            and _unpaid(way, lines.get(project.pk, {}))
        ):
            done.append(Unfinished(project, way, claimed))
    return sorted(paid, key=lambda one: one.since), sorted(done, key=lambda one: one.since)


def _unpaid(way: dict[str, Way], lines: dict[str, int]) -> bool:
    """Something is still owed under a contract, or money was set aside and none of it was paid."""
    owed = any(one.committed_open > 0 for one in way.values())
    return owed or any(units > 0 and not (way.get(cur) or Way()).paid for cur, units in lines.items())


def _lines(scope: Scope) -> dict[int, dict[str, int]]:
    """What budget lines set aside, by project and currency."""
    rows = BudgetLine.objects.filter(project__isnull=False)
    if scope.fund_ids is not None:
        rows = rows.filter(fund__in=scope.fund_ids)
    if scope.book_ids is not None:
        rows = rows.filter(book__in=scope.book_ids)
    if scope.area is not None:
        rows = rows.filter(**{f"project__area__l{scope.area[1]}": scope.area[0]})
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for project_id, currency, units in rows.values_list("project", "currency").annotate(all=Sum("units")):
        found[project_id or 0][currency] = int(units)
    return dict(found)


def _last_paid(ids: set[int], on: date) -> dict[int, date]:
    rows = Posting.objects.filter(
        project__in=ids, account__role=Role.SPENT.value, entry__stage=Stage.PAYMENT.value, entry__on__lte=on
    )
    return dict(rows.values_list("project").annotate(last=Max("entry__on")).order_by())


def gaps(scope: Scope, on: date, days: int = ON_THE_WAY_DAYS) -> list[Gap]:
    """Transfers whose two books disagree: not entered after `days`, or entered with another sum; the oldest first.

    What was undone counts as what is left of it, in both books. Two queries.
    """
    where, values = _sent_in(scope)
    day = on.isoformat()
    only, fund_values = Scope(fund_ids=scope.fund_ids).where("g.fund_id", "")
    sql = _GAPS.format(where=where, only=only)
    rows = query_rows(sql, [day, *values, day, day, day, *fund_values])
    entries = Entry.objects.in_bulk([row[0] for row in rows])
    last = on - timedelta(days=days)
    found = [
        Gap(
            pk,
            entries[pk].book_id,
            entries[pk].to_book_id or 0,
            fund_id,
            currency,
            int(sent),
            int(entered),
            entries[pk].on,
        )
        for pk, fund_id, currency, sent, entered in rows
        if int(entered) or entries[pk].on <= last
    ]
    return sorted(found, key=lambda gap: (gap.on, gap.entry_id))


def _sent_in(scope: Scope) -> tuple[str, list[Any]]:
    """The condition on entries that send something, in or out of the scope's books."""
    parts, values = ["1 = 1"], list[Any]()
    if scope.book_ids is not None:
        among = ", ".join(["%s"] * len(scope.book_ids)) or "NULL"
        parts.append(f"(e.book_id IN ({among}) OR e.to_book_id IN ({among}))")
        values += [*scope.book_ids, *scope.book_ids]
    if scope.area is not None:
        # Checks the depth as well: it becomes a column's name.
        inside, held = Scope(area=scope.area).where("", "")
        own = f"SELECT b.id FROM money_book b JOIN places_area p ON p.id = b.area_id WHERE {inside}"  # noqa: S608
        parts.append(f"(e.book_id IN ({own}) OR e.to_book_id IN ({own}))")
        values += [*held, *held]
    if scope.fund_ids is not None:
        among = ", ".join(["%s"] * len(scope.fund_ids)) or "NULL"
        parts.append(
            f"EXISTS (SELECT 1 FROM money_posting q WHERE q.entry_id = e.id AND q.fund_id IN ({among}))"  # noqa: S608
        )
        values += scope.fund_ids
    return " AND ".join(parts), values


def books_named(ids: set[int]) -> dict[int, Book]:
    """The books of a list of leaks, with their areas. One query."""
    return {book.pk: book for book in Book.objects.filter(pk__in=ids).select_related("area__level")}
