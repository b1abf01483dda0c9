"""Exact decimals as whole ten-thousandths: what a column holds, what was typed, what is shown. Never a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from answerable.results.problems import NumberUnreadable, TooManyDecimals

DECIMALS = 4
#: One, in ten-thousandths.
ONE = 10**DECIMALS
#: Below 2**53, so that an event's body and a spreadsheet hold it exactly.
LARGEST = 9_000_000_000_000_000
_NUMBER = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?", re.ASCII)


def read_number(text: str, *, decimals: int = DECIMALS, field: str = "value") -> int:
    """Ten-thousandths of what was typed, in any script's digits; thousands may stand apart by spaces.

    A comma is refused: it is a decimal sign here and a thousand there. So are signs of percent, words and exponents.
    Raises NumberUnreadable, TooManyDecimals.
    """
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text.strip()[:60])
    plain = plain.replace("\u066b", ".").replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        raise NumberUnreadable(field=field, given=_shown(text))
    plain = re.sub(r"\s", "", plain)
    whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    if len(part) > min(decimals, DECIMALS):
        raise TooManyDecimals(field=field, given=_shown(text), decimals=min(decimals, DECIMALS))
    found: int = abs(int(whole)) * ONE + int(part.ljust(DECIMALS, "0") or 0)
    if found > LARGEST:
        raise NumberUnreadable(field=field, given=_shown(text))
    return -found if plain.startswith("-") else found


def said_number(e4: int) -> str:
    """The number in its shortest plain form: digits, a point, no zeros at its end."""
    whole, part = divmod(abs(e4), ONE)
    tail = str(part).rjust(DECIMALS, "0").rstrip("0")
    return f"{'-' if e4 < 0 else ''}{whole}{'.' + tail if tail else ''}"


def said_value(value: Fraction | None) -> str:
    """An exact number to at most four decimals, half up; empty for none."""
    if value is None:
        return ""
    scaled = abs(value) * ONE
    e4 = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return said_number(-e4 if value < 0 else e4)


def decimal_of(e4: int) -> Decimal:
    """The number as a Decimal, for what formats or exports it."""
    return Decimal(said_number(e4))


def _shown(text: str) -> str:
    return "".join(c for c in text.strip()[:40] if unicodedata.category(c) not in {"Cc", "Cs"}) or "-"
