"""A small framework to begin a test with, made through the room's own services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from answerable.access.rules import Actor
from answerable.results import services
from answerable.results.models import Actual, Framework, Goal, Indicator, Period
from answerable.results.rules import Reading, read_number
from tests.support.world import World

QUARTERS = (
    ("2025-q4", date(2025, 10, 1), date(2025, 12, 31)),
    ("2026-q1", date(2026, 1, 1), date(2026, 3, 31)),
)


def number(text: str) -> Reading:
    """A reading of one number."""
    return Reading(value=read_number(text))


def share(part: int, whole: int) -> Reading:
    """A reading of a part and its whole."""
    return Reading(numerator=part * 10_000, denominator=whole * 10_000)


@dataclass
class Frame:
    """A framework of the township Upper Ford, set up by Baraka, the coordinator of the county."""

    world: World
    framework: Framework = field(init=False)
    goal: Goal = field(init=False)
    periods: list[Period] = field(init=False)

    def __post_init__(self) -> None:
        self.framework, _ = services.set_framework(
            actor=self.coordinator, key="ford-2026", area=self.world.areas["Upper Ford"],
            names={"en": "Better water in Upper Ford"},
        )  # fmt: skip
        self.goal = self.make_goal("water", "outcome")
        self.periods = [
            services.set_period(
                actor=self.coordinator, framework=self.framework, key=key, starts_on=start, ends_on=end
            )[0]
            for key, start, end in QUARTERS
        ]

    @property
    def coordinator(self) -> Actor:
        """Who sets and approves."""
        return self.world.actor("baraka")

    @property
    def handler(self) -> Actor:
        """Who enters."""
        return self.world.actor("amina")

    def make_goal(self, key: str, level: str, parent: Goal | None = None) -> Goal:
        """A goal."""
        return services.set_goal(
            actor=self.coordinator, framework=self.framework, key=key, level=level, names={"en": key.title()},
            parent=parent,
        )[0]  # fmt: skip

    def indicator(self, key: str = "taps", measure: str = "unit", **more: Any) -> Indicator:
        """An indicator of the goal."""
        return services.set_indicator(
            actor=self.coordinator,
            goal=self.goal,
            key=key,
            names={"en": key.title()},
            measure=measure,
            **more,
        )[0]

    def baseline(
        self, indicator: Indicator, reading: Reading, area: str = "Upper Ford", year: int | None = 2024
    ) -> Any:
        """Where it began."""
        return services.set_baseline(
            actor=self.coordinator, indicator=indicator, area=self.world.areas[area], reading=reading,
            year=None if reading.no_data else year,
        )  # fmt: skip

    def target(
        self, indicator: Indicator, reading: Reading, area: str = "Upper Ford", period: int = 0
    ) -> Any:
        """What is wanted."""
        return services.set_target(
            actor=self.coordinator, indicator=indicator, period=self.periods[period],
            area=self.world.areas[area], reading=reading,
        )  # fmt: skip

    def enter(
        self, indicator: Indicator, reading: Reading, area: str = "Upper Ford", period: int = 0, **more: Any
    ) -> Actual:
        """A draft by Amina."""
        return services.enter_actual(
            actor=self.handler, indicator=indicator, period=self.periods[period],
            area=self.world.areas[area], reading=reading, **more,
        )  # fmt: skip

    def submitted(self, indicator: Indicator, reading: Reading, *args: Any, **more: Any) -> Actual:
        """A draft with its words, handed in."""
        row = self.enter(indicator, reading, *args, **more)
        if not reading.no_data:
            services.write_note(
                actor=self.handler, actual=row.pk, text="Counted on the spot.", language="en", read=True
            )
        return services.submit(actor=self.handler, actual=row.pk)

    def approved(self, indicator: Indicator, reading: Reading, *args: Any, **more: Any) -> Actual:
        """A value that stands, approved by Baraka."""
        row = self.submitted(indicator, reading, *args, **more)
        return services.approve(actor=self.coordinator, actual=row.pk)
