"""The states of a promise and its clocks: pure functions of its log and a working calendar. No Django.

A promise is followed until it is kept, or a project takes it up, or an honest no settles it. The day that was
promised never moves: a newer day may be named beside it, and counts for going up a level once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from answerable.kernel.workdays import ONE_DAY, WorkCalendar

#: Working days before the promised day on which the post is reminded.
NUDGE_BEFORE = 5
#: Calendar days without a public word before the post is reminded, and from then until it goes up a level.
SILENCE_DAYS = 30
NUDGE_DAYS = 7
#: The most days ahead that a promise may name: five years.
MOST_DAYS_AHEAD = 1827
#: The most days after it was made that it may be written down.
LATEST_RECORD_DAYS = 366

DECLINE_REASONS = (
    "no-money",
    "not-allowed",
    "not-feasible",
    "not-a-priority",
    "already-served",
    "other-explained",
)
REOPEN_REASONS = ("residents-say-no", "said-too-early", "project-cancelled")
MOVE_REASONS = ("holder-left", "new-round", "workload", "conflict-of-interest", "post-ended")


class State(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    DECLINED = "declined"
    TAKEN_UP = "taken-up"


class Step(StrEnum):
    """What can happen to a promise."""

    MADE = "made"
    TOLD = "told"
    NUDGED = "nudged"
    ESCALATED = "escalated"
    MOVED = "moved"
    KEPT = "kept"
    DECLINED = "declined"
    TAKEN_UP = "taken-up"
    REOPENED = "reopened"


class By(StrEnum):
    """Who takes a step."""

    OFFICE = "office"
    SYSTEM = "system"


_OPEN = frozenset({State.OPEN})
_OFFICE = frozenset({By.OFFICE})
_SYSTEM = frozenset({By.SYSTEM})
_BOTH = _OFFICE | _SYSTEM

#: From which states a step may be taken, by whom, and the state it leads to (None: unchanged).
STEPS: dict[Step, tuple[frozenset[State], frozenset[By], State | None]] = {
    Step.TOLD: (_OPEN | {State.TAKEN_UP}, _OFFICE, None),
    Step.KEPT: (_OPEN | {State.TAKEN_UP}, _OFFICE, State.KEPT),
    Step.TAKEN_UP: (_OPEN, _OFFICE, State.TAKEN_UP),
    Step.DECLINED: (_OPEN, _OFFICE, State.DECLINED),
    Step.REOPENED: (frozenset(State) - _OPEN, _BOTH, State.OPEN),
    Step.NUDGED: (_OPEN, _SYSTEM, None),
    Step.ESCALATED: (_OPEN, _SYSTEM, None),
    Step.MOVED: (_OPEN | {State.TAKEN_UP}, _BOTH, None),
}
#: Steps with a word that everybody can read.
PUBLIC_WORDS = frozenset({Step.MADE, Step.TOLD, Step.KEPT, Step.DECLINED, Step.TAKEN_UP, Step.REOPENED})


@dataclass(frozen=True)
class Logged:
    """One entry of the log as the rules read it. `until` of the first is the promised day."""

    step: Step
    on: date
    state: State
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Due:
    """What the machinery has to do next, and the day from which it is due."""

    on: date
    step: Step
    reason: str


@dataclass(frozen=True)
class Summary:
    """A promise's columns, computed from its log; names are those of the columns."""

    state: State
    reason: str
    expected_on: date | None
    kept_on: date | None
    late_from: date | None
    last_word_on: date
    next_due_on: date | None
    escalations: int


def may_take(step: Step, state: State, by: By) -> bool:
    """True when that party may take the step from the state."""
    entry = STEPS.get(step)
    return entry is not None and state in entry[0] and by in entry[1]


def next_state(step: Step, state: State) -> State:
    """The state after the step."""
    return STEPS[step][2] or state


def steps_from(state: State, by: By) -> tuple[Step, ...]:
    """The steps that party may take now: what a page offers."""
    return tuple(step for step in STEPS if may_take(step, state, by))


def late_from(log: Sequence[Logged], calendar: WorkCalendar) -> date | None:
    """The first day on which the promise is broken, while it is open.

    The day after the last day in time. A promise whose project was cancelled is broken from that day on.
    """
    if log[-1].state is not State.OPEN:
        return None
    last = calendar.add(log[0].until or log[0].on, 0)
    again = _reopening(log)
    if again is not None and log[again].reason == "project-cancelled":
        return min(last + ONE_DAY, log[again].on)
    return last + ONE_DAY


def next_due(log: Sequence[Logged], calendar: WorkCalendar) -> Due | None:
    """The earliest thing the machinery owes this promise; None while nothing is ever due."""
    if log[-1].state is not State.OPEN:
        return None
    candidates = [due for due in (_ahead(log, calendar), *_late(log, calendar), _silence(log)) if due]
    earliest = min(candidates, key=lambda due: due.on)
    # Never before what has already happened: a log runs forwards.
    return earliest if earliest.on >= log[-1].on else Due(log[-1].on, earliest.step, earliest.reason)


def summarise(log: Sequence[Logged], calendar: WorkCalendar) -> Summary:
    """The columns that a log comes to. `log` begins with `made` and runs forwards."""
    due = next_due(log, calendar)
    state = log[-1].state
    entered = next(i for i in range(len(log) - 1, -1, -1) if i == 0 or log[i - 1].state is not state)
    # A day that was named before it was settled is no word about what is open again.
    named = [entry.until for entry in log[1 + (_reopening(log) or 0) :] if entry.until is not None]
    return Summary(
        state=state,
        reason=log[entered].reason if entered and state in {State.OPEN, State.DECLINED} else "",
        expected_on=named[-1] if named and state in {State.OPEN, State.TAKEN_UP} else None,
        kept_on=log[entered].on if state is State.KEPT else None,
        late_from=late_from(log, calendar),
        last_word_on=max(entry.on for entry in log if entry.step in PUBLIC_WORDS),
        next_due_on=due.on if due else None,
        escalations=sum(entry.step is Step.ESCALATED for entry in log),
    )


def working_days_before(day: date, days: int, calendar: WorkCalendar) -> date:
    """The last day with at least `days` working days after it, up to and including `day`."""
    left = days
    while left > 0:
        left -= calendar.is_working_day(day)
        day -= ONE_DAY
    return day


def _reopening(log: Sequence[Logged]) -> int | None:
    """The place of the last reopening."""
    return max((i for i, entry in enumerate(log) if entry.step is Step.REOPENED), default=None)


def _ahead(log: Sequence[Logged], calendar: WorkCalendar) -> Due | None:
    """One reminder before each day that was named, if there is still time for one."""
    begin, last = _aimed_at(log)
    if any(entry.step is Step.NUDGED and entry.reason == "due-soon" for entry in log[begin:]):
        return None
    on = working_days_before(last, NUDGE_BEFORE, calendar)
    return Due(on, Step.NUDGED, "due-soon") if on > log[begin].on else None


def _late(log: Sequence[Logged], calendar: WorkCalendar) -> list[Due]:
    """Up a level once for the promised day, once for a newer one, and once when its project is cancelled."""
    owed: list[Due] = []
    last = calendar.add(log[0].until or log[0].on, 0)
    if not _went_up(log, "late"):
        owed.append(Due(last + ONE_DAY, Step.ESCALATED, "late"))
    begin, named = _aimed_at(log)
    if begin and log[begin].step is Step.TOLD and not _went_up(log[begin:], "late-again"):
        owed.append(Due(calendar.add(named, 0) + ONE_DAY, Step.ESCALATED, "late-again"))
    again = _reopening(log)
    if again is not None and not _went_up(log[again:], "reopened"):
        owed.append(Due(log[again].on + ONE_DAY, Step.ESCALATED, "reopened"))
    return owed


def _aimed_at(log: Sequence[Logged]) -> tuple[int, date]:
    """The entry that named the day which counts now, and that day."""
    begin = max((i for i, entry in enumerate(log) if entry.until is not None), default=0)
    return begin, log[begin].until or log[begin].on


def _went_up(log: Sequence[Logged], reason: str) -> bool:
    return any(entry.step is Step.ESCALATED and entry.reason == reason for entry in log)


def _silence(log: Sequence[Logged]) -> Due:
    """A reminder after days without a public word, then up a level, then the same again."""
    quiet_since = log[0].on
    nudged: date | None = None
    for entry in log:
        if entry.step in PUBLIC_WORDS or (entry.step is Step.ESCALATED and entry.reason == "silent"):
            quiet_since, nudged = entry.on, None
        elif entry.step is Step.NUDGED and entry.reason == "silent":
            nudged = entry.on
    if nudged is None:
        return Due(quiet_since + timedelta(days=SILENCE_DAYS) + ONE_DAY, Step.NUDGED, "silent")
    return Due(nudged + timedelta(days=NUDGE_DAYS), Step.ESCALATED, "silent")
