"""Leaks: where money or work stopped on the way. Each is a list of rows that say what, where and since when.

Four of them, and each is a question to an office, not a finding: money in hand and in no contract for long; paid, but
not said to be done by the day it was planned for; said to be done, but not paid; and sums that two levels' books
disagree about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, Sum

from answerable.projects.models import Project

from .answers import Scope, idle_lots, way_by_project
from .models import Book, BudgetLine, Entry, Posting
from .rules.answers import Way
from .rules.stages import Role, Stage

#: Days after which money without a contract, or work without its payment, is shown.
USUAL_DAYS = 90
#: Days that money may be on the way between two books.
ON_THE_WAY_DAYS = 14
_GONE = ("cancelled",)


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
    """All four, the largest or oldest first."""

    days: int
    on: date
    idle: list[Idle] = field(default_factory=list)
    paid_not_done: list[Unfinished] = field(default_factory=list)
    done_not_paid: list[Unfinished] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.idle) + len(self.paid_not_done) + len(self.done_not_paid) + len(self.gaps)


def leaks(scope: Scope, on: date, days: int = USUAL_DAYS) -> Leaks:
    """The leaks of the scope's books and funds at the end of a day. A handful of queries."""
    paid, done = _projects(scope, on, days)
    return Leaks(days, on, idle(scope, on, days), paid, done, gaps(scope, on))


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

    What was undone counts as what is left of it, in both books.
    """
    sent = _net(scope, on)
    entered = _entered(list(sent), on)
    last = on - timedelta(days=days)
    found = []
    for key, (units, entry) in sent.items():
        other = entered.get(key, 0)
        if units == other or (other == 0 and entry.on > last):
            continue
        entry_id, fund_id, currency = key
        found.append(
            Gap(entry_id, entry.book_id, entry.to_book_id or 0, fund_id, currency, units, other, entry.on)
        )
    return sorted(found, key=lambda gap: (gap.on, gap.entry_id))


_Key = tuple[int, int | None, str]


def _net(scope: Scope, on: date) -> dict[_Key, tuple[int, Entry]]:
    """What was sent to other books, less what was undone of it."""
    rows = Entry.objects.filter(
        stage__in=[Stage.ALLOCATION.value, Stage.RETURN.value],
        to_book__isnull=False,
        reverses__isnull=True,
        on__lte=on,
    )
    if scope.book_ids is not None:
        rows = rows.filter(Q(book__in=scope.book_ids) | Q(to_book__in=scope.book_ids))
    if scope.area is not None:
        column = f"area__l{scope.area[1]}"
        rows = rows.filter(
            Q(**{f"book__{column}": scope.area[0]}) | Q(**{f"to_book__{column}": scope.area[0]})
        )
    if scope.fund_ids is not None:
        rows = rows.filter(postings__fund__in=scope.fund_ids).distinct()
    entries = {entry.pk: entry for entry in rows}
    sums = _cash({pk: pk for pk in entries}, on, sign=-1)
    return {key: (units, entries[key[0]]) for key, units in sums.items() if _wanted(scope, key)}


def _wanted(scope: Scope, key: _Key) -> bool:
    return scope.fund_ids is None or key[1] in scope.fund_ids


def _entered(keys: list[_Key], on: date) -> dict[_Key, int]:
    """What the receiving books entered for each of these."""
    wanted = {key[0] for key in keys}
    rows = Entry.objects.filter(counterpart__in=wanted, reverses__isnull=True, on__lte=on)
    return _cash(dict(rows.values_list("pk", "counterpart")), on, sign=1)


def _cash(of: dict[int, Any], on: date, sign: int) -> dict[_Key, int]:
    """The money that these entries moved, with what undid them, under the entry that each stands for."""
    of = dict(of)
    undone = Entry.objects.filter(reverses__in=list(of), on__lte=on).values_list("pk", "reverses")
    of |= {pk: of[reverses] for pk, reverses in undone if reverses is not None}
    rows = Posting.objects.filter(entry__in=list(of), account__role=Role.CASH.value)
    sums: dict[_Key, int] = defaultdict(int)
    for entry_id, fund_id, currency, units in rows.values_list("entry", "fund", "currency", "units"):
        sums[of[entry_id], fund_id, currency] += sign * units
    return dict(sums)


def books_named(ids: set[int]) -> dict[int, Book]:
    """The books of a list of leaks, with their areas. One query."""
    return {book.pk: book for book in Book.objects.filter(pk__in=ids).select_related("area__level")}
