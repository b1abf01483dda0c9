"""A village's choice between projects: what adds up, in which order the options come, and what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.projects.problems import (
    ChoiceCountsWrong,
    ChoiceEachWrong,
    ChoiceHandsSpoiled,
    ChoiceTooFew,
)
from answerable.safeguards.suppression import PublicCount, public_count

HOW_HELD = ("hands", "paper")
#: What can be said of how it was held, beside a few words of one's own.
HOW_WORDS = (
    "announced-before",
    "options-explained",
    "open-to-everybody",
    "women-chose-apart",
    "youth-asked",
    "papers-secret",
    "counted-aloud",
    "counted-twice",
    "counted-by-villagers",
)
MOST_OPTIONS = 12
MOST_PRESENT = 20_000


@dataclass(frozen=True)
class Tally:
    """The counts of a choice: hands for each option, in the options' order."""

    present: int
    hands: tuple[int, ...]
    each: int = 1
    spoiled: int = 0
    unused: int = 0

    @property
    def chose(self) -> int:
        """How many of those present chose something."""
        return self.present - self.spoiled - self.unused


def check_tally(tally: Tally, way: str) -> None:
    """Raise ChoiceCountsWrong unless the counts can be and add up.

    With one choice each, hands, spoiled and unused are exactly those present. With several, everybody who chose
    gave at least one and at most `each`, and no option has more hands than there were people choosing.
    """
    counts = (*tally.hands, tally.spoiled, tally.unused)
    total = sum(tally.hands)
    if not 2 <= len(tally.hands) <= MOST_OPTIONS:
        raise ChoiceTooFew(field="options", total=len(tally.hands), most=MOST_OPTIONS)
    if not 1 <= tally.each < len(tally.hands):
        raise ChoiceEachWrong(field="each", total=len(tally.hands))
    if not 1 <= tally.present <= MOST_PRESENT or min(counts) < 0:
        raise ChoiceCountsWrong(field="present", total=total, present=tally.present)
    # Hands can't be spoiled: only papers are.
    if way == "hands" and tally.spoiled:
        raise ChoiceHandsSpoiled(field="spoiled")
    fits = tally.chose >= 0 and tally.chose <= total <= tally.chose * tally.each
    if not fits or max(tally.hands) > tally.chose:
        said = total + tally.spoiled + tally.unused
        raise ChoiceCountsWrong(field="present", total=said, present=tally.present)


def places(hands: Sequence[int]) -> list[int]:
    """The place of each option, from 1; equal counts share one."""
    return [1 + sum(other > mine for other in hands) for mine in hands]


@dataclass(frozen=True)
class PublishedOption:
    """An option as the public sees it: its place, and its count rounded or hidden."""

    n: int
    place: int
    shared: bool
    hands: PublicCount


@dataclass(frozen=True)
class PublishedChoice:
    """A choice as the public sees it."""

    present: PublicCount
    options: list[PublishedOption]

    @property
    def decided(self) -> bool:
        """Whether one option alone came first."""
        return [option.place for option in self.options].count(1) == 1


def published(tally: Tally) -> PublishedChoice:
    """What leaves for the public: the order, and counts through suppression, each from its own true number."""
    order = places(tally.hands)
    options = [
        PublishedOption(n, place, order.count(place) > 1, public_count(hands))
        for n, (place, hands) in enumerate(zip(order, tally.hands, strict=True), 1)
    ]
    return PublishedChoice(public_count(tally.present), sorted(options, key=lambda o: (o.place, o.n)))
