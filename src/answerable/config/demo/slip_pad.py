"""One pad of slips of the demo: the tour's township takes half of it for what is said on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from answerable.access.rules import Actor
from answerable.listening.models import Slip
from answerable.listening.services import PrintedSlip, issue_pad, slip_for
from answerable.places.models import Area

HALF = 25


@dataclass
class Pad:
    """The slips that are left of the half; nobody prints them."""

    township: Area
    _slips: Iterator[PrintedSlip] = field(default_factory=lambda: iter(()))

    def issue(self, actor: Actor) -> None:
        """Have it made."""
        made: list[PrintedSlip] = []

        def keep(slips: Sequence[PrintedSlip]) -> bytes:
            made.extend(slips)
            return b""

        issue_pad(actor=actor, area=self.township, draw=keep)
        self._slips = iter(made[:HALF])

    def take(self, village: Area) -> tuple[Slip, str] | None:
        """The next slip for a village of the township, with the code under its flap; None elsewhere, or when half is used."""
        if village.parent_id != self.township.pk:
            return None
        printed = next(self._slips, None)
        return (slip_for(village, printed.serial), printed.code) if printed else None
