"""What the log of a case comes to: the columns that lists and figures read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from answerable.kernel.workdays import WorkCalendar
from answerable.programme.rules import ServiceTimes

from .clocks import ANSWERS, OUTCOMES, PUBLIC_WORDS, RESTARTS, Logged, due_dates, next_due
from .states import State, Step

#: Re-routings after which a case goes up a level by itself.
MOST_BOUNCES = 2
#: Refusals by residents ("not done") after which a case goes up a level by itself.
MOST_REFUSALS = 2
_VOICES = {Step.VOICE_JOINED: 1, Step.VOICE_LEFT: -1}


@dataclass(frozen=True)
class Summary:
    """A case's columns, computed from its log; names are those of the columns."""

    state: State
    closed_reason: str
    acknowledge_due_on: date
    answer_due_on: date
    resolve_due_on: date
    acknowledged_on: date | None
    answered_on: date | None
    resolved_on: date | None
    claimed_on: date | None
    confirmed_on: date | None
    unconfirmed_on: date | None
    appealed_on: date | None
    closed_on: date | None
    planned_for: date | None
    last_word_on: date
    next_due_on: date | None
    bounces: int
    escalations: int
    refusals: int
    reopened: int
    appeals: int
    appeals_upheld: int
    rating: int | None
    voices: int


def summarise(log: Sequence[Logged], times: ServiceTimes, calendar: WorkCalendar) -> Summary:
    """The columns that a log comes to. `log` begins with `received` and runs forwards."""
    dates = due_dates(log, times, calendar)
    due = next_due(log, times, calendar)
    last = log[-1]
    acknowledged = _first_on(
        log, frozenset({Step.ACKNOWLEDGED, Step.SCREENED, Step.STARTED, Step.ASKED_RESIDENT}) | ANSWERS
    )
    closed = last.state is State.CLOSED
    closing = next((e for e in reversed(log) if e.step in {Step.CLOSED, Step.APPEAL_REFUSED}), None)
    plans = [e.until for e in log if e.step is Step.PLANNED]
    return Summary(
        state=last.state,
        closed_reason=(closing.reason if closing.step is Step.CLOSED else "appeal-refused")
        if closed and closing
        else "",
        acknowledge_due_on=dates.acknowledge,
        answer_due_on=dates.answer,
        resolve_due_on=dates.resolve,
        acknowledged_on=acknowledged,
        answered_on=_first_on(log, ANSWERS),
        resolved_on=_resolved(log),
        claimed_on=_first_on(log, frozenset({Step.CLAIMED_DONE})),
        confirmed_on=_standing_confirmation(log),
        unconfirmed_on=_last_on(log, Step.UNCONFIRMED),
        appealed_on=_last_on(log, Step.APPEALED),
        closed_on=closing.on if closed and closing else None,
        planned_for=plans[-1] if plans else None,
        last_word_on=max([log[0].on, *(e.on for e in log if e.step in PUBLIC_WORDS)]),
        next_due_on=due.on if due else None,
        bounces=_count(log, Step.REROUTED),
        escalations=_count(log, Step.ESCALATED),
        refusals=_count(log, Step.NOT_CONFIRMED),
        reopened=sum(e.step in {Step.NOT_CONFIRMED, Step.APPEAL_UPHELD} for e in log),
        appeals=_count(log, Step.APPEALED),
        appeals_upheld=_count(log, Step.APPEAL_UPHELD),
        voices=1 + sum(_VOICES.get(e.step, 0) * (e.number or 0) for e in log),
        rating=next((e.number for e in reversed(log) if e.step is Step.RATED), None),
    )


def _count(log: Sequence[Logged], step: Step) -> int:
    return sum(entry.step is step for entry in log)


def _first_on(log: Sequence[Logged], steps: frozenset[Step]) -> date | None:
    return next((entry.on for entry in log if entry.step in steps), None)


def _last_on(log: Sequence[Logged], step: Step) -> date | None:
    return next((entry.on for entry in reversed(log) if entry.step is step), None)


def _is_outcome(entry: Logged) -> bool:
    return entry.step in OUTCOMES or (entry.step is Step.ANSWERED and entry.reason != "will-do")


def _resolved(log: Sequence[Logged]) -> date | None:
    """The day of the outcome that stands: the first since the matter was last owed again."""
    base = max((i for i, entry in enumerate(log) if entry.step in RESTARTS), default=0)
    return next((entry.on for entry in log[base:] if _is_outcome(entry)), None)


def _standing_confirmation(log: Sequence[Logged]) -> date | None:
    """The day of the residents' confirmation, unless they took it back since."""
    day: date | None = None
    for entry in log:
        if entry.step is Step.CONFIRMED:
            day = day or entry.on
        elif entry.step in RESTARTS:
            day = None
    return day
