"""Reads an office's text before it is published and points at what looks like a person.

It says `found` or `not found`, never `clean`: a person reads every text before it goes out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from answerable.kernel.problem import Problem, gettext_noop

#: Seven digits or more in a row, with the usual separators between: a telephone, an account, an identity number.
_LONG_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[ .\-/()]?\d){6,}(?!\d)")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_HANDLE = re.compile(r"(?<!\w)@\w{3,}")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
#: Every dash that a keyboard or an editor sets in place of a hyphen.
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
#: Days, and years from - to.
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?<![\d.\-/])(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d(?![\d\-/])"
)


class PointsAtSomebody(Problem):
    """A text for the public holds a number, mail address or handle."""

    code = "text-points-at-somebody"
    status = 422
    sentence = gettext_noop(
        "The public answer holds “{found}”, which looks like a telephone number, an identity number or an address. "
        "Take it out: what is published must point at no person."
    )


@dataclass(frozen=True)
class Mark:
    """Something found: what kind, and the words."""

    kind: str
    words: str


def marks_in(text: str) -> list[Mark]:
    """What in the text looks like a way to a person; digits of every script are read."""
    plain = "".join(
        str(unicodedata.digit(c)) if c.isdigit() else c for c in unicodedata.normalize("NFKC", text)
    )
    plain = plain.translate(_DASHES)
    without_dates = _DATE.sub(" ", plain)
    found = [Mark("number", m.group().strip()) for m in _LONG_NUMBER.finditer(without_dates)]
    found += [Mark("mail", m.group()) for m in _MAIL.finditer(plain)]
    found += [Mark("handle", m.group()) for m in _HANDLE.finditer(_MAIL.sub(" ", plain))]
    found += [Mark("link", m.group()) for m in _LINK.finditer(plain)]
    return found


def check_publishable(text: str) -> None:
    """Raise PointsAtSomebody where the text holds something that leads to a person.

    Links stay allowed: an office points at its own page with one, and a person reads the text before it goes out.
    """
    marks = [mark for mark in marks_in(text) if mark.kind != "link"]
    if marks:
        raise PointsAtSomebody(field="public_text", found=marks[0].words)
