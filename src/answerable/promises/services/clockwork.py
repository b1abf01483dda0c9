"""What falls due by itself: reminders, going up a level, a project that was cancelled, a post that ended.

Everything is written with the day on which it was due, and every act on a promise first does what was owed
by then: so it makes no difference how often `tick` runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.kernel import clock
from answerable.projects.models import ProjectStep
from answerable.promises.models import Promise
from answerable.promises.rules import State
from answerable.promises.selectors import FOLLOWED

from .core import catch_up, opened


@dataclass(frozen=True)
class TickReport:
    """What a tick did: promises touched and steps written."""

    promises: int
    steps: int


def settle_promise(*, pk: int, today: date | None = None) -> int:
    """Do what one promise owes; return the number of steps written (0: somebody else did it)."""
    day = today or clock.today()
    promise = Promise.objects.filter(_due(day), pk=pk).select_related("area").first()
    if promise is None:
        return 0
    with acting(SYSTEM, Right.TICK, promise.area) as act:
        under = opened(pk, act, promise.area, day)
        written = catch_up(under)
        if written:
            under.save()
        else:
            act.idle = True
    return written


def tick(*, today: date | None = None) -> TickReport:
    """Do everything that is due, each promise in a transaction of its own. Safe to run twice at once."""
    day = today or clock.today()
    promises = steps = 0
    for pk in _waiting(day):
        written = settle_promise(pk=pk, today=day)
        promises += bool(written)
        steps += written
    return TickReport(promises=promises, steps=steps)


def _due(day: date) -> Q:
    cancelled = ProjectStep.objects.filter(project=OuterRef("project_id"), phase="cancelled")
    return (
        Q(next_due_on__lte=day)
        | Q(Exists(cancelled), state=State.TAKEN_UP.value)
        | Q(state__in=FOLLOWED, owner__valid_to__lt=day)
    )


def _waiting(day: date) -> Iterator[int]:
    last = 0
    rows = Promise.objects.filter(_due(day)).order_by("pk").values_list("pk", flat=True)
    while page := list(rows.filter(pk__gt=last)[:500]):
        yield from page
        last = page[-1]
