"""An entry before it is written: its lines, and whether they balance. No Django."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from answerable.kernel.money import LARGEST_UNITS, Amount, AmountTooLarge, plain
from answerable.money.problems import (
    AmountNotAbove,
    DayNotOpen,
    DigestRefused,
    EntryTooLong,
    ReferenceRefused,
    Unbalanced,
)

from .stages import Role

#: More would be a file, and files come as many entries.
MOST_POSTINGS = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_:#-]{0,39}\Z")
#: Pairs that go along with money: what a contract held, and what was pledged.
_PAIR_OF = {
    Role.COMMITTED.value: "contract",
    Role.RESERVE.value: "contract",
    Role.PLEDGES_DUE.value: "pledge",
    Role.PLEDGES_GIVEN.value: "pledge",
}


@dataclass(frozen=True)
class Slip:
    """What a form brings beside the money: the day, the form's own number, the document and its reference."""

    on: date
    token: UUID = field(default_factory=uuid4)
    document_digest: str = ""
    reference: str = ""
    #: A further payment under the same document, on purpose.
    again: bool = False


class Line(Protocol):
    """What the rules below look at."""

    @property
    def units(self) -> int:
        """Plus is debit."""

    @property
    def currency(self) -> str:
        """Its code."""


def check_lines(lines: Sequence[Line], most: int = MOST_POSTINGS) -> None:
    """Raise EntryTooLong, AmountNotAbove for an empty line, Unbalanced unless each currency adds up to nothing."""
    if not 2 <= len(lines) <= most:
        raise EntryTooLong(most=most, count=len(lines))
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.units == 0 or abs(line.units) > LARGEST_UNITS:
            raise AmountNotAbove(field="amount", amount=str(Amount(line.units, line.currency)))
        sums[line.currency] += line.units
    for currency, units in size_by_currency(lines).items():
        if units > LARGEST_UNITS:
            raise AmountTooLarge(
                field="amount",
                text=plain(Amount(units, currency)),
                limit=plain(Amount(LARGEST_UNITS, currency)),
                currency=currency,
            )
    for currency, units in sorted(sums.items()):
        if units:
            raise Unbalanced(field="amount", amount=str(Amount(units, currency)))


def check_above(amount: Amount) -> None:
    """Raise AmountNotAbove unless it is more than nothing."""
    if amount.units <= 0:
        raise AmountNotAbove(field="amount", amount=str(amount))


def check_day(on: date, *, today: date, opened: date, closed_through: date | None, book: str) -> None:
    """Raise DayNotOpen unless the book takes entries of that day."""
    first = opened if closed_through is None else max(opened, closed_through + timedelta(days=1))
    if not first <= on <= today:
        raise DayNotOpen(
            field="on", day=on.isoformat(), book=book, first=first.isoformat(), last=today.isoformat()
        )


def clean_digest(text: str, *, field: str = "document_digest") -> str:
    """A SHA-256 in small letters, or nothing. Raises DigestRefused."""
    text = text.strip().lower()
    if text and not _DIGEST.match(text):
        raise DigestRefused(field=field)
    return text


def clean_reference(text: str) -> str:
    """A reference without spaces, or nothing. Raises ReferenceRefused."""
    text = text.strip()
    if text and not _REFERENCE.match(text):
        raise ReferenceRefused(field="reference")
    return text


def size_by_currency(lines: Iterable[Line]) -> dict[str, int]:
    """What an entry debits of each currency."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += max(line.units, 0)
    return dict(sums)


def moved_by_currency(lines: Iterable[tuple[str, int, str]]) -> dict[str, int]:
    """How much an entry moves of each currency, counted once, from (role, units, currency).

    What a contract or a pledge held goes along with the money and is no second amount; without money, or where it is
    more, it is what moves.
    """
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for role, units, currency in lines:
        sums[currency][_PAIR_OF.get(role, "")] += max(units, 0)
    return {currency: max(pairs.values()) for currency, pairs in sums.items()}


def is_over(sizes: dict[str, int], thresholds: dict[str, int]) -> bool:
    """True when some currency is over its threshold; a currency without one is always over."""
    return any(
        currency not in thresholds or units > thresholds[currency] for currency, units in sizes.items()
    )
