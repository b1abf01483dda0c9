"""How long money rested where it stopped: first in, first out, in days weighted by amount. Pure.

A level that passes on 100 of the 300 it holds passes on the oldest 100. Days are counted from the day money came to
the day it went on; what is still there has rested up to the day asked about. Numerator and denominator are kept
apart (unit-days and units), so that rests of several funds or offices add up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Move:
    """Money that came (`units` above zero) or went (below) on a day."""

    on: date
    units: int


@dataclass(frozen=True)
class Lot:
    """Units that are still there, and the day on which they came."""

    since: date
    units: int


@dataclass(frozen=True)
class Rest:
    """What rested, and how long."""

    #: What went on, and the days that it had rested, times its units.
    passed_units: int = 0
    passed_unit_days: int = 0
    #: What is still here, and the days that it has rested up to now, times its units.
    left_units: int = 0
    left_unit_days: int = 0
    #: The day on which the oldest unit that is still here came.
    oldest_on: date | None = None
    #: What went out before anything was there to go: the books say so, and we don't hide it.
    ahead_units: int = 0

    @property
    def passed_days(self) -> int | None:
        """Days that a unit rested before it went on, on average, rounded down; None before any went on."""
        return self.passed_unit_days // self.passed_units if self.passed_units else None

    @property
    def left_days(self) -> int | None:
        """Days that a unit which is still here has rested so far."""
        return self.left_unit_days // self.left_units if self.left_units else None

    def __add__(self, other: Rest) -> Rest:
        days = [day for day in (self.oldest_on, other.oldest_on) if day is not None]
        return Rest(
            self.passed_units + other.passed_units,
            self.passed_unit_days + other.passed_unit_days,
            self.left_units + other.left_units,
            self.left_unit_days + other.left_unit_days,
            min(days, default=None),
            self.ahead_units + other.ahead_units,
        )


def rested(moves: Iterable[Move], on: date) -> Rest:
    """The rest of one fund at one place up to the end of a day; later moves are not looked at.

    On one day what came is there before anything goes. What went out before it came (`ahead_units`) is covered by
    the next that comes and counts no days.
    """
    lots, passed, passed_days, ahead = _walked(moves, on)
    until = on.toordinal()
    return Rest(
        passed,
        passed_days,
        sum(units for _, units in lots),
        sum(units * (until - day) for day, units in lots),
        date.fromordinal(lots[0][0]) if lots else None,
        ahead,
    )


def unspent_lots(moves: Iterable[Move], on: date) -> list[Lot]:
    """What is still there at the end of a day, and since when; the oldest first."""
    lots, *_ = _walked(moves, on)
    return [Lot(date.fromordinal(day), units) for day, units in lots]


def _walked(moves: Iterable[Move], on: date) -> tuple[deque[list[int]], int, int, int]:
    """Lots (day number, units), units passed, their unit-days, and what went ahead."""
    lots: deque[list[int]] = deque()
    passed = passed_days = ahead = 0
    known = sorted((m for m in moves if m.units and m.on <= on), key=lambda m: (m.on, -m.units))
    for move in known:
        day, units = move.on.toordinal(), move.units
        if units > 0:
            covered = min(ahead, units)
            ahead -= covered
            passed += covered
            if units > covered:
                lots.append([day, units - covered])
            continue
        going = -units
        while going and lots:
            taken = min(going, lots[0][1])
            passed += taken
            passed_days += taken * (day - lots[0][0])
            going -= taken
            lots[0][1] -= taken
            if not lots[0][1]:
                lots.popleft()
        ahead += going
    return lots, passed, passed_days, ahead
