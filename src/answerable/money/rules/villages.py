"""What a village owns together: the kinds of its income and spending, and the order of its posted months. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from .stages import Kind, Stage

#: Further accounts of a village's book, each with its kind. Their words are in village_words.py.
INCOME = ("harvest", "sales", "rent", "services", "interest", "grants", "other-income")
SPENDING = ("wages", "inputs", "repairs", "energy", "taxes", "common-good", "other-spending")
DISTRIBUTION = "distribution"
ACCOUNTS: dict[str, Kind] = {
    **dict.fromkeys(INCOME, Kind.INCOME),
    **dict.fromkeys(SPENDING, Kind.EXPENSE),
    DISTRIBUTION: Kind.EQUITY,
}
#: Which stage enters on which of them.
STAGE_OF: dict[str, Stage] = {
    **dict.fromkeys(INCOME, Stage.INCOME),
    **dict.fromkeys(SPENDING, Stage.SPENDING),
    DISTRIBUTION: Stage.DISTRIBUTION,
}


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def after(month: date) -> date:
    """The first day of the next month."""
    return (
        month.replace(year=month.year + 1, month=1)
        if month.month == 12
        else month.replace(month=month.month + 1)
    )


def months_over(opened: date, today: date) -> Iterator[date]:
    """Every month since a book was opened that is over: each of them is owed."""
    month = first_of(opened)
    while last_of(month) < today:
        yield month
        month = after(month)
