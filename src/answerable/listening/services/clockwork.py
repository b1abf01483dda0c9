"""What falls due by itself: nudges, going up a level, windows that close.

Everything owed is a pure function of a case's log (rules/clocks.py), and is written with the day
on which it was due. Every act on a case first does what was owed by then. So it makes no
difference whether `tick` runs each minute, twice at once, or after a week's stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.rules.clocks import next_due
from answerable.listening.rules.states import By, Step

from .core import OpenCase, locked, read_log
from .lookups import Lookups, times_of


@dataclass(frozen=True)
class TickReport:
    """What a tick did: cases touched and steps written."""

    cases: int
    steps: int


def catch_up(opened: OpenCase) -> int:
    """Do what the case's clocks owe up to the act's day; return the number of steps written."""
    times = times_of(opened.case)
    calendar = opened.lookups.calendar(opened.case.area)
    written = 0
    while (due := next_due(opened.log, times, calendar)) is not None and due.on <= opened.lookups.on:
        if due.step is Step.ESCALATED:
            go_up(opened, due.reason, on=due.on)
        else:
            opened.take(due.step, by=By.SYSTEM, on=due.on, reason=due.reason)
        written += 1
    return written


def go_up(opened: OpenCase, reason: str, *, on: date | None = None) -> None:
    """Pass the case to the post one level up; at the top it stays and the step says why all the same."""
    case = opened.case
    if reason == "appeal-late":
        above = opened.lookups.above(case.area, case.subject, case.appeal_post, on=on)
        if above is not None:
            case.appeal_post = above
        opened.take(Step.ESCALATED, by=By.SYSTEM, on=on, reason=reason)
        return
    above = None if case.sensitive else opened.lookups.above(case.area, case.subject, case.owner, on=on)
    opened.take(Step.ESCALATED, by=By.SYSTEM, on=on, reason=reason, to_post=above)


def settle_case(*, pk: int, today: date | None = None, lookups: Lookups | None = None) -> int:
    """Do what one case's clocks owe; return the number of steps written (0: somebody else did it)."""
    lookups = lookups or Lookups(today or clock.today())
    case = Case.objects.select_related("area").filter(pk=pk, next_due_on__lte=lookups.on).first()
    if case is None:
        return 0
    with acting(SYSTEM, Right.TICK, case.area) as act:
        opened = OpenCase(case=locked(pk), act=act, lookups=lookups)
        opened.log = read_log(opened.case)
        written = catch_up(opened)
        if written:
            opened.save()
        else:
            act.idle = True
    return written


def tick(*, today: date | None = None, progress: Callable[[int], object] | None = None) -> TickReport:
    """Do everything that is due, each case in a transaction of its own. Safe to run twice at once.

    `progress` is called with the number of cases done so far.
    """
    day = today or clock.today()
    cases = steps = 0
    lookups = Lookups(day)
    for pk in _due(day):
        written = settle_case(pk=pk, lookups=lookups)
        cases += bool(written)
        steps += written
        if progress:
            progress(cases)
    return TickReport(cases=cases, steps=steps)


def _due(day: date) -> Iterator[int]:
    """The cases that are due, in pages, so that a week's stop needs no large list."""
    last = 0
    most = Case.objects.aggregate(most=Max("pk"))["most"] or 0
    while page := list(
        Case.objects.filter(next_due_on__lte=day, pk__gt=last, pk__lte=most)
        .order_by("pk")
        .values_list("pk", flat=True)[:500]
    ):
        yield from page
        last = page[-1]
