"""How to come to dwellings or seats without a list: instructions that follow from the seed, for each place of its own.

Nothing that is found on the way is written down: no dwelling, no number, no name, no direction that was taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from .drawing import one_of

DIRECTIONS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
#: As many public places are numbered on arrival: the committee says which there are.
STARTS = 6
MOST_STEP = 50


@dataclass(frozen=True)
class Walk:
    """A walk: which of the numbered public places it starts at, where to, at which dwelling first, and every how many."""

    start: int
    starts: int
    direction: str
    first: int
    step: int
    turn: str
    take: int


@dataclass(frozen=True)
class Lottery:
    """A lottery of seats in a meeting: as many slips with a mark among as many slips as there are seats."""

    take: int
    seats: int


def walk_for(seed: bytes, place: int, *, size: int, take: int) -> Walk:
    """The walk of one place."""
    step = max(1, min(MOST_STEP, size // take if take else 1))
    return Walk(
        start=one_of(seed, STARTS, "start", place),
        starts=STARTS,
        direction=DIRECTIONS[one_of(seed, len(DIRECTIONS), "direction", place) - 1],
        first=one_of(seed, step, "first", place),
        step=step,
        turn="left" if one_of(seed, 2, "turn", place) == 1 else "right",
        take=take,
    )
