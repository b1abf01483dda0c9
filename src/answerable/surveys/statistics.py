"""The estimates that are kept: computed by `svy`, a maintained library for survey statistics, and checked by our own.

The library stands in requirements/surveys.in, apart from what every installation needs: with what it brings it takes some
450 MB. It is read only when a survey is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Any, Literal

from .problems import StatisticsDisagree, StatisticsMissing
from .rules.estimating import Found, Group, estimate

#: A whole so large that taking from it changes nothing: places that chance drew are taken as drawn one by one.
ENDLESS = 10**12
CLOSE = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A share (0 to 1) or a mean with its interval at a confidence; bounds are None where nothing can be said."""

    found: Found
    low: float | None
    high: float | None


def estimate_of(groups: Sequence[Group], *, confidence: int, share: bool) -> Estimate:
    """Compute with the library, and compare with rules.estimating.

    Shares have the interval of Korn and Graubard (1998), which stays between 0 and 1 and is there for 0 % and 100 % too;
    means have Student's. Raises StatisticsMissing, StatisticsDisagree; ValueError without answers.
    """
    ours = estimate(groups)
    theirs, low, high = _by_library(groups, confidence, share)
    same = (
        isclose(ours.mean, theirs.mean, rel_tol=CLOSE, abs_tol=CLOSE)
        and isclose(ours.error, theirs.error, rel_tol=1e-6, abs_tol=1e-7)
        and ours.answers == theirs.answers
        and ours.freedom == theirs.freedom
    )
    if not same:
        raise StatisticsDisagree
    return Estimate(theirs, low, high)


def _by_library(
    groups: Sequence[Group], confidence: int, share: bool
) -> tuple[Found, float | None, float | None]:
    try:
        import polars as pl
        import svy
    except ImportError:
        raise StatisticsMissing from None
    frame = pl.DataFrame(_columns(groups))
    design = svy.Design(stratum="stratum", psu="unit", wgt="weight", pop_size="out_of")
    sample = svy.Sample(frame, design)
    alpha = round(1 - confidence / 100, 2)
    # Where all answers are alike there is no spread to hold the design's against.
    deff: Literal["wr"] | None = "wr" if frame["score"].n_unique() > 1 else None
    said: Any = (
        sample.estimation.prop("score", ci_method="korn-graubard", deff=deff, alpha=alpha)
        if share
        else sample.estimation.mean("score", deff=deff, alpha=alpha)
    )
    rows = said.estimates
    row = next((one for one in rows if not share or _level(one) == 1), None)
    if row is None:
        # A share that nobody gave: the library tells of the others alone, who are all.
        high = _bound(rows[0].lci)
        found = Found(0.0, 0.0, None, int(rows[0].n), int(rows[0].df))
        return found, 0.0, None if high is None else 1 - high
    found = Found(float(row.est), float(row.se), _bound(row.deff), int(row.n), int(row.df))
    return found, _bound(row.lci), _bound(row.uci)


def _level(row: object) -> float:
    return float(str(getattr(row, "y_level", "nan")))


def _bound(value: object) -> float | None:
    number = float(value) if isinstance(value, int | float) else float("nan")
    return number if isfinite(number) else None


def _columns(groups: Sequence[Group]) -> dict[str, list[object]]:
    """One line for each answer that the sums stand for: lines are alike, in no order, and live as long as this takes."""
    columns: dict[str, list[object]] = {"stratum": [], "unit": [], "weight": [], "out_of": [], "score": []}
    for group in groups:
        number = 0
        for unit in group.units:
            for _ in range(unit.times):
                number += 1
                for score, times in unit.scores.items():
                    columns["stratum"] += [group.name] * times
                    columns["unit"] += [number] * times
                    columns["weight"] += [float(unit.weight)] * times
                    columns["out_of"] += [group.out_of or ENDLESS] * times
                    columns["score"] += [score] * times
    return columns
