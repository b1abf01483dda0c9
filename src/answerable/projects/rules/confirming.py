"""What residents say of a project that the office claimed to be done, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from answerable.projects.problems import VerdictAgainstCounts

WAYS = ("codes", "meeting", "visit")
VERDICTS = ("done", "partly", "not")


class Standing(StrEnum):
    """Where a claim stands. Only residents make it `confirmed`."""

    NOT_CLAIMED = "not-claimed"
    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"
    PARTLY = "partly"
    CONFIRMED = "confirmed"
    #: It was claimed, and residents said that it is not done, or a snag was found.
    REOPENED = "reopened"


@dataclass(frozen=True)
class Counts:
    """How many said what."""

    done: int = 0
    partly: int = 0
    not_done: int = 0

    @property
    def total(self) -> int:
        """All who said something."""
        return self.done + self.partly + self.not_done

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.done + other.done, self.partly + other.partly, self.not_done + other.not_done)


def verdict_of(counts: Counts) -> str:
    """What most of them said. `done` needs more than all others together; half of them make a `not`."""
    if counts.done > counts.partly + counts.not_done:
        return "done"
    if counts.not_done >= counts.partly + counts.done:
        return "not"
    return "partly"


def check_verdict(verdict: str, counts: Counts) -> None:
    """Raise VerdictAgainstCounts unless somebody spoke and the verdict is what most of them said."""
    if min(counts.done, counts.partly, counts.not_done) < 0 or counts.total < 1:
        raise VerdictAgainstCounts(field="said_done")
    if verdict_of(counts) != verdict:
        raise VerdictAgainstCounts(field="verdict")


def standing(
    *, first_claimed_on: date | None, claimed_on: date | None, verdict: str, today: date, days: int
) -> Standing:
    """Where a claim stands on a day; no word within `days` is `unconfirmed`, never success."""
    if claimed_on is None:
        return Standing.REOPENED if first_claimed_on is not None else Standing.NOT_CLAIMED
    if verdict == "done":
        return Standing.CONFIRMED
    if verdict == "partly":
        return Standing.PARTLY
    return Standing.WAITING if (today - claimed_on).days < days else Standing.UNCONFIRMED
