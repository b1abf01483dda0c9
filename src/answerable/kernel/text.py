"""Free text on its way in: normalised, of bounded size, without control characters."""

from __future__ import annotations

import unicodedata

from .problem import Problem, gettext_noop

KEPT_CONTROLS = frozenset("\n\t")
#: Zero-width joiners shape Arabic, Persian and Indic words; they stay.
JOINERS = frozenset("\u200c\u200d")


class TextTooLong(Problem):
    """More text than the field takes."""

    code = "text-too-long"
    status = 413
    sentence = gettext_noop(
        "The text is too long: {length} characters, at most {limit}. Please shorten it and send it again."
    )


class TextUnreadable(Problem):
    """Bytes that are no text."""

    code = "text-unreadable"
    sentence = gettext_noop("The text holds characters that are no writing. Please type it again.")


class TextMissing(Problem):
    """Nothing was written."""

    code = "text-missing"
    sentence = gettext_noop("Please write something first.")


def clean_text(value: str, *, limit: int, field: str = "text", required: bool = True) -> str:
    """Return NFC text with plain line ends and no control characters.

    Raises TextTooLong (before doing any work on it), TextUnreadable for NUL, lone surrogates or
    unassigned bytes decoded as replacement characters, TextMissing when required and blank.
    """
    if len(value) > limit * 2:
        raise TextTooLong(field=field, length=len(value), limit=limit)
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    for char in text:
        category = unicodedata.category(char)
        if (category == "Cc" and char not in KEPT_CONTROLS) or category == "Cs" or char == "\ufffd":
            raise TextUnreadable(field=field)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf" or c in JOINERS)
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > limit:
        raise TextTooLong(field=field, length=len(text), limit=limit)
    if required and not text:
        raise TextMissing(field=field)
    return text
