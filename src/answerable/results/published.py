"""What everybody may see of results. Counts of people and cases pass the 10-5 rule (docs/decisions/0010): the value, and
the progress that is computed from it, are those of the rounded counts, so that nothing can be counted back.

A share of people is no line of a released table (answerable.disclosure), so nothing withholds what would give a
neighbour's away. It is therefore said of the framework's own area only, of no place in it, and as a percentage in steps
of five alone. Cases stand in the released tables, and any other word on them narrows these: that a share of them is said at
all tells how many there are at least. So nothing is said here that was counted from cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from answerable.safeguards.suppression import public_count, public_share

from .models import Indicator
from .rules import ONE, Progress, Reading, progress_of, value_of
from .rules.measures import SMALL_NUMBERS, Measure

if TYPE_CHECKING:
    from .selectors import Cell, Line


@dataclass(frozen=True)
class Shown:
    """A reading as it may be published: the number, and the part and whole it comes from; or hidden; or a reason."""

    value: Fraction | None = None
    part: Fraction | None = None
    whole: Fraction | None = None
    #: Too small a number of people or cases to be said.
    hidden: bool = False
    no_data: str = ""
    #: It is said of the framework's own area, and of no place in it.
    whole_only: bool = False
    #: It was counted from cases: what is said of them stands in the released tables.
    released: bool = False


def shown(indicator: Indicator, reading: Reading | None, *, own: bool) -> Shown | None:
    """A value or a baseline; None where there is none at all. `own`: it is of the framework's own area."""
    if reading is None:
        return None
    if not reading.is_there:
        return Shown(no_data=reading.no_data)
    if indicator.counts not in SMALL_NUMBERS:
        part = Fraction(reading.numerator, ONE) if reading.numerator is not None else None
        whole = Fraction(reading.denominator, ONE) if reading.denominator is not None else None
        return Shown(value_of(reading), part, whole)
    counted = reading.numerator is not None or indicator.measure == Measure.UNIT
    if indicator.counts == "cases" and counted:
        return Shown(hidden=True, released=True)
    if reading.numerator is not None and reading.denominator is not None:
        if not own:
            return Shown(hidden=True, whole_only=True)
        return _share(reading.numerator // ONE, reading.denominator // ONE)
    if indicator.measure != Measure.UNIT or reading.value is None:
        # A share that somebody stated elsewhere, or a step: no count can be read from it.
        return Shown(value_of(reading))
    count = public_count(reading.value // ONE)
    return Shown(hidden=True) if count.value is None else Shown(Fraction(count.value))


def is_hidden(indicator: Indicator, reading: Reading) -> bool:
    """True for a number of people or cases that is too small to be published. Of a share no number is."""
    found = shown(indicator, reading, own=True)
    return indicator.measure == Measure.UNIT and found is not None and found.hidden


def shown_in(indicator: Indicator, cell: Cell) -> Shown | None:
    """What stands in a cell. A whole is not said where a part of it is hidden: both together would give it away."""
    if cell.hides and cell.actual is not None and cell.actual.is_there:
        return Shown(hidden=True)
    return shown(indicator, cell.actual, own=cell.own)


def _share(part: int, whole: int) -> Shown:
    percent = public_share(public_count(part), public_count(whole))
    return Shown(hidden=True) if percent is None else Shown(Fraction(percent))


def wanted(reading: Reading | None) -> Shown | None:
    """A target: what an office wants is no count of anybody."""
    return Shown(value_of(reading)) if reading is not None else None


def public_progress(indicator: Indicator, line: Line, cell: Cell) -> Progress:
    """Progress from what is published."""
    if indicator.counts not in SMALL_NUMBERS:
        return cell.progress
    began = shown(indicator, line.baseline.reading, own=cell.own) if line.baseline is not None else None
    actual = shown_in(indicator, cell)
    return progress_of(
        began.value if began else None,
        value_of(cell.target),
        actual.value if actual else None,
        ascending=indicator.ascending,
    )
