"""What the sums of accounts say about the way of money: pledged, received, allocated, committed, paid, left. Pure.

Plus is debit (rules/stages.py). Every figure is exact, in whole minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from .stages import Role, Stage


@dataclass(frozen=True)
class Way:
    """The figures of one currency; each stands for itself, and `is_whole` says how they hang together."""

    pledged: int = 0
    received: int = 0
    #: Sent to a level below, and what came back from there.
    allocated: int = 0
    back_from_below: int = 0
    #: Come from the level above, and what was sent back up.
    from_above: int = 0
    sent_up: int = 0
    #: Put into contracts, and what is still open of them.
    committed: int = 0
    committed_open: int = 0
    paid: int = 0
    #: Given back by who was paid.
    given_back: int = 0
    #: Sent back to the source.
    returned: int = 0
    #: Labour and things of the community, valued: no money, so in none of the sums above.
    contributed: int = 0
    charged: int = 0
    #: Went into other currencies, less what came from them.
    converted: int = 0
    opening: int = 0
    #: In hand now: what rests.
    left: int = 0
    #: On further accounts of a book.
    other: int = 0

    @property
    def on_the_way(self) -> int:
        """Sent by one level and entered by no other yet; below zero where more was entered than sent."""
        return self.allocated - self.back_from_below - self.from_above + self.sent_up

    @property
    def free(self) -> int:
        """In hand and in no contract."""
        return self.left - self.committed_open

    @property
    def spent(self) -> int:
        """Paid, less what was given back."""
        return self.paid - self.given_back

    @property
    def is_whole(self) -> bool:
        """True when what came in is what went out, what is on the way and what is left; so it is for whole funds."""
        came = self.received + self.opening
        went = self.returned + self.spent + self.charged + self.converted + self.on_the_way
        return came == went + self.left + self.other

    def __add__(self, other: Way) -> Way:
        return Way(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


#: Figure, sign, role, stage; no stage: all of them.
_FIGURES: tuple[tuple[str, int, Role, Stage | None], ...] = (
    ("pledged", -1, Role.PLEDGES_GIVEN, Stage.PLEDGE),
    ("received", -1, Role.RECEIVED, Stage.RECEIPT),
    ("allocated", 1, Role.ALLOCATED_OUT, Stage.ALLOCATION),
    ("back_from_below", -1, Role.ALLOCATED_OUT, Stage.RETURN),
    ("from_above", -1, Role.ALLOCATED_IN, Stage.ALLOCATION),
    ("sent_up", 1, Role.ALLOCATED_IN, Stage.RETURN),
    ("committed", 1, Role.COMMITTED, Stage.COMMITMENT),
    ("committed_open", 1, Role.COMMITTED, None),
    ("paid", 1, Role.SPENT, Stage.PAYMENT),
    ("given_back", -1, Role.SPENT, Stage.RETURN),
    ("returned", 1, Role.RECEIVED, Stage.RETURN),
    ("contributed", 1, Role.SPENT, Stage.CONTRIBUTION),
    ("charged", 1, Role.CHARGES, None),
    ("converted", 1, Role.CONVERSION, None),
    ("opening", -1, Role.OPENING, None),
    ("left", 1, Role.CASH, None),
    ("other", 1, Role.OTHER, None),
)


def ways(sums: Iterable[tuple[str, str, str, int]]) -> dict[str, Way]:
    """The figures by currency, from sums of (currency, role, stage, debits less credits)."""
    found: dict[str, dict[str, int]] = {}
    for currency, role, stage, units in sums:
        own = found.setdefault(currency, {})
        for name, sign, wanted_role, wanted_stage in _FIGURES:
            if role == wanted_role.value and (wanted_stage is None or stage == wanted_stage.value):
                own[name] = own.get(name, 0) + sign * units
    return {currency: Way(**own) for currency, own in sorted(found.items())}
