"""Canonical JSON (RFC 8785) on a subset where nothing can be read two ways.

Keys of small letters and underscores, texts in Unicode's form NFC, whole numbers below 2**53, no fractions.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NoReturn

from .refused import Refused, text_of

#: RFC 8785, section 3.2.2.3 writes numbers as doubles: beyond this, neighbours look alike.
LARGEST = 2**53
DEEPEST = 20
_KEY = re.compile(r"[a-z_]+")
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """The one spelling of a value (RFC 8785, section 3.2)."""
    _check(value, 0)
    return _write(value).encode()


def parse(data: bytes) -> Any:
    """The value of canonical JSON; anything that is not byte for byte its own canonical form is refused."""
    text = text_of(data, "JSON")
    try:
        value = json.loads(
            text, object_pairs_hook=_without_twins, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except Refused:
        raise
    except (ValueError, RecursionError):
        raise Refused("This is not JSON.")
    if canonical(value) != data:
        raise Refused("This JSON is not in canonical form.")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Refused(f"This JSON is nested more than {DEEPEST} deep.")
    if isinstance(value, str):
        # Plain ASCII is in every form; nearly all that is written here is.
        if not value.isascii() and not unicodedata.is_normalized("NFC", text_of(value, "text")):
            raise Refused("A text is not in Unicode's form NFC.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise Refused(f"A key has other signs than a to z and underscore: {key!r:.60}.")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, int):
        if not -LARGEST < value < LARGEST:
            raise Refused("A number is too large to be written exactly.")
    elif value is not None:
        raise Refused(f"Canonical JSON has no place for a {type(value).__name__}.")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("A key stands twice.")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise Refused(f"Canonical JSON has no place for the number {text[:40]}.")
