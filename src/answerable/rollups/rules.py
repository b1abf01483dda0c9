"""How deep the tables reach, and which whole months lie in a period. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Reach:
    """Down to which depth (1: the root) a table has rows; it follows from the depth at which the villages stand.

    What is left out is quickly counted from the cases themselves; with it, the tables would be larger than the cases.
    """

    floor: int

    @property
    def months(self) -> int:
        """Counts of a month: every level, the villages too."""
        return self.floor

    @property
    def taken(self) -> int:
        """Days taken, by month: down to what stands above the villages."""
        return self._above(1)

    @property
    def days(self) -> int:
        """Counts of a day: two levels less."""
        return self._above(2)

    @property
    def taken_sensitive(self) -> int:
        """Days taken by sensitive cases: nearly a row each, so a level less."""
        return self._above(2)

    @property
    def months_by_subject(self) -> int:
        """Counts of a month and subject."""
        return self._above(2)

    @property
    def days_by_subject(self) -> int:
        """Counts of a day and subject."""
        return self._above(3)

    def _above(self, levels: int) -> int:
        """So many levels above the villages; the root at least, unless it is a village."""
        return max(self.floor - levels, min(1, self.floor - 1), 0)


#: Ranges of days, both ends included.
Days = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Cut:
    """A period cut into whole months (first days of the first and last one; None: none) and edges."""

    months: tuple[date, date] | None
    edges: tuple[tuple[date, date], ...]


def cut(first: date, last: date) -> Cut:
    """Cut a period at the borders of months."""
    start = first if first.day == 1 else next_month(first)
    end = (
        month_of(last)
        if (last + timedelta(days=1)).day == 1
        else month_of(month_of(last) - timedelta(days=1))
    )
    if start > end:
        return Cut(None, ((first, last),))
    edges = []
    if first < start:
        edges.append((first, start - timedelta(days=1)))
    if last >= next_month(end):
        edges.append((next_month(end), last))
    return Cut((start, end), tuple(edges))


@dataclass(frozen=True)
class Nearer:
    """Days of edges, counted from whichever side is nearer: whole months, days to add, days to take away from the months."""

    months: tuple[date, ...]
    added: Days
    away: Days


def nearer(edges: Days) -> Nearer:
    """Of each month that the edges cut at most half is counted day by day: what is wanted, or what is not."""
    months, added, away = list[date](), list[tuple[date, date]](), list[tuple[date, date]]()
    for first, last in edges:
        start = first
        while start <= last:
            month, following = month_of(start), next_month(start)
            end = min(last, following - timedelta(days=1))
            if 2 * ((end - start).days + 1) <= (following - month).days:
                added.append((start, end))
            else:
                months.append(month)
                rest = (
                    (month, start - timedelta(days=1)),
                    (end + timedelta(days=1), following - timedelta(days=1)),
                )
                away += [(begin, stop) for begin, stop in rest if begin <= stop]
            start = end + timedelta(days=1)
    return Nearer(tuple(months), tuple(added), tuple(away))


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
