"""Which true counts of a desk's report must not be passed on: the small ones, and those that give one away."""

from __future__ import annotations

from answerable.listening.figures import Figures
from answerable.safeguards.suppression import HIDDEN_BELOW


def telling_small(cases: Figures) -> tuple[bool, ...]:
    """For each line of the report, as views/desk.py has them, whether it is marked.

    A count under HIDDEN_BELOW is, and so is what leaves one when it is taken from another line. In time, late and all that
    was due are a sum, of which two give the third: any small one marks both lines.
    """
    answered = cases.answered
    sum_tells = min(answered.in_time, answered.late) < HIDDEN_BELOW or _near(answered.due, cases.received)
    return (
        cases.received < HIDDEN_BELOW,
        sum_tells,
        sum_tells,
        _near(cases.claimed, cases.received),
        _near(cases.confirmed, cases.claimed) or _near(cases.claimed, cases.received),
        _near(cases.open, cases.received),
        _near(cases.escalated, cases.received),
    )


def _near(part: int, whole: int) -> bool:
    """True when the part is small, or what is left of the whole is."""
    return part < HIDDEN_BELOW or whole - part < HIDDEN_BELOW
