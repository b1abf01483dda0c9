"""The phases of a project, the moves between them, and the words of two standards for them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from answerable.projects.problems import MoveRefused


class Phase(StrEnum):
    """Where a project stands. The words are those of OC4IDS 0.9 (projectStatus), and `suspended`."""

    IDENTIFICATION = "identification"
    PREPARATION = "preparation"
    IMPLEMENTATION = "implementation"
    COMPLETION = "completion"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"


#: Phases in which the public may expect to hear something. A suspended project is one: it is waited for.
ACTIVE = frozenset({Phase.PREPARATION, Phase.IMPLEMENTATION, Phase.COMPLETION, Phase.SUSPENDED})
#: Phases that a project doesn't leave by a plain move.
ENDED = frozenset({Phase.COMPLETED, Phase.CANCELLED})

#: Plain moves. A claim leads into completion, closing out of it, a "not done" or a snag back: none is a plain move.
MOVES: dict[Phase, frozenset[Phase]] = {
    Phase.IDENTIFICATION: frozenset({Phase.PREPARATION, Phase.IMPLEMENTATION, Phase.CANCELLED}),
    Phase.PREPARATION: frozenset(
        {Phase.IDENTIFICATION, Phase.IMPLEMENTATION, Phase.SUSPENDED, Phase.CANCELLED}
    ),
    Phase.IMPLEMENTATION: frozenset({Phase.PREPARATION, Phase.SUSPENDED, Phase.CANCELLED}),
    Phase.COMPLETION: frozenset(),
    Phase.COMPLETED: frozenset(),
    Phase.CANCELLED: frozenset({Phase.IDENTIFICATION}),
    Phase.SUSPENDED: frozenset({Phase.CANCELLED}),
}

#: IATI codelist ActivityStatus 2.03.
IATI_STATUS: dict[Phase, str] = {
    Phase.IDENTIFICATION: "1",
    Phase.PREPARATION: "1",
    Phase.IMPLEMENTATION: "2",
    Phase.COMPLETION: "3",
    Phase.COMPLETED: "4",
    Phase.CANCELLED: "5",
    Phase.SUSPENDED: "6",
}
FROM_IATI: dict[str, Phase] = {
    "1": Phase.PREPARATION,
    "2": Phase.IMPLEMENTATION,
    "3": Phase.COMPLETION,
    "4": Phase.COMPLETED,
    "5": Phase.CANCELLED,
    "6": Phase.SUSPENDED,
}


def iati_status(phase: Phase | str) -> str:
    """The code of IATI's ActivityStatus for a phase."""
    return IATI_STATUS[Phase(phase)]


def oc4ids_status(phase: Phase | str, suspended_phase: Phase | str = "") -> str:
    """OC4IDS's projectStatus for a phase; it has no word for suspended, so the phase below it is said."""
    found = Phase(phase)
    if found is Phase.SUSPENDED:
        return Phase(suspended_phase or Phase.IMPLEMENTATION).value
    return found.value


def moves_from(phase: Phase | str, suspended_phase: str = "") -> list[Phase]:
    """The phases that a plain move leads to, in the order of the phases."""
    found = set(MOVES[Phase(phase)])
    if phase == Phase.SUSPENDED and suspended_phase:
        found.add(Phase(suspended_phase))
    return [p for p in Phase if p in found]


def check_move(phase: Phase | str, to: Phase | str, suspended_phase: str = "") -> None:
    """Raise MoveRefused unless a plain move leads from a phase to another."""
    if Phase(to) not in moves_from(phase, suspended_phase):
        raise MoveRefused(field="phase", phase=Phase(phase).value, to=Phase(to).value)


#: Moves that need no reason: the way that was planned.
_ONWARD = {
    Phase.IDENTIFICATION: {Phase.PREPARATION, Phase.IMPLEMENTATION},
    Phase.PREPARATION: {Phase.IMPLEMENTATION},
}


def needs_reason(phase: Phase | str, to: Phase | str) -> bool:
    """Whether a move has to say why: back, aside and to an end, but not onward."""
    if Phase(to) is Phase.CANCELLED:
        return True
    return Phase(phase) is not Phase.SUSPENDED and Phase(to) not in _ONWARD.get(Phase(phase), set())


def active_since(phase: Phase | str, before: date | None, on: date) -> date | None:
    """Since when the public may expect words, after a move into a phase on a day."""
    if Phase(phase) not in ACTIVE:
        return None
    return before or on
