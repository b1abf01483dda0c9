"""The number on a card: sixteen digits, the last a check digit; kept as a mark that leads back to no number."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

from answerable.safeguards.codes import check_digit

from .problems import CardIncomplete, CardMistyped

DIGITS = 16


def new_number() -> str:
    """Fifteen digits from the system's random source, and their check digit."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return body + check_digit(body)


def shown(number: str) -> str:
    """In groups of four."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def read_number(typed: str) -> str:
    """The digits in what was typed, of any script. Raises CardIncomplete, CardMistyped."""
    digits = "".join(str(unicodedata.digit(char)) for char in typed[:200] if char.isdigit())
    if len(digits) != DIGITS:
        raise CardIncomplete(field="code", wanted=DIGITS, given=len(digits))
    if check_digit(digits[:-1]) != digits[-1]:
        raise CardMistyped(field="code")
    return digits


def mark_of(number: str) -> str:
    """What is kept of a card: without the server's key nobody can try numbers against it."""
    said = f"surveys.card:{number}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()
