"""How large the fictional programme is, and its calendar of rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Scale:
    """Children of each area, cases wanted, and how many days are told."""

    prefectures: int = 2
    counties: int = 3
    townships: int = 4
    villages: int = 10
    cases: int = 1_520
    days: int = 426
    #: How many of the cases are given a tracking code beyond those of the showcase.
    codes: int = 120
    #: How large the funds are, in percent.
    percent: int = 100
    #: County offices in 24 that get another holder with the second round.
    handed_over: int = 13

    @property
    def township_count(self) -> int:
        """Townships in all."""
        return self.prefectures * self.counties * self.townships

    @property
    def village_count(self) -> int:
        """Villages in all."""
        return self.township_count * self.villages

    @property
    def handed_over_offices(self) -> int:
        """How many of the county offices get another holder with the second round."""
        return self.prefectures * self.counties * 4 * self.handed_over // 24


#: The demo, and the small world of the tests.
FULL = Scale()
SMALL = Scale(prefectures=1, counties=1, townships=2, villages=3, cases=70, days=210, codes=20, percent=45)


@dataclass(frozen=True)
class Dates:
    """The days of the story: it ends yesterday, so that the demo is always fresh."""

    today: date
    days: int

    @property
    def first(self) -> date:
        """The first day on which anything is heard."""
        return self.today - timedelta(days=self.days)

    @property
    def last(self) -> date:
        """The last day that is told."""
        return self.today - timedelta(days=1)

    @property
    def founded(self) -> date:
        """The day on which the programme was set up, and the first round began."""
        return self.first - timedelta(days=20)

    @property
    def second_round(self) -> date:
        """The first day of the second round."""
        return self.first + timedelta(days=self.days * 56 // 100)

    @property
    def second_round_ends(self) -> date:
        """The last day of the second round, about a year later."""
        return self.second_round + timedelta(days=364)
