"""What a survey says, from sums alone: shares and means with their spread, by our own arithmetic.

This is the second computation: the figures that are kept come from a maintained library (statistics.py), and both have
to agree before a survey is closed. It is Taylor's linearization of a weighted mean over ultimate clusters, as in
R. M. Groves et al., Survey Methodology, 2nd ed. 2009, chapter 4, and T. Lumley, Complex Surveys, 2010, section 2.2; the
tests hold it against values that R's package `survey` gives (docs/reference/surveys.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt

#: How many answers gave each score.
Scores = Mapping[int, int]


@dataclass(frozen=True)
class Place:
    """One place that was drawn: the dwellings or seats in it, and how many answers there gave each score."""

    stratum: int
    place: int
    size: int
    certain: bool
    scores: Scores = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many answers."""
        return sum(self.scores.values())


@dataclass(frozen=True)
class Unit:
    """A unit whose spread is seen: a place that chance drew, or one answer of a place that was certain."""

    weight: Fraction
    scores: Scores
    #: As many units are just the same.
    times: int = 1


@dataclass(frozen=True)
class Group:
    """Units that are held against each other; `out_of` is how many there are at all, where that narrows the spread."""

    name: str
    units: tuple[Unit, ...]
    out_of: int | None = None

    @property
    def count(self) -> int:
        """How many units."""
        return sum(unit.times for unit in self.units)


def groups_of(places: Sequence[Place], strata: Mapping[int, tuple[int, int]]) -> list[Group] | None:
    """The groups of a survey; None where a stratum has too little to say anything.

    `strata` gives for each stratum the size of the whole, and of what was left to chance. Where a place that was
    certain gave nothing, the others of its stratum stand for it.
    """
    groups: list[Group] = []
    for stratum, (whole, by_chance) in strata.items():
        inside = [one for one in places if one.stratum == stratum]
        certain = [one for one in inside if one.certain and one.answers >= 2]
        drawn = [one for one in inside if not one.certain and one.answers]
        spoken = sum(one.size for one in certain) + (by_chance if len(drawn) >= 2 else 0)
        if not spoken:
            return None
        more = Fraction(whole, spoken)
        for one in certain:
            weight = more * Fraction(one.size, one.answers)
            units = tuple(
                Unit(weight, {score: 1}, times) for score, times in sorted(one.scores.items()) if times
            )
            groups.append(Group(f"{stratum}:{one.place}", units, max(one.size, one.answers)))
        if len(drawn) >= 2:
            groups.append(
                Group(
                    f"{stratum}:chance",
                    tuple(
                        Unit(more * Fraction(by_chance, len(drawn) * one.answers), one.scores)
                        for one in drawn
                    ),
                )
            )
    return groups


@dataclass(frozen=True)
class Found:
    """A weighted mean, its standard error, its design effect and how much stands behind it."""

    mean: float
    error: float
    #: The variance over that of as many answers drawn one by one; None where all answers are alike.
    deff: float | None
    answers: int
    freedom: int


def estimate(groups: Sequence[Group]) -> Found:
    """The weighted mean of the scores. Raises ValueError without answers."""
    total = sum((one.weight * times for one, _, times in _answers(groups)), Fraction(0))
    if not total:
        raise ValueError("nobody answered")
    mean = sum((one.weight * score * times for one, score, times in _answers(groups)), Fraction(0)) / total
    variance = sum((_variance(group, mean) for group in groups), Fraction(0)) / total**2
    count = sum(times for _, _, times in _answers(groups))
    spread = sum(
        (one.weight * (score - mean) ** 2 * times for one, score, times in _answers(groups)), Fraction(0)
    )
    alone = spread / total / (count - 1) if count > 1 else Fraction(0)
    return Found(
        mean=float(mean),
        error=sqrt(variance),
        deff=float(variance / alone) if alone else None,
        answers=count,
        freedom=sum(group.count - 1 for group in groups),
    )


def _answers(groups: Iterable[Group]) -> Iterator[tuple[Unit, int, int]]:
    for group in groups:
        for unit in group.units:
            for score, times in unit.scores.items():
                yield unit, score, times * unit.times


def _variance(group: Group, mean: Fraction) -> Fraction:
    """What a group adds: its units' weighted sums of differences, around their own mean."""
    count = group.count
    if count < 2:
        return Fraction(0)
    sums = [
        (
            unit.weight * sum(((score - mean) * times for score, times in unit.scores.items()), Fraction(0)),
            unit.times,
        )
        for unit in group.units
    ]
    middle = sum((value * times for value, times in sums), Fraction(0)) / count
    spread = sum(((value - middle) ** 2 * times for value, times in sums), Fraction(0))
    narrower = 1 - Fraction(count, group.out_of) if group.out_of else Fraction(1)
    return narrower * Fraction(count, count - 1) * spread
