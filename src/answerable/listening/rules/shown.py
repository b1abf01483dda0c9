"""The clocks of a case as its page shows them: which one runs, waits, was kept or was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.kernel.workdays import WorkCalendar
from answerable.programme.rules import ServiceTimes

from .clocks import CONFIRM_DAYS, Logged, due_dates
from .states import OPEN_STATES, State
from .summary import summarise


@dataclass(frozen=True)
class ShownClock:
    """One clock. `status`: running, paused, late, kept (ended in time), missed (ended late), over (nothing owed)."""

    name: str
    due_on: date
    done_on: date | None
    status: str
    days: int


def shown_clocks(
    log: Sequence[Logged], times: ServiceTimes, calendar: WorkCalendar, today: date
) -> list[ShownClock]:
    """The clocks of a log on a day, in the order in which they fall due. `days` is the distance to the due day."""
    dates = due_dates(log, times, calendar)
    done = summarise(log, times, calendar)
    state = log[-1].state
    clocks = [
        _clock("acknowledge", dates.acknowledge, done.acknowledged_on, state, today),
        _clock("answer", dates.answer, done.answered_on, state, today),
        _clock("resolve", dates.resolve, done.resolved_on, state, today),
    ]
    if state is State.APPEALED and dates.appeal is not None:
        clocks = [clock for clock in clocks if clock.done_on is not None]
        clocks.append(_clock("appeal", dates.appeal, None, state, today))
    if state is State.CLAIMED_DONE and done.claimed_on is not None:
        since = max(entry.on for entry in log if entry.state is State.CLAIMED_DONE)
        last = since + timedelta(days=CONFIRM_DAYS)
        clocks.append(ShownClock("confirm", last, None, "running", (last - today).days))
    return clocks


def _clock(name: str, due_on: date, done_on: date | None, state: State, today: date) -> ShownClock:
    days = ((done_on or today) - due_on).days
    if done_on is not None:
        status = "missed" if days > 0 else "kept"
    elif state not in OPEN_STATES:
        status = "over"
    elif state is State.AWAITING_RESIDENT and name != "acknowledge":
        status = "paused"
    else:
        status = "late" if days > 0 else "running"
    return ShownClock(name, due_on, done_on, status, abs(days))
