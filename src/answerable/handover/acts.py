"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare

from .rules import STATES


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    for state in STATES:
        declare(f"handover.lines-{state}", adds="answer")
    declare("handover.acting-named", adds="acting", public=True)
    declare("handover.posting-closed", adds="closing", public=True)
    declare("handover.round-closed", adds="closing", public=True)
    declare("handover.lesson-written", adds="lesson")
    declare("handover.lesson-erased", changes="lesson")
