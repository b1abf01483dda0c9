"""Working days: weekends and holidays of one calendar, and counting in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days count. `weekend` holds weekday numbers (Monday is 0)."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("a week needs at least one working day, numbered 0 to 6")

    def is_working_day(self, day: date) -> bool:
        """True when work is done on that day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def add(self, start: date, days: int) -> date:
        """The day on which `days` working days after `start` have passed.

        The start day itself does not count. With 0 days it is the start or the next working day.
        """
        if days < 0:
            raise ValueError("working days are counted forwards")
        day = start
        while days > 0:
            day += ONE_DAY
            if self.is_working_day(day):
                days -= 1
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when end is not later."""
        count = 0
        day = start
        while day < end:
            day += ONE_DAY
            count += self.is_working_day(day)
        return count
