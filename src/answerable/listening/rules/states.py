"""The states of a case and the steps between them (FIELD.md 3.2).

A step is one thing that happened. STEPS says from which states each may be taken, by whom, and
where it leads; `None` as the target keeps the state. Everything else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands. `claimed_done` is the office's word, `confirmed` the residents'."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    SCREENED = "screened"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_RESIDENT = "awaiting_resident"
    PLANNED = "planned"
    REFERRED = "referred"
    ANSWERED = "answered"
    CLAIMED_DONE = "claimed_done"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REOPENED = "reopened"
    APPEALED = "appealed"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    CANNOT_VERIFY = "cannot_verify"
    CLOSED = "closed"


#: Work is still owed.
OPEN_STATES = frozenset(
    {
        State.RECEIVED,
        State.ACKNOWLEDGED,
        State.SCREENED,
        State.ASSIGNED,
        State.IN_PROGRESS,
        State.AWAITING_RESIDENT,
        State.PLANNED,
        State.REFERRED,
        State.REOPENED,
        State.APPEALED,
    }
)
#: The office has had its say; the resident may still confirm, object or appeal.
RESTING_STATES = frozenset(
    {
        State.ANSWERED,
        State.CLAIMED_DONE,
        State.CONFIRMED,
        State.UNCONFIRMED,
        State.DECLINED,
        State.OUT_OF_SCOPE,
        State.CANNOT_VERIFY,
    }
)
ENDED_STATES = frozenset({State.DUPLICATE, State.WITHDRAWN, State.CLOSED})

_BEFORE_WORK = frozenset({State.RECEIVED, State.ACKNOWLEDGED, State.SCREENED, State.ASSIGNED, State.REOPENED})
_WORK = _BEFORE_WORK | {State.IN_PROGRESS, State.PLANNED, State.REFERRED}
_APPEALABLE = frozenset(
    {
        State.ANSWERED,
        State.CLAIMED_DONE,
        State.UNCONFIRMED,
        State.DECLINED,
        State.OUT_OF_SCOPE,
        State.CANNOT_VERIFY,
        State.CLOSED,
    }
)


class Step(StrEnum):
    """What can happen to a case; the words of its timeline."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    SCREENED = "screened"
    ASSIGNED = "assigned"
    STARTED = "started"
    REROUTED = "rerouted"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"
    ASKED_RESIDENT = "asked-resident"
    RESIDENT_SPOKE = "resident-spoke"
    PAUSE_ENDED = "pause-ended"
    REFERRED = "referred"
    PLANNED = "planned"
    TOLD = "told"
    ANSWERED = "answered"
    CLAIMED_DONE = "claimed-done"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    UNCONFIRMED = "unconfirmed"
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal-upheld"
    APPEAL_REFUSED = "appeal-refused"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out-of-scope"
    CANNOT_VERIFY = "cannot-verify"
    JOINED = "joined"
    SEPARATED = "separated"
    VOICE_JOINED = "voice-joined"
    VOICE_LEFT = "voice-left"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    NUDGED = "nudged"
    MARKED_SENSITIVE = "marked-sensitive"
    CLEARED_SENSITIVE = "cleared-sensitive"
    CLOSED = "closed"


class By(StrEnum):
    """Who takes a step."""

    OFFICE = "office"
    RESIDENT = "resident"
    SYSTEM = "system"


@dataclass(frozen=True)
class Move:
    """From which states a step may be taken, by whom, and the state it leads to (None: unchanged)."""

    origins: frozenset[State]
    by: frozenset[By]
    target: State | None


_OFFICE = frozenset({By.OFFICE})
_RESIDENT = frozenset({By.RESIDENT})
_SYSTEM = frozenset({By.SYSTEM})
_ALL = frozenset(State)
_ANY_OPEN = OPEN_STATES - {State.APPEALED}

STEPS: dict[Step, Move] = {
    Step.ACKNOWLEDGED: Move(frozenset({State.RECEIVED}), _OFFICE | _SYSTEM, State.ACKNOWLEDGED),
    Step.SCREENED: Move(frozenset({State.RECEIVED, State.ACKNOWLEDGED}), _OFFICE, State.SCREENED),
    Step.ASSIGNED: Move(
        frozenset({State.SCREENED, State.REOPENED, State.ASSIGNED}), _OFFICE | _SYSTEM, State.ASSIGNED
    ),
    Step.STARTED: Move(
        _BEFORE_WORK | {State.ANSWERED, State.PLANNED, State.REFERRED}, _OFFICE, State.IN_PROGRESS
    ),
    Step.REROUTED: Move(_ANY_OPEN, _OFFICE, None),
    Step.REASSIGNED: Move(_ALL, _OFFICE, None),
    Step.ESCALATED: Move(OPEN_STATES, _SYSTEM, None),
    Step.ASKED_RESIDENT: Move(_WORK, _OFFICE, State.AWAITING_RESIDENT),
    Step.RESIDENT_SPOKE: Move(_ALL - ENDED_STATES, _RESIDENT, None),
    Step.PAUSE_ENDED: Move(
        frozenset({State.AWAITING_RESIDENT}), _SYSTEM | _OFFICE | _RESIDENT, State.IN_PROGRESS
    ),
    Step.REFERRED: Move(_WORK, _OFFICE, State.REFERRED),
    Step.PLANNED: Move(_WORK, _OFFICE, State.PLANNED),
    Step.TOLD: Move(OPEN_STATES | RESTING_STATES, _OFFICE, None),
    Step.ANSWERED: Move(_WORK | {State.AWAITING_RESIDENT}, _OFFICE, State.ANSWERED),
    Step.CLAIMED_DONE: Move(_WORK | {State.ANSWERED, State.AWAITING_RESIDENT}, _OFFICE, State.CLAIMED_DONE),
    Step.CONFIRMED: Move(
        frozenset({State.CLAIMED_DONE, State.ANSWERED, State.UNCONFIRMED}),
        _RESIDENT | _OFFICE,
        State.CONFIRMED,
    ),
    Step.NOT_CONFIRMED: Move(
        frozenset({State.CLAIMED_DONE, State.UNCONFIRMED, State.CONFIRMED}),
        _RESIDENT | _OFFICE,
        State.REOPENED,
    ),
    Step.UNCONFIRMED: Move(frozenset({State.CLAIMED_DONE}), _SYSTEM, State.UNCONFIRMED),
    Step.APPEALED: Move(_APPEALABLE, _RESIDENT, State.APPEALED),
    Step.APPEAL_UPHELD: Move(frozenset({State.APPEALED}), _OFFICE, State.REOPENED),
    Step.APPEAL_REFUSED: Move(frozenset({State.APPEALED}), _OFFICE, State.CLOSED),
    Step.DECLINED: Move(_WORK | {State.AWAITING_RESIDENT}, _OFFICE, State.DECLINED),
    Step.OUT_OF_SCOPE: Move(_WORK, _OFFICE, State.OUT_OF_SCOPE),
    Step.CANNOT_VERIFY: Move(_WORK | {State.AWAITING_RESIDENT}, _OFFICE, State.CANNOT_VERIFY),
    Step.JOINED: Move(_WORK | {State.AWAITING_RESIDENT}, _OFFICE, State.DUPLICATE),
    Step.SEPARATED: Move(frozenset({State.DUPLICATE}), _OFFICE, State.SCREENED),
    Step.VOICE_JOINED: Move(_ALL, _OFFICE, None),
    Step.VOICE_LEFT: Move(_ALL, _OFFICE | _RESIDENT, None),
    Step.WITHDRAWN: Move((OPEN_STATES | RESTING_STATES) - {State.CONFIRMED}, _RESIDENT, State.WITHDRAWN),
    Step.RATED: Move(RESTING_STATES | {State.CLOSED}, _RESIDENT, None),
    Step.NUDGED: Move(OPEN_STATES, _SYSTEM, None),
    Step.MARKED_SENSITIVE: Move(_ALL - {State.WITHDRAWN}, _OFFICE, None),
    Step.CLEARED_SENSITIVE: Move(_ALL - {State.WITHDRAWN}, _OFFICE, None),
    Step.CLOSED: Move(RESTING_STATES, _OFFICE | _SYSTEM, State.CLOSED),
}

#: Why a case was closed or ended without delivery; a code is required (FIELD.md 1, row 2).
CLOSE_REASONS = (
    "confirmed-by-residents",
    "answered",
    "no-word-from-residents",
    "thanks-passed-on",
    "appeal-refused",
    "ended",
)
DECLINE_REASONS = (
    "no-money",
    "not-allowed",
    "not-feasible",
    "not-a-priority",
    "already-served",
    "other-explained",
)
CANNOT_VERIFY_REASONS = ("place-not-found", "nothing-found-on-site", "no-word-from-resident")
#: What an answer decides: only explained, or something will be done.
DECISIONS = ("explained", "will-do")


def may_take(step: Step, state: State, by: By) -> bool:
    """True when that party may take the step from the state."""
    move = STEPS.get(step)
    return move is not None and state in move.origins and by in move.by


def next_state(step: Step, state: State) -> State:
    """The state after the step."""
    target = STEPS[step].target
    return state if target is None else target


def steps_from(state: State, by: By) -> tuple[Step, ...]:
    """The steps that party may take now, in the order of the table: what a page offers."""
    return tuple(step for step in STEPS if may_take(step, state, by))
