"""What has to hold before a posting or a round may end: no open line without an owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from answerable.kernel import clock
from answerable.programme.models import Posting

from . import words
from .lines import Line
from .problems import LinesUnclaimed
from .selectors import dossier_of

#: How many lines a refusal names.
NAMED = 8


def check_may_end(posting: Posting, _on: date) -> None:
    """Refuse that a posting is cut short while a line of it is unclaimed. Raises LinesUnclaimed.

    The programme asks it (config/apps.py); it does not know this room.
    """
    check_claimed(dossier_of(posting, clock.today()).unclaimed)


def check_claimed(lines: Sequence[Line]) -> None:
    """Raise LinesUnclaimed, which names the first of them, unless there are none."""
    if lines:
        named = [words.one(*line.key) for line in lines[:NAMED]]
        more = ", …" if len(lines) > NAMED else ""
        raise LinesUnclaimed(lines=", ".join(named) + more, count=len(lines))
