"""What the codes of results are called, on the desk and to the public, and how values are written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from answerable.kernel.problem import gettext_noop
from answerable.web.figures import number

from .computing import COMPUTATIONS
from .models import Indicator
from .published import Shown
from .rules import ONE, Measure, Reading, value_of

LEVELS = {
    "impact": gettext_noop("Impact: what becomes of the place"),
    "outcome": gettext_noop("Outcome: what changes"),
    "output": gettext_noop("Output: what is made"),
}
STATES = {
    "draft": gettext_noop("Draft"),
    "submitted": gettext_noop("Waits for approval"),
    "returned": gettext_noop("Sent back"),
    "approved": gettext_noop("Approved"),
}
SOURCES = {
    "computed": gettext_noop("computed from the records"),
    "entered": gettext_noop("entered by an office"),
}
REASONS = {
    "not-collected": gettext_noop("it was not collected"),
    "not-due-yet": gettext_noop("it is not due yet"),
    "not-applicable": gettext_noop("it does not apply here"),
    "no-access": gettext_noop("nobody could get there"),
    "lost": gettext_noop("the figures were lost"),
    "nothing-to-count": gettext_noop("there was nothing to count"),
    "new-here": gettext_noop("there was none of it before"),
    "never-measured": gettext_noop("nobody had measured it"),
    "not-comparable": gettext_noop("it was measured in another way"),
    "typing-error": gettext_noop("a typing error"),
    "came-late": gettext_noop("figures came late"),
    "counted-again": gettext_noop("it was counted again"),
    "method-changed": gettext_noop("the method was corrected"),
    "number-doubtful": gettext_noop("the number is doubtful"),
    "evidence-missing": gettext_noop("what it rests on is missing"),
    "wrong-period": gettext_noop("it belongs to another period"),
    "wrong-place": gettext_noop("it belongs to another place"),
    "not-clear": gettext_noop("it is not clear how it is known"),
}
MISSING = {
    "baseline": gettext_noop("no baseline"),
    "target": gettext_noop("no target"),
    "actual": gettext_noop("no value yet"),
    "way": gettext_noop("to be held at its baseline"),
}
FORMULAS = {
    "points": gettext_noop(
        "points of 100: each part gives a share of its weight, from its floor up to where it counts in full"
    ),
    "stars": gettext_noop("stars: each part gives its stars once it is full, and none before"),
}


def said(table: Mapping[str, str], key: str) -> str:
    """A code in words."""
    return gettext(table.get(key, key)) if key else ""


def computation(key: str) -> str:
    """A computation in words."""
    return gettext(COMPUTATIONS[key].words) if key in COMPUTATIONS else ""


def plain(value: Fraction | None, decimals: int = 1) -> str:
    """An exact number in the page's language, half up to at most so many decimals; empty for none."""
    if value is None:
        return ""
    scale = 10**decimals
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    exact = Fraction(-whole if value < 0 else whole, scale)
    if exact.denominator == 1:
        return number(int(exact))
    # An exact Decimal: its denominator is a divisor of a power of ten.
    return number(Decimal(exact.numerator) / Decimal(exact.denominator))


def percent(value: Fraction | None) -> str:
    """A percentage."""
    return gettext("%(n)s%%") % {"n": plain(value)} if value is not None else ""


def value_said(indicator: Indicator, shown: Shown | None) -> str:
    """A value as everybody reads it: with its whole where it is a share, its steps where it is a scale."""
    if shown is None:
        return ""
    if shown.hidden:
        return gettext("too few to say")
    if shown.no_data:
        return said(REASONS, shown.no_data)
    if shown.value is None:
        return ""
    if indicator.measure == Measure.PERCENTAGE:
        if shown.part is not None and shown.whole is not None:
            return gettext("%(percent)s (%(part)s of %(whole)s)") % {
                "percent": percent(shown.value), "part": plain(shown.part), "whole": plain(shown.whole),
            }  # fmt: skip
        return percent(shown.value)
    if indicator.measure == Measure.ORDINAL:
        return gettext("step %(n)s of %(steps)s") % {
            "n": plain(shown.value),
            "steps": number(indicator.steps or 0),
        }
    text = plain(shown.value, indicator.decimals)
    return f"{text}\u00a0{indicator.currency}" if indicator.currency else text


def reading_said(indicator: Indicator, reading: Reading | None) -> str:
    """The same of a true value, for the desk."""
    if reading is None:
        return ""
    part = Fraction(reading.numerator, ONE) if reading.numerator is not None else None
    whole = Fraction(reading.denominator, ONE) if reading.denominator is not None else None
    return value_said(indicator, Shown(value_of(reading), part, whole, no_data=reading.no_data))


def parts_said(parts: tuple[int, int] | None) -> str:
    """How many places a sum rests on."""
    if parts is None:
        return ""
    return ngettext(
        "sum of %(there)s of %(all)s place", "sum of %(there)s of %(all)s places", parts[1]
    ) % {"there": number(parts[0]), "all": number(parts[1])}  # fmt: skip


def exact(e4: int | None) -> Fraction | None:
    """A column of ten-thousandths as a number."""
    return Fraction(e4, ONE) if e4 is not None else None


def towards_zero(value: Fraction) -> Fraction:
    """Whole percent: what is not yet there is not said to be."""
    return Fraction(int(value))
