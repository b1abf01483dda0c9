"""When a thing is to be looked at and looked after, and what was found: pure functions of days. No Django."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: What projects leave behind.
KINDS = (
    "water-point", "latrine", "road", "bridge", "school", "clinic", "lamp", "power-line", "canal", "field-works",
    "building", "machine", "other",
)  # fmt: skip
RESULTS = ("working", "partly", "not")
#: Who found it so: residents said it, the next cohort's team went there, or a drawn visit did.
WAYS = ("residents", "cohort", "visit")
GRADES = ("statement", "document", "picture", "visit")
#: Why it does not work, or in part only.
FAULTS = (
    "broken",
    "worn",
    "no-parts",
    "no-money",
    "no-keeper",
    "no-supply",
    "season",
    "not-used",
    "gone",
    "other",
)
PAYERS = ("community", "keeper", "government", "sponsor", "nobody")
WORKS = ("maintenance", "repair")
#: An asset leaves the figures only because it never was one: a broken one stays in them.
STRUCK_FOR = ("mistake", "twice")

#: Months after the hand-over at which somebody looks.
MONTHS = (3, 6, 12, 24)
#: A check counts for a month's looking from two weeks before it; a month after, it is late.
EARLY = timedelta(days=14)
GRACE = timedelta(days=30)
LONGEST_INTERVAL = 120


class Standing(StrEnum):
    """How the looking at one of the four months stands on a day."""

    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"
    #: Nobody looked, and the next looking has begun.
    MISSED = "missed"
    DONE = "done"


@dataclass(frozen=True)
class Seen:
    """One check: the day, and what was found."""

    on: date
    result: str


@dataclass(frozen=True)
class Looking:
    """One of the four lookings: when it is due, how it stands, and what was found."""

    months: int
    due_on: date
    standing: Standing
    seen: Seen | None


@dataclass(frozen=True)
class Upkeep:
    """What has to be done to a thing again and again, and when next."""

    next_on: date
    late: bool
    due: bool


def add_months(day: date, months: int) -> date:
    """The same day of a later month; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_days(handed_over_on: date) -> list[tuple[int, date]]:
    """The four months, each with its day."""
    return [(months, add_months(handed_over_on, months)) for months in MONTHS]


def months_of(handed_over_on: date, on: date) -> int:
    """Which of the four lookings a check of that day is; 0 before the first begins."""
    begun = [months for months, due_on in due_days(handed_over_on) if on >= due_on - EARLY]
    return max(begun, default=0)


def lookings(handed_over_on: date, checks: Iterable[Seen], today: date) -> list[Looking]:
    """The four lookings as they stand on a day; a check counts for the one that it falls in, the last one of them says."""
    found: dict[int, Seen] = {}
    for seen in checks:
        if seen.on > today:
            continue
        months = months_of(handed_over_on, seen.on)
        if months not in found or seen.on >= found[months].on:
            found[months] = seen
    begun = months_of(handed_over_on, today)
    return [
        Looking(months, due_on, _standing(months, due_on, found.get(months), begun, today), found.get(months))
        for months, due_on in due_days(handed_over_on)
    ]


def _standing(months: int, due_on: date, seen: Seen | None, begun: int, today: date) -> Standing:
    if seen is not None:
        return Standing.DONE
    if months > begun:
        return Standing.AHEAD
    if months < begun:
        return Standing.MISSED
    return Standing.LATE if today > due_on + GRACE else Standing.DUE


def open_looking(handed_over_on: date, checks: Iterable[Seen], today: date) -> Looking | None:
    """The looking that somebody owes on that day, if one is owed."""
    owed = (Standing.DUE, Standing.LATE)
    return next((one for one in lookings(handed_over_on, checks, today) if one.standing in owed), None)


def latest_handed_over(months: int, today: date) -> date:
    """The last day of hand-over whose looking at `months` has begun by today: how lists ask the database."""
    day = add_months(today + EARLY, -months) + timedelta(days=3)
    while add_months(day, months) - EARLY > today:
        day -= timedelta(days=1)
    return day


def upkeep_of(starts_on: date, every_months: int, done: Sequence[date], today: date) -> Upkeep:
    """When a task is next to be done: its interval after it was last done, or after it began."""
    past = [day for day in done if day <= today]
    next_on = add_months(max([starts_on, *past]), every_months)
    return Upkeep(next_on, late=today > next_on + GRACE, due=today >= next_on)


@dataclass(frozen=True)
class Tally:
    """Of so many things: how many work, in part, not, and at how many nobody looked. Never called working unseen."""

    working: int = 0
    partly: int = 0
    broken: int = 0
    unchecked: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.checked + self.unchecked

    @property
    def checked(self) -> int:
        """Those that somebody looked at: what a share is a share of."""
        return self.working + self.partly + self.broken

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.working + other.working,
            self.partly + other.partly,
            self.broken + other.broken,
            self.unchecked + other.unchecked,
        )


def tally(results: Iterable[tuple[str | None, int]]) -> Tally:
    """Counts by result; None is what nobody looked at."""
    counts = dict.fromkeys((*RESULTS, None), 0)
    for result, count in results:
        counts[result] += count
    return Tally(counts["working"], counts["partly"], counts["not"], counts[None])
