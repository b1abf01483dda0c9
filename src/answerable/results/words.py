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
    if shown.released:
        return gettext("counts of cases are said in the published figures only")
    if shown.whole_only:
        return gettext("said for the whole area only")
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


ABILITIES = {
    "meeting-called": gettext_noop("Calls an open village meeting and says beforehand what it is about"),
    "minutes-kept": gettext_noop("Keeps minutes of what was decided, and hangs them out"),
    "needs-heard": gettext_noop("Hears needs and complaints, and passes on what it can't settle"),
    "answers-given": gettext_noop("Gives an answer in time, also when it is no"),
    "accounts-kept": gettext_noop("Keeps the common accounts, with a document for each line"),
    "accounts-posted": gettext_noop("Hangs the accounts out each month"),
    "plan-made": gettext_noop("Makes a plan for the year out of what was heard"),
    "offers-compared": gettext_noop("Asks for three offers and says why one was chosen"),
    "works-checked": gettext_noop("Checks works while they go on and before they are paid"),
    "asset-kept": gettext_noop("Looks at what was built and knows who repairs it"),
    "repair-paid": gettext_noop("Puts money by for repairs and pays them"),
    "water-tested": gettext_noop("Has the water tested and tells what was found"),
    "funds-applied": gettext_noop("Applies for money from outside by itself"),
    "women-heard": gettext_noop("Meets when and where women and young people can come and speak"),
    "conflict-settled": gettext_noop("Settles quarrels over common things with both sides at one table"),
    "handover-done": gettext_noop("Hands its books and keys over when its members change"),
}
GRADES = {
    "not-yet": gettext_noop("not yet"),
    "with-help": gettext_noop("with help"),
    "alone": gettext_noop("by itself"),
}
FACILITIES = {
    "meeting-room": gettext_noop("A room or roofed place to meet"),
    "notice-board": gettext_noop("A notice board"),
    "locked-cupboard": gettext_noop("A cupboard that locks, for books and papers"),
    "phone-line": gettext_noop("A telephone of the committee"),
    "power": gettext_noop("Power"),
    "tool-store": gettext_noop("A store for tools"),
    "first-aid": gettext_noop("A first-aid box"),
}
FACILITY_STATES = {
    "works": gettext_noop("there, and works"),
    "in-part": gettext_noop("works in part"),
    "none": gettext_noop("not there"),
}
COACHING = {
    "training": gettext_noop("Training"),
    "coaching": gettext_noop("Coaching on the spot"),
    "exchange": gettext_noop("Visit of another village"),
}
CONDITIONS = {
    "abilities": gettext_noop(
        "Somebody else found, within a year, that the committee does everything needed by itself"
    ),
    "facilities": gettext_noop("The facilities that it needs are there and work"),
    "exit": gettext_noop("The exit criteria of every published scorecard are met"),
    "promises": gettext_noop("No promise to the village is late"),
}
