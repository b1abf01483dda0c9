"""What kinds of numbers there are, and which of them can be. IATI's words (codelist IndicatorMeasure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from answerable.kernel.labels import ChoiceUnknown
from answerable.results.problems import (
    DenominatorZero,
    NumberNegative,
    PartsMissing,
    ReadingMissing,
    ReadingTwice,
    SampleMissing,
    SampleTooSmall,
    ShareOverWhole,
    StepUnknown,
    TooManyDecimals,
)

from .numbers import ONE, said_number


class Level(StrEnum):
    """What a goal is, from what a project makes to what becomes of the place (IATI ResultType)."""

    IMPACT = "impact"
    OUTCOME = "outcome"
    OUTPUT = "output"


class Measure(StrEnum):
    """What an indicator's values are."""

    UNIT = "unit"
    PERCENTAGE = "percentage"
    ORDINAL = "ordinal"
    QUALITATIVE = "qualitative"


LEVELS = tuple(level.value for level in Level)
MEASURES = tuple(measure.value for measure in Measure)
#: Which level stands below which.
ABOVE = {Level.OUTPUT: Level.OUTCOME, Level.OUTCOME: Level.IMPACT}
#: What the numbers count: people and cases are published by the 10-5 rule, things exactly.
COUNTS = ("things", "people", "cases")
SMALL_NUMBERS = frozenset({"people", "cases"})
STATES = ("draft", "submitted", "returned", "approved")
SOURCES = ("computed", "entered")
NO_DATA = ("not-collected", "not-due-yet", "not-applicable", "no-access", "lost", "nothing-to-count")
NO_BASELINE = ("new-here", "never-measured", "not-comparable")
CORRECTIONS = ("typing-error", "came-late", "counted-again", "method-changed")
RETURNS = ("number-doubtful", "evidence-missing", "wrong-period", "wrong-place", "not-clear")
#: The most steps of an ordinal scale.
MOST_STEPS = 20
WHOLE = 100 * ONE


@dataclass(frozen=True)
class Reading:
    """One value: a number, or a part and its whole, or the coded reason why there is none. Ten-thousandths."""

    value: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    no_data: str = ""

    @property
    def is_there(self) -> bool:
        """True when there is a number."""
        return self.value is not None or self.denominator is not None


def value_of(reading: Reading | None) -> Fraction | None:
    """The exact number; of a part and its whole the percentage. None where there is none."""
    if reading is None:
        return None
    if reading.numerator is not None and reading.denominator:
        return Fraction(100 * reading.numerator, reading.denominator)
    return Fraction(reading.value, ONE) if reading.value is not None else None


def share_of(numerator: int, denominator: int) -> Fraction:
    """Percent, exactly."""
    return Fraction(100 * numerator, denominator)


def check_reading(
    reading: Reading,
    measure: Measure,
    *,
    reasons: Iterable[str],
    decimals: int = 0,
    steps: int | None = None,
    parts: bool = False,
    counted: bool = False,
) -> None:
    """Refuse what can't be. `parts`: a percentage has to come with its part and whole; `counted`: never below zero.

    A qualitative reading has no number: its words stand beside it. Raises ChoiceUnknown, ReadingMissing, ReadingTwice,
    PartsMissing, DenominatorZero, NumberNegative, ShareOverWhole, StepUnknown, TooManyDecimals.
    """
    if reading.no_data and (reading.is_there or reading.numerator is not None):
        raise ReadingTwice(field="no_data")
    if reading.no_data:
        if reading.no_data not in set(reasons):
            raise ChoiceUnknown(field="no_data", given=reading.no_data[:40], allowed=", ".join(reasons))
        return
    if measure is Measure.QUALITATIVE:
        if reading.is_there or reading.numerator is not None:
            raise ReadingTwice(field="value")
        return
    _check_parts(reading, measure, parts)
    if not reading.is_there:
        raise ReadingMissing(field="value", allowed=", ".join(reasons))
    for field in ("value", "numerator", "denominator"):
        e4 = getattr(reading, field)
        if e4 is None:
            continue
        if e4 < 0 and (counted or measure is not Measure.UNIT):
            raise NumberNegative(field=field, given=said_number(e4))
        fine = 4 if measure is Measure.PERCENTAGE and field == "value" else decimals
        if e4 % 10 ** (4 - fine):
            raise TooManyDecimals(field=field, given=said_number(e4), decimals=fine)
    if measure is Measure.PERCENTAGE and reading.value is not None and reading.value > WHOLE:
        raise ShareOverWhole(field="value", given=said_number(reading.value))
    if measure is Measure.ORDINAL and reading.value is not None:
        if reading.value % ONE or not ONE <= reading.value <= (steps or 0) * ONE:
            raise StepUnknown(field="value", given=said_number(reading.value), steps=steps or 0)


def _check_parts(reading: Reading, measure: Measure, parts: bool) -> None:
    some = reading.numerator is not None or reading.denominator is not None
    if some and measure is not Measure.PERCENTAGE:
        raise ReadingTwice(field="numerator")
    if some and reading.value is not None:
        raise ReadingTwice(field="value")
    if some and (reading.numerator is None or reading.denominator is None):
        raise PartsMissing(field="numerator" if reading.numerator is None else "denominator")
    if measure is Measure.PERCENTAGE and parts and not some:
        raise PartsMissing(field="numerator")
    if reading.denominator is not None and reading.numerator is not None:
        if reading.denominator == 0:
            raise DenominatorZero(field="denominator")
        if reading.numerator > reading.denominator > 0:
            raise ShareOverWhole(
                field="numerator",
                given=f"{said_number(reading.numerator)} / {said_number(reading.denominator)}",
            )


def check_sample(reading: Reading, measure: Measure, *, margin: int | None, sample: int | None) -> None:
    """Refuse a margin (ten-thousandths) or a number of answers that can't be.

    Raises ReadingTwice, NumberNegative, ShareOverWhole, SampleMissing, SampleTooSmall.
    """
    if reading.no_data and (margin is not None or sample is not None):
        raise ReadingTwice(field="margin" if margin is not None else "sample")
    if margin is not None and margin < 0:
        raise NumberNegative(field="margin", given=said_number(margin))
    if margin is not None and measure is Measure.PERCENTAGE and margin > WHOLE:
        raise ShareOverWhole(field="margin", given=said_number(margin))
    if (margin is not None and sample is None) or (sample is not None and sample < 1):
        raise SampleMissing(field="sample")
    if sample is not None and reading.denominator is not None and reading.denominator > sample * ONE:
        raise SampleTooSmall(field="sample", given=sample, whole=said_number(reading.denominator))


def together(parts: Iterable[Reading]) -> Reading | None:
    """The sum of the readings that have a number; of shares, part and whole each. None when none has one."""
    there = [part for part in parts if part.is_there]
    if not there:
        return None
    if all(part.denominator is not None for part in there):
        return Reading(
            numerator=sum(part.numerator or 0 for part in there),
            denominator=sum(part.denominator or 0 for part in there),
        )
    if any(part.value is None for part in there):
        return None
    return Reading(value=sum(part.value or 0 for part in there))
