"""Which lines of the bank are which postings of the books: proposals, for a person to accept. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeVar

_Key = TypeVar("_Key", bound=Hashable)

#: A transfer is booked by the bank within days of ours; cheques take longer and are matched by hand.
WINDOW_DAYS = 7
#: Sums of more parts than these are found by chance; a batch is proposed by its days first.
MOST_PARTS = 4
_MOST_CANDIDATES = 24


@dataclass(frozen=True)
class Movement:
    """A line of the bank, or a posting on the bank account in the books: signed units on a day."""

    id: int
    on: date
    units: int
    reference: str = ""


@dataclass(frozen=True)
class Proposal:
    """Movements that are likely the same. One side holds one, the other one or several; the sums are equal."""

    lines: tuple[int, ...]
    postings: tuple[int, ...]
    #: reference, day, near, sum-of-day, sum: why, the surest first.
    why: str
    days: int


def propose(
    lines: Sequence[Movement], postings: Sequence[Movement], window: int = WINDOW_DAYS
) -> list[Proposal]:
    """What matches what, the surest first; no movement stands in two proposals.

    One to one by reference and amount, then by amount and day. Where two candidates are as near as each other
    nothing is proposed: a guess would look like knowledge. Then one to several, both ways: all of one day, else the
    only sum of few within the window.
    """
    search = _Search(lines, postings, window)
    search.by_reference()
    search.by_day()
    search.by_sum(one_line=True)
    search.by_sum(one_line=False)
    return search.found


class _Search:
    """What is still free on both sides, and what was found."""

    def __init__(self, lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> None:
        self.lines = {line.id: line for line in sorted(lines, key=_order)}
        self.postings = {posting.id: posting for posting in sorted(postings, key=_order)}
        self.window = window
        self.found: list[Proposal] = []

    def take(self, lines: Sequence[Movement], postings: Sequence[Movement], why: str) -> None:
        """Note a proposal; its movements are free no longer."""
        apart = max(abs((line.on - posting.on).days) for line in lines for posting in postings)
        ids = tuple(line.id for line in lines), tuple(posting.id for posting in postings)
        self.found.append(Proposal(*ids, why, apart))
        for line in lines:
            del self.lines[line.id]
        for posting in postings:
            del self.postings[posting.id]

    def by_reference(self) -> None:
        """The same reference and amount, once on each side."""
        ours, theirs = (
            _by(side.values(), lambda m: (m.reference, m.units)) for side in (self.postings, self.lines)
        )
        for key, found in theirs.items():
            if key[0] and len(found) == 1 and len(ours.get(key, ())) == 1:
                self.take(found, ours[key], "reference")

    def by_day(self) -> None:
        """The same amount within the window, the nearest days first; ties stay open."""
        by_units = _by(self.postings.values(), lambda m: m.units)
        pairs = sorted(
            (
                (abs((line.on - posting.on).days), line.id, posting.id)
                for line in self.lines.values()
                for posting in by_units.get(line.units, ())
                if abs((line.on - posting.on).days) <= self.window
            ),
        )
        for apart in range(self.window + 1):
            near = [
                (line, posting)
                for days, line, posting in pairs
                if days == apart and line in self.lines and posting in self.postings
            ]
            for line, posting in near:
                rivals = sum(1 for pair in near if (pair[0] == line) != (pair[1] == posting))
                if not rivals:
                    self.take([self.lines[line]], [self.postings[posting]], "near" if apart else "day")

    def by_sum(self, *, one_line: bool) -> None:
        """One of one side that is several of the other: a batch, or a payment in parts."""
        ones, others = (self.lines, self.postings) if one_line else (self.postings, self.lines)
        for one in list(ones.values()):
            near = [
                m
                for m in others.values()
                if abs((m.on - one.on).days) <= self.window and (m.units > 0) == (one.units > 0)
            ]
            parts, why = self._parts(one, near)
            if parts:
                self.take(*(([one], parts) if one_line else (parts, [one])), why)

    def _parts(self, one: Movement, near: list[Movement]) -> tuple[list[Movement], str]:
        days = [group for group in _by(near, lambda m: m.on).values() if len(group) > 1]
        whole = [group for group in days if sum(m.units for m in group) == one.units]
        if len(whole) == 1:
            return whole[0], "sum-of-day"
        if len(near) > _MOST_CANDIDATES:
            return [], ""
        sums = [
            list(parts)
            for size in range(2, MOST_PARTS + 1)
            for parts in combinations(near, size)
            if sum(m.units for m in parts) == one.units
        ]
        return (sums[0], "sum") if len(sums) == 1 else ([], "")


def _order(movement: Movement) -> tuple[date, int]:
    return movement.on, movement.id


def _by(movements: Iterable[Movement], key: Callable[[Movement], _Key]) -> dict[_Key, list[Movement]]:
    found: dict[_Key, list[Movement]] = defaultdict(list)
    for movement in movements:
        found[key(movement)].append(movement)
    return found
