"""Composite scores: published weights, one of two published formulas, never without their parts, and what would be
said if what is missing or uncertain came out best or worst.

points   each part gives a share of its weight, from nothing at its floor to all of it when full; the score is what was
         given of the weight that could be judged, in points of 100.
stars    each part gives its stars when it is full, and none before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FORMULAS = ("points", "stars")
#: Periods in a row before an exit counts.
IN_A_ROW = 2
MOST_WEIGHT = 100


@dataclass(frozen=True)
class Part:
    """One part as it stands: its weight, the value, half its interval, from where to where it is judged."""

    key: str
    weight: int
    value: Fraction | None
    margin: Fraction | None
    floor: Fraction | None
    full: Fraction | None

    @property
    def is_judged(self) -> bool:
        """True when there is a value, and a full to hold it against."""
        return self.value is not None and self.full is not None


@dataclass(frozen=True)
class Given:
    """What a part gives: of its weight, at its worst, as it stands, and at its best. None where it can't be judged."""

    part: Part
    low: Fraction | None
    stands: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Score:
    """A score with its parts. `stands` is None where too little of the weight could be judged to say one."""

    formula: str
    out_of: int
    stands: Fraction | None
    low: Fraction
    high: Fraction
    #: The weight that could not be judged.
    missing: int
    weight: int
    parts: tuple[Given, ...]

    @property
    def is_uncertain(self) -> bool:
        """True when it rests on a sample or misses a part."""
        return self.low != self.high


def score_of(formula: str, parts: Sequence[Part], needs: int = 100) -> Score:
    """The score of these parts; `needs` is the percentage of the weight that has to be judged before one is said."""
    given = tuple(_given(formula, part) for part in parts)
    weight = sum(part.weight for part in parts)
    judged = [one for one in given if one.stands is not None]
    known = sum(one.part.weight for one in judged)
    missing = weight - known
    low = sum((one.low or Fraction(0) for one in judged), Fraction(0))
    high = sum((one.high or Fraction(0) for one in judged), Fraction(0)) + missing
    stands: Fraction | None = sum((one.stands or Fraction(0) for one in judged), Fraction(0))
    if not known or 100 * known < needs * weight:
        stands = None
    if formula == "points":
        low, high = (100 * low / weight, 100 * high / weight) if weight else (Fraction(0), Fraction(0))
        stands = 100 * stands / known if stands is not None else None
        return Score(formula, 100, stands, low, high, missing, weight, given)
    return Score(formula, weight, stands, low, high, missing, weight, given)


def _given(formula: str, part: Part) -> Given:
    if part.value is None or part.full is None:
        return Given(part, None, None, None)
    ends = [part.value]
    if part.margin:
        ends = [part.value - part.margin, part.value, part.value + part.margin]
    gives = [_gives(formula, part, part.full, end) for end in ends]
    return Given(part, min(gives), _gives(formula, part, part.full, part.value), max(gives))


def _gives(formula: str, part: Part, full: Fraction, value: Fraction) -> Fraction:
    floor = part.floor if part.floor is not None else Fraction(0)
    down = floor > full
    if formula == "stars" or floor == full:
        reached = value <= full if down else value >= full
        return Fraction(part.weight) if reached else Fraction(0)
    share = (value - floor) / (full - floor)
    return part.weight * max(Fraction(0), min(Fraction(1), share))


def passes(score: Score | None, threshold: Fraction | None) -> bool | None:
    """True when a score reaches the threshold even at its worst; None where there is none to judge."""
    if score is None or threshold is None or score.stands is None:
        return None
    return score.low >= threshold


@dataclass(frozen=True)
class Exit:
    """Whether the criteria of an exit are met: how many periods in a row, of how many that it needs."""

    in_a_row: int
    needs: int

    @property
    def is_met(self) -> bool:
        """True when it counts."""
        return self.in_a_row >= self.needs


def exit_of(passed: Sequence[bool | None], needs: int = IN_A_ROW) -> Exit:
    """From the periods that are over, oldest first: one that failed or was not judged breaks the row."""
    row = 0
    for one in reversed(passed):
        if not one:
            break
        row += 1
    return Exit(row, needs)
