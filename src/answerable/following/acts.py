"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    declare("following.linked", adds="caseproject")
    declare("following.unlinked", takes="caseproject")
    declare("following.code-spoke")
