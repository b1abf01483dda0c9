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
from answerable.listening.selectors import place_if_due

from .core import OpenCase, catch_up, locked, read_log
from .lookups import Lookups


@dataclass(frozen=True)
class TickReport:
    """What a tick did: cases touched and steps written."""

    cases: int
    steps: int


def settle_case(*, pk: int, today: date | None = None, lookups: Lookups | None = None) -> int:
    """Do what one case's clocks owe; return the number of steps written (0: somebody else did it)."""
    lookups = lookups or Lookups(today or clock.today())
    seen = place_if_due(pk, lookups.on)
    if seen is None:
        return 0
    with acting(SYSTEM, Right.TICK, seen.area) as act:
        opened = OpenCase(case=locked(pk, seen.area), act=act, lookups=lookups)
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
