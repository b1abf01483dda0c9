"""Keys and names as people and files give them: checked once, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from .problem import Problem, gettext_noop
from .text import clean_text

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
#: A BCP 47 tag as far as names need it: language, script, region, variants.
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


class KeyRefused(Problem):
    """A key of other signs than the plain ones."""

    code = "key-refused"
    sentence = gettext_noop(
        "A key has small letters a to z, digits, hyphen or underscore, at most {limit} of them; “{key}” has not."
    )


class NamesRefused(Problem):
    """Names that are no list of texts by language."""

    code = "names-refused"
    sentence = gettext_noop(
        "Names are given by language, such as en, ar or zh-hans; “{language}” is no language tag."
    )


class DatesInDisorder(Problem):
    """The last day comes before the first."""

    code = "dates-in-disorder"
    sentence = gettext_noop(
        "The last day, {end}, comes before the first, {start}. Please correct one of them."
    )


class ChoiceUnknown(Problem):
    """A value outside a fixed list."""

    code = "choice-unknown"
    status = 422
    sentence = gettext_noop("“{given}” can't be chosen here. Please choose one of: {allowed}.")


class DayUnreadable(Problem):
    """Text where a day was expected."""

    code = "day-unreadable"
    status = 422
    sentence = gettext_noop("“{given}” is no day. Please write it as year-month-day, for example {example}.")


def clean_key(key: str, *, limit: int = 60, field: str = "key") -> str:
    """The key without white space around it. Raises KeyRefused."""
    key = key.strip()
    if len(key) > limit or not KEY.match(key):
        raise KeyRefused(field=field, key=key[:80], limit=limit)
    return key


def clean_names(names: Mapping[str, str], *, limit: int = 200, field: str = "names") -> dict[str, str]:
    """Names by language tag, empty ones left out, in the order of their tags.

    Raises NamesRefused for a tag that is none, TextMissing when no name is left, and what clean_text does.
    """
    found = {}
    for tag in sorted(names):
        if not TAG.match(tag):
            raise NamesRefused(field=field, language=tag[:40])
        if text := clean_text(names[tag], limit=limit, field=field, required=False):
            found[tag] = text.replace("\n", " ")
    if not found:
        clean_text("", limit=limit, field=field)
    return found


def check_days(start: date, end: date | None, *, field: str = "ends_on") -> None:
    """Raise DatesInDisorder unless the last day, where there is one, is the first or later."""
    if end is not None and end < start:
        raise DatesInDisorder(field=field, start=start.isoformat(), end=end.isoformat())
