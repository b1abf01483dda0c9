"""How many to ask: the size for a wanted margin, and how it is shared out. Exact, with the sources of each formula.

    n0   = z^2 p (1 - p) / e^2              W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 4.4, (4.2)
    n    = n0 / (1 + (n0 - 1) / N)          the same, (4.3): a finite population of N
    deff = 1 + (b - 1) roh                  L. Kish, Survey Sampling, 1965, section 5.4 and 8.2: b answers a cluster
    n'   = n deff / r                       with r, the share that is expected to answer

All shares are in thousandths, as they are typed to one decimal of a percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from answerable.surveys.problems import AllocationImpossible, DesignNumberWrong, PopulationEmpty

#: Two-sided quantiles of the normal distribution in ten-thousandths, by confidence in percent.
QUANTILES = {90: 16449, 95: 19600, 99: 25758}
ALLOCATIONS = ("proportional", "equal")
POPULATIONS = ("dwellings", "seats")
#: Field -> the least and the most, in thousandths where it is a share.
BOUNDS = {
    "margin": (5, 250),
    "expected": (10, 990),
    "alike": (0, 500),
    "response": (100, 1000),
    "take": (5, 100),
    "minimum": (0, 5_000),
}
#: Fewer answers than this from one place are not kept: a sum over so few is close to an answer.
FEWEST_ANSWERS = 5
#: Of a single village nothing is published.
FEWEST_VILLAGES = 2
MOST_PLACES = 20_000
MOST_POPULATION = 100_000_000


@dataclass(frozen=True)
class Wanted:
    """What the office asked for. Shares are thousandths: 50 is 5 %."""

    margin: int = 50
    confidence: int = 95
    #: The share that is expected; one half is the safe guess.
    expected: int = 500
    #: How alike answers of one place are (roh).
    alike: int = 50
    #: Answers a place.
    take: int = 15
    response: int = 1000

    def check(self) -> None:
        """Raise DesignNumberWrong for a number that is out of bounds, by its field."""
        if self.confidence not in QUANTILES:
            raise DesignNumberWrong(
                field="confidence", name="confidence", given=self.confidence, least=90, most=99
            )
        for name in ("margin", "expected", "alike", "take", "response"):
            check_bounds(name, getattr(self, name))


def check_bounds(name: str, value: int) -> None:
    """Raise DesignNumberWrong unless the number of that field lies within its bounds."""
    least, most = BOUNDS[name]
    if not least <= value <= most:
        scale = 1 if name in {"take", "minimum"} else 10
        raise DesignNumberWrong(
            field=name,
            name=name,
            given=_plain(value, scale),
            least=_plain(least, scale),
            most=_plain(most, scale),
        )


def _plain(value: int, scale: int) -> str:
    return str(Fraction(value, scale)) if value % scale == 0 else f"{value / scale:g}"


@dataclass(frozen=True)
class Size:
    """How many, step by step as the page shows it."""

    wanted: Wanted
    population: int
    endless: Fraction
    finite: Fraction
    deff: Fraction
    needed: int

    @property
    def is_everybody(self) -> bool:
        """True when no sample would be small enough: all are asked."""
        return self.needed >= self.population


def size_for(wanted: Wanted, population: int, *, clustered: bool) -> Size:
    """The size for a wanted margin in a population. Raises DesignNumberWrong, PopulationEmpty."""
    wanted.check()
    if not 0 < population <= MOST_POPULATION:
        raise PopulationEmpty(field="sizes")
    z = Fraction(QUANTILES[wanted.confidence], 10_000)
    p, e = Fraction(wanted.expected, 1000), Fraction(wanted.margin, 1000)
    endless = z**2 * p * (1 - p) / e**2
    finite = endless / (1 + (endless - 1) / population)
    deff = 1 + (wanted.take - 1) * Fraction(wanted.alike, 1000) if clustered else Fraction(1)
    needed = min(population, ceil(finite * deff / Fraction(wanted.response, 1000)))
    return Size(wanted, population, endless, finite, deff, max(needed, 1))


def allocate(needed: int, sizes: Sequence[int], *, way: str, minimum: int = 0) -> list[int]:
    """Share a sample out over strata: by size or equally, none below the minimum or above its population.

    What is left over goes by the largest remainders (Hamilton), so that the parts come to the whole. Raises
    AllocationImpossible where the minima alone come to more, PopulationEmpty for a stratum without anybody.
    """
    if not sizes or min(sizes) < 1:
        raise PopulationEmpty(field="sizes")
    check_bounds("minimum", minimum)
    floors = [min(size, max(1, minimum)) for size in sizes]
    if sum(floors) > needed or needed > sum(sizes):
        raise AllocationImpossible(field="minimum", minimum=minimum, strata=len(sizes), needed=needed)
    weights = [Fraction(size if way == "proportional" else 1) for size in sizes]
    given: dict[int, int] = {}
    free = set(range(len(sizes)))
    while True:
        # Who would get less than the floor or more than there are gets just that; the others share what is left.
        rest, whole = needed - sum(given.values()), sum(weights[i] for i in free)
        ideal = {i: rest * weights[i] / whole for i in free}
        low = {i for i in free if ideal[i] < floors[i]}
        high = {i for i in free if ideal[i] > sizes[i]}
        lacking = sum(floors[i] - ideal[i] for i in low) - sum(ideal[i] - sizes[i] for i in high)
        if not low and not high:
            break
        fixed = low if lacking >= 0 and low else high
        for i in fixed:
            given[i] = floors[i] if fixed is low else sizes[i]
        free -= fixed
        if not free:
            break
    if free:
        given |= {i: int(ideal[i]) for i in free}
        left = needed - sum(given.values())
        for i in sorted(free, key=lambda i: (int(ideal[i]) - ideal[i], i)):
            if left and given[i] < sizes[i]:
                given[i] += 1
                left -= 1
    return [given[i] for i in range(len(sizes))]


def places_for(sample: int, take: int, places: int) -> int:
    """How many places of a stratum to draw so that each gives about `take`; two at least, for a spread to be seen."""
    return min(places, max(2, -(-sample // take)))
