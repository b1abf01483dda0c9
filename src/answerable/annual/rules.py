"""Which days a report tells of: decisions without a database.

A year is the calendar's and not a round of the programme: counts of cases are published by whole quarters of the
calendar, and a round that cuts a quarter would need tables of its own, whose difference to those tells (TRUST.md B5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: How many years back a page offers.
MOST_YEARS = 12


@dataclass(frozen=True)
class Year:
    """A year, and the day as of which it is told: its last one, or today while it runs."""

    number: int
    on: date

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.number, 12, 31)

    @property
    def is_over(self) -> bool:
        """Its figures move only where somebody records something about it later."""
        return self.on == self.last


def year_of(number: int, today: date) -> Year | None:
    """A year as it is told today; None for one that has not begun, or that no calendar has."""
    if not 1 <= number <= today.year:
        return None
    return Year(number, min(today, date(number, 12, 31)))


def years_offered(oldest: date | None, today: date) -> list[int]:
    """The years from the oldest day of the records to today, newest first, at most MOST_YEARS."""
    first = min(oldest.year, today.year) if oldest else today.year
    return list(range(today.year, max(first, today.year - MOST_YEARS + 1) - 1, -1))
