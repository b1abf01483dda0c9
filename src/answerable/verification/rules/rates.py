"""Rates of a stratified sample with an interval.

Each visited unit stands for as many of its stratum as its share of those visited says. The interval is E. B. Wilson's
(1927) with the effective size n' = (sum of weights)^2 / (sum of their squares) (L. Kish, 1965, section 11.7) in place
of n: for equal weights it is Wilson's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

#: 95 % in the middle of the normal distribution.
QUANTILE = 1.959964
#: With fewer visits nothing is compared.
FEWEST_COMPARED = 10


@dataclass(frozen=True)
class Rate:
    """A rate and its interval from 0 to 1, of how many with it among how many visited."""

    share: float
    low: float
    high: float
    found: int
    of: int

    @property
    def compared(self) -> bool:
        """Whether there were enough visits to stand in a comparison."""
        return self.of >= FEWEST_COMPARED


def wilson(share: float, size: float) -> tuple[float, float]:
    """The interval of a share that was found in a sample of a size, which needs not be whole."""
    squared = QUANTILE**2
    middle = (share + squared / (2 * size)) / (1 + squared / size)
    half = QUANTILE / (1 + squared / size) * sqrt(share * (1 - share) / size + squared / (4 * size * size))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def rate_of(visits: Iterable[tuple[bool, float]]) -> Rate | None:
    """The rate among visits, each with whether it was found and its weight; None of no visit."""
    rows = list(visits)
    if not rows:
        return None
    whole = sum(weight for _, weight in rows)
    share = sum(weight for found, weight in rows if found) / whole
    low, high = wilson(share, whole**2 / sum(weight**2 for _, weight in rows))
    return Rate(share, low, high, sum(found for found, _ in rows), len(rows))
