"""The clocks of a case: pure functions of its log, its service standard and a working calendar.

Days count from the first day on, whatever is re-routed, reassigned or joined later. Only waiting
for the resident stops a clock, for a capped number of working days in all; the calendar and the
standard are given, so the same log always yields the same dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.kernel.workdays import WorkCalendar
from answerable.programme.rules import ServiceTimes

from .states import OPEN_STATES, State, Step

#: Working days that a case may wait for its resident, in all.
PAUSE_CAP = 15
#: Calendar days residents have to confirm a claim; after them it is `unconfirmed`.
CONFIRM_DAYS = 30
#: Calendar days in which an outcome may be appealed.
APPEAL_WINDOW = 60
#: Working days to decide an appeal.
APPEAL_DAYS = 20
#: Calendar days between a nudge for silence and going up a level.
NUDGE_DAYS = 7

ONE_DAY = timedelta(days=1)

#: Steps that end the first-answer clock.
ANSWERS = frozenset(
    {Step.ANSWERED, Step.CLAIMED_DONE, Step.DECLINED, Step.OUT_OF_SCOPE, Step.CANNOT_VERIFY, Step.PLANNED}
)
#: Steps that end the resolve clock (an answer only when nothing more is owed: its reason says so).
OUTCOMES = frozenset({Step.CLAIMED_DONE, Step.DECLINED, Step.OUT_OF_SCOPE, Step.CANNOT_VERIFY})
#: Steps that restart the resolve clock: the matter is owed again.
RESTARTS = frozenset({Step.NOT_CONFIRMED, Step.APPEAL_UPHELD, Step.SEPARATED})
#: Steps with a word that the resident can read.
PUBLIC_WORDS = frozenset(
    {
        Step.ACKNOWLEDGED,
        Step.ASKED_RESIDENT,
        Step.REFERRED,
        Step.PLANNED,
        Step.TOLD,
        Step.ANSWERED,
        Step.CLAIMED_DONE,
        Step.DECLINED,
        Step.OUT_OF_SCOPE,
        Step.CANNOT_VERIFY,
        Step.APPEAL_UPHELD,
        Step.APPEAL_REFUSED,
    }
)
_WATCHED_FOR_SILENCE = OPEN_STATES - {State.AWAITING_RESIDENT, State.APPEALED, State.RECEIVED}


@dataclass(frozen=True)
class Logged:
    """One entry of the log as the clocks read it: the step, its day, and the state after it."""

    step: Step
    on: date
    state: State
    reason: str = ""
    until: date | None = None
    number: int | None = None


@dataclass(frozen=True)
class Due:
    """What the machinery has to do next, and the day from which it is due."""

    on: date
    step: Step
    reason: str


@dataclass(frozen=True)
class DueDates:
    """By when: the last day that is still in time."""

    acknowledge: date
    answer: date
    resolve: date
    appeal: date | None


def due_dates(log: Sequence[Logged], times: ServiceTimes, calendar: WorkCalendar) -> DueDates:
    """The last days in time for each clock. `log` begins with `received`."""
    start = log[0].on
    answered = _first(log, ANSWERS)
    upto = answered if answered is not None else len(log)
    base = max((i for i, entry in enumerate(log) if entry.step in RESTARTS), default=0)
    resolve = calendar.add(log[base].on, times.resolve_days + paused_days(log, calendar, base, len(log)))
    if base == 0 and log[0].until is not None:
        # Agreed when it was heard: a deadline that came with an imported file.
        resolve = log[0].until
    for entry in log[base:]:
        if entry.step is Step.PLANNED and entry.until is not None:
            resolve = entry.until
    appealed = max((i for i, e in enumerate(log) if e.step is Step.APPEALED), default=None)
    return DueDates(
        acknowledge=calendar.add(start, times.acknowledge_days),
        answer=calendar.add(start, times.answer_days + paused_days(log, calendar, 0, upto)),
        resolve=resolve,
        appeal=calendar.add(log[appealed].on, APPEAL_DAYS) if appealed is not None else None,
    )


def paused_days(log: Sequence[Logged], calendar: WorkCalendar, first: int, last: int) -> int:
    """Working days spent waiting for the resident between two entries; the cap holds over the whole log.

    A pause that is still open counts as nothing yet.
    """
    total = counted = 0
    for i in range(len(log) - 1):
        if log[i].state is not State.AWAITING_RESIDENT:
            continue
        days = min(calendar.between(log[i].on, log[i + 1].on), PAUSE_CAP - total)
        total += days
        if first <= i < last and i + 1 <= last:
            counted += days
    return counted


def next_due(log: Sequence[Logged], times: ServiceTimes, calendar: WorkCalendar) -> Due | None:
    """The earliest thing the machinery owes this case, or None while nothing is ever due.

    Each is due on the day after the last day in time, so that whoever acts on that last day is in time.
    """
    state = log[-1].state
    candidates = [due for due in _candidates(log, state, times, calendar) if due is not None]
    if not candidates:
        return None
    earliest = min(candidates, key=lambda due: due.on)
    # Never before what has already happened: a log runs forwards.
    return earliest if earliest.on >= log[-1].on else Due(log[-1].on, earliest.step, earliest.reason)


#: What starts the days to decide an appeal: the appeal itself, and each passing on for lateness.
_APPEAL_MOVES = frozenset({Step.APPEALED, Step.ESCALATED})


def _candidates(
    log: Sequence[Logged], state: State, times: ServiceTimes, calendar: WorkCalendar
) -> list[Due | None]:
    since = _since(log)
    if state is State.CLAIMED_DONE:
        return [Due(since + timedelta(days=CONFIRM_DAYS) + ONE_DAY, Step.UNCONFIRMED, "")]
    if state is State.CONFIRMED:
        return [Due(since + timedelta(days=CONFIRM_DAYS) + ONE_DAY, Step.CLOSED, "confirmed-by-residents")]
    if state in _CLOSES_AS:
        return [Due(since + timedelta(days=APPEAL_WINDOW) + ONE_DAY, Step.CLOSED, _CLOSES_AS[state])]
    dates = due_dates(log, times, calendar)
    if state is State.APPEALED:
        late_last = max((i for i, e in enumerate(log) if e.step in _APPEAL_MOVES), default=0)
        return [Due(calendar.add(log[late_last].on, APPEAL_DAYS) + ONE_DAY, Step.ESCALATED, "appeal-late")]
    if state is State.AWAITING_RESIDENT:
        used = paused_days(log, calendar, 0, len(log))
        over = calendar.add(log[-1].on, PAUSE_CAP - used) + ONE_DAY
        return [Due(over, Step.PAUSE_ENDED, "no-word-from-resident")]
    if state not in OPEN_STATES:
        return []
    late: list[Due | None] = []
    if (
        _first(log, frozenset({Step.ACKNOWLEDGED}) | ANSWERS | frozenset({Step.SCREENED, Step.STARTED}))
        is None
    ):
        late.append(_once(log, dates.acknowledge, "acknowledge-late", Step.RECEIVED))
    if _first(log, ANSWERS) is None:
        late.append(_once(log, dates.answer, "answer-late", Step.RECEIVED))
    late.append(_resolve_late(log, dates.resolve))
    if state in _WATCHED_FOR_SILENCE:
        late.append(_silence(log, times))
    return late


_CLOSES_AS = {
    State.ANSWERED: "answered",
    State.UNCONFIRMED: "no-word-from-residents",
    State.DECLINED: "ended",
    State.OUT_OF_SCOPE: "ended",
    State.CANNOT_VERIFY: "ended",
}


def _first(log: Sequence[Logged], steps: frozenset[Step]) -> int | None:
    return next((i for i, entry in enumerate(log) if entry.step in steps), None)


def _since(log: Sequence[Logged]) -> date:
    """The day on which the present state began."""
    state = log[-1].state
    day = log[-1].on
    for entry in reversed(log):
        if entry.state is not state:
            break
        day = entry.on
    return day


def _once(log: Sequence[Logged], last_day: date, reason: str, after: Step) -> Due | None:
    """Up a level the day after `last_day`, once since the last `after`."""
    begin = max((i for i, entry in enumerate(log) if entry.step is after), default=0)
    if any(e.step is Step.ESCALATED and e.reason == reason for e in log[begin:]):
        return None
    return Due(last_day + ONE_DAY, Step.ESCALATED, reason)


def _resolve_late(log: Sequence[Logged], last_day: date) -> Due | None:
    """Up a level once for each promise of a day: the standard's, a plan's, a reopening's."""
    begin = max((i for i, e in enumerate(log) if e.step in RESTARTS or e.step is Step.PLANNED), default=0)
    if any(e.step is Step.ESCALATED and e.reason == "resolve-late" for e in log[begin:]):
        return None
    return Due(last_day + ONE_DAY, Step.ESCALATED, "resolve-late")


def _silence(log: Sequence[Logged], times: ServiceTimes) -> Due:
    """A nudge after N days without a public word, then up a level, then N days again."""
    quiet_since = log[0].on
    nudged: date | None = None
    for entry in log:
        if entry.step in PUBLIC_WORDS or (entry.step is Step.ESCALATED and entry.reason == "silent"):
            quiet_since, nudged = entry.on, None
        elif entry.step in RESTARTS or entry.step is Step.PAUSE_ENDED:
            quiet_since, nudged = max(quiet_since, entry.on), None
        elif entry.step is Step.NUDGED:
            nudged = entry.on
    if nudged is None:
        return Due(quiet_since + timedelta(days=times.silence_days) + ONE_DAY, Step.NUDGED, "silent")
    return Due(nudged + timedelta(days=NUDGE_DAYS), Step.ESCALATED, "silent")
