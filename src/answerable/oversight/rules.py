"""What an overview decides: its periods, its orders, and how shares are spread. Pure."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

#: Orders of the lines: by name, or by how much waits; the most first. Never by a share, and no line has a number.
ORDERS = ("name", "late", "stuck", "silent", "promises")
#: Upper ends of the first four steps of what is late, in percent of what is due; the fifth is above.
STEPS = (0, 10, 25, 50)
#: Earliest year of a period.
FIRST_YEAR = 1900
_PERIOD = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


def usual_days(today: date) -> tuple[date, date]:
    """The days of no period: the month of a year ago up to today, as the page of figures has it."""
    return today.replace(day=1, year=today.year - 1), today


def days_of(period: str) -> tuple[date, date] | None:
    """The first and last day of a year (`2026`), a quarter (`2026-Q3`) or a month (`2026-03`); None for anything else."""
    found = _PERIOD.fullmatch(period)
    if found is None or int(found[1]) < FIRST_YEAR:
        return None
    year = int(found[1])
    first, last = 1, 12
    if found[2]:
        first, last = int(found[2]) * 3 - 2, int(found[2]) * 3
    elif found[3]:
        first = last = int(found[3])
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def periods_offered(today: date) -> list[str]:
    """This year and the last, and the last four quarters, this one first."""
    quarter = today.year * 4 + (today.month - 1) // 3
    quarters = [f"{one // 4}-Q{one % 4 + 1}" for one in range(quarter, quarter - 4, -1)]
    return [str(today.year), str(today.year - 1), *quarters]


def step_of(late: int, due: int) -> int | None:
    """Which of the five steps a share is in, from 0 for none late; None where nothing was due."""
    if not due:
        return None
    return next((place for place, most in enumerate(STEPS) if late * 100 <= due * most), len(STEPS))


def spread(shares: Iterable[tuple[int, int]]) -> Counter[int | None]:
    """How many areas are in each step; each share is what was late and what was due."""
    return Counter(step_of(late, due) for late, due in shares)
