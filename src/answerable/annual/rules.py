"""Which days a report tells of: decisions without a database.

A year is the calendar's and not a round of the programme: counts of cases are published by whole quarters of the
calendar, and a round that cuts a quarter would need tables of its own, whose difference to those tells (TRUST.md B5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from answerable.disclosure.rules import Quarter

#: How many years back a page offers.
MOST_YEARS = 12
#: No record is older. A slip of the hand such as 1 or 202 is no year then.
FIRST_YEAR = 1900


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
    """A year as it is told today; None for one that has not begun, or that lies before FIRST_YEAR."""
    if not FIRST_YEAR <= number <= today.year:
        return None
    return Year(number, min(today, date(number, 12, 31)))


def years_offered(oldest: date | None, today: date) -> list[int]:
    """The years from the oldest day of the records to today, newest first, at most MOST_YEARS."""
    first = min(oldest.year, today.year) if oldest else today.year
    return list(range(today.year, max(first, today.year - MOST_YEARS + 1) - 1, -1))


class Why(Enum):
    """Why a quarter of the year has no counts for a place."""

    #: Its day is still to come.
    TO_COME = "to come"
    #: Its day came, and the machinery has not published it yet.
    OVERDUE = "overdue"
    #: Counting begins with the quarter of the first matter that is counted; this one lies before.
    BEFORE_ALL = "before all"
    #: Published, without this place: it was not there in the quarter.
    NOT_THERE = "not there"


@dataclass(frozen=True)
class Missing:
    """A quarter without counts, and why."""

    quarter: Quarter
    why: Why


def missing_of(
    quarter: Quarter, *, today: date, released: tuple[Quarter, Quarter] | None, first_counted: date | None
) -> Missing:
    """Why a place has no counts of a quarter.

    `released`: the first and last quarter that were ever published, with all between them. `first_counted`: where nothing
    was, the day of the oldest matter that is counted; listening/services/releasing.py begins with its quarter.
    """
    if today < quarter.published_from:
        return Missing(quarter, Why.TO_COME)
    if released is None:
        before = first_counted is None or quarter < Quarter.of(first_counted)
        return Missing(quarter, Why.BEFORE_ALL if before else Why.OVERDUE)
    if quarter < released[0]:
        return Missing(quarter, Why.BEFORE_ALL)
    return Missing(quarter, Why.NOT_THERE if quarter <= released[1] else Why.OVERDUE)
