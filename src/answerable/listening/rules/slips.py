"""Serials of slips: eight digits drawn at random and a check digit, shown three by three."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date, timedelta

from answerable.safeguards.codes import check_digit

SLIPS = 50
DIGITS = 9


def new_serial() -> str:
    """A fresh serial. Drawn, not counted: who has one slip can't ask for its neighbours."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return body + check_digit(body)


def read_serial(typed: str) -> str:
    """The nine digits in what was typed, in any script's digits; empty when they are no serial."""
    digits = "".join(str(unicodedata.digit(char)) for char in typed[:60] if char.isdigit())
    return digits if len(digits) == DIGITS and check_digit(digits[:-1]) == digits[-1] else ""


def shown(serial: str) -> str:
    """The serial in groups of three."""
    return " ".join(serial[at : at + 3] for at in range(0, len(serial), 3))


def last_border(day: date) -> date:
    """The Monday of a day's week: the state of a slip is told as it was when that day began."""
    return day - timedelta(days=day.weekday())


def next_border(day: date) -> date:
    """The Monday after a day: from then on everybody sees what became of a slip on it."""
    return last_border(day) + timedelta(days=7)
