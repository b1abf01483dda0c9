"""Which postings of our books are transactions in IATI, and how planned sums are split into years. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.money.rules.stages import Role, Stage

#: (role of the account, stage) -> (codelist TransactionType, sign). What is undone carries the stage of what it undoes,
#: with the opposite sign. Not here: reserves and cash (the other side), openings, conversions, and what communities
#: gave in kind, for which the standard has no type.
FLOWS: dict[tuple[str, str], tuple[str, int]] = {
    (Role.PLEDGES_GIVEN.value, Stage.PLEDGE.value): ("13", -1),
    (Role.RECEIVED.value, Stage.RECEIPT.value): ("1", -1),
    (Role.RECEIVED.value, Stage.RETURN.value): ("1", -1),
    (Role.ALLOCATED_IN.value, Stage.ALLOCATION.value): ("1", -1),
    (Role.ALLOCATED_IN.value, Stage.RETURN.value): ("1", -1),
    (Role.ALLOCATED_OUT.value, Stage.ALLOCATION.value): ("3", 1),
    (Role.ALLOCATED_OUT.value, Stage.RETURN.value): ("3", 1),
    (Role.COMMITTED.value, Stage.COMMITMENT.value): ("2", 1),
    (Role.COMMITTED.value, Stage.RELEASE.value): ("2", 1),
    (Role.SPENT.value, Stage.PAYMENT.value): ("4", 1),
    (Role.SPENT.value, Stage.RETURN.value): ("4", 1),
    (Role.CHARGES.value, Stage.CHARGE.value): ("4", 1),
}
#: Types of work: they belong to a project where the posting names one, else to the fund in its book.
OF_WORK = {"2", "4"}


@dataclass(frozen=True)
class Year:
    """A part of a period, at most a year long, and its part of the sum."""

    start: date
    end: date
    units: int


def by_years(units: int, start: date, end: date) -> Iterator[Year]:
    """A sum by years of its period, in proportion to their days; the parts add up to it exactly."""
    days = (end - start).days + 1
    given, first = 0, start
    while first <= end:
        last = min(end, _a_year_on(first) - timedelta(days=1))
        share = units * ((last - start).days + 1) // days - given
        yield Year(first, last, share)
        given += share
        first = last + timedelta(days=1)


def _a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)
