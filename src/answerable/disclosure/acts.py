"""The acts of this room, for the register."""

from __future__ import annotations

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Each kind with the rows that it writes."""
    declare("disclosure.published", adds="release releaseline", public=True)
