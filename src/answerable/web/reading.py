"""Values out of a form: each is read once, refused with a sentence, and kept as typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from django.conf import settings

from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown, DayUnreadable

#: The largest id that a database column holds.
LARGEST = 2**63 - 1
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def number_in(text: str | None) -> int | None:
    """A whole number from 0 up, in any script's digits; None for anything else."""
    digits = _plain(text or "")
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None


def day_in(text: str, field: str) -> date:
    """A day written year-month-day. Raises DayUnreadable."""
    try:
        return date.fromisoformat(_plain(text))
    except ValueError:
        raise DayUnreadable(field=field, given=shown(text)[:40], example=clock.today().isoformat()) from None


def language_in(text: str, allowed: Iterable[str]) -> str:
    """One of the offered languages. Raises ChoiceUnknown."""
    return choice_in(text, allowed, "language")


def language_tag_in(text: str, field: str) -> str:
    """A language by its tag; the field is no place for anything else. Raises ChoiceUnknown."""
    tag = text.strip()
    if len(tag) > 20 or not _TAG.fullmatch(tag):
        raise ChoiceUnknown(field=field, given=shown(tag)[:20] or "-", allowed="en, ar, zh-hans, fr, sw")
    return tag


def ticked(sent: Iterable[str]) -> bool:
    """True for a box that was sent with anything at all: what seals a case is never read as unticked."""
    return any(value.strip() for value in sent)


def choice_in(text: str, allowed: Iterable[str], field: str) -> str:
    """One of the offered values. Raises ChoiceUnknown."""
    offered = list(allowed)
    if text not in offered:
        raise ChoiceUnknown(field=field, given=shown(text)[:40] or "-", allowed=", ".join(offered))
    return text


def shown(text: str) -> str:
    """A typed text as a page may show it again: without control characters."""
    return "".join(c for c in text if c in "\n\t\r" or unicodedata.category(c) not in {"Cc", "Cs"})


def typed_in(sent: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What was typed into the named fields."""
    return {name: sent.get(name, "") for name in names}


def reply_languages(spoken: Iterable[str]) -> list[str]:
    """The languages a reply may be in: those that were spoken first, then the product's own."""
    own = [code for code, _ in settings.LANGUAGES]
    return list(dict.fromkeys([*spoken, *own]))


def _plain(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text.strip()[:40])
