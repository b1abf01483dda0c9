"""What a village committee can do by itself, and the point from which a team is no longer needed. No Django.

An ability is said by the committee itself and looked at by somebody else. The last word of each kind counts, and only
what was looked at counts for the end of a posting. Nobody is assessed: the committee is, as an office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: From what nobody does yet, over what is done with help, to what the committee does alone.
GRADES = ("not-yet", "with-help", "alone")
BY = ("self", "other")
#: Key -> whether a village can't do without it. The words stand in words.py.
ABILITIES: Mapping[str, bool] = {
    "meeting-called": True,
    "minutes-kept": True,
    "needs-heard": True,
    "answers-given": True,
    "accounts-kept": True,
    "accounts-posted": True,
    "plan-made": True,
    "offers-compared": False,
    "works-checked": True,
    "asset-kept": True,
    "repair-paid": True,
    "water-tested": False,
    "funds-applied": False,
    "women-heard": True,
    "conflict-settled": False,
    "handover-done": True,
}
FACILITIES = (
    "meeting-room",
    "notice-board",
    "locked-cupboard",
    "phone-line",
    "power",
    "tool-store",
    "first-aid",
)
#: Facilities without which the work can't be done.
NEEDED_FACILITIES = frozenset({"meeting-room", "notice-board", "locked-cupboard"})
FACILITY_STATES = ("works", "in-part", "none")
COACHING = ("training", "coaching", "exchange")
#: A look counts for a year: after that somebody looks again.
FRESH = timedelta(days=366)
#: The longest that training is planned ahead.
MOST_DAYS_AHEAD = 731
MOST_PRESENT = 10_000


@dataclass(frozen=True)
class Look:
    """One word about an ability: by the committee itself or by somebody else, on a day."""

    ability: str
    by: str
    grade: str
    on: date


@dataclass(frozen=True)
class Standing:
    """Where an ability stands: the last word of the committee, the last of somebody else, and whether that is old."""

    ability: str
    needed: bool
    own: Look | None
    checked: Look | None
    stale: bool

    @property
    def is_alone(self) -> bool:
        """True when somebody else found, not too long ago, that the committee does it alone."""
        return self.checked is not None and not self.stale and self.checked.grade == "alone"

    @property
    def differs(self) -> bool:
        """True when the committee and who looked don't say the same."""
        return self.own is not None and self.checked is not None and self.own.grade != self.checked.grade


def standings(looks: Iterable[Look], today: date) -> list[Standing]:
    """Every ability of the list as it stands."""
    last: dict[tuple[str, str], Look] = {}
    for look in sorted(looks, key=lambda one: one.on):
        last[look.ability, look.by] = look
    found = []
    for key, needed in ABILITIES.items():
        checked = last.get((key, "other"))
        stale = checked is not None and today - checked.on > FRESH
        found.append(Standing(key, needed, last.get((key, "self")), checked, stale))
    return found


@dataclass(frozen=True)
class Condition:
    """One condition for the end of a posting: met, not met, or not known (None), and what it still lacks."""

    key: str
    met: bool | None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class WithoutTeam:
    """Whether the village does without a team, and why."""

    conditions: tuple[Condition, ...]

    @property
    def is_reached(self) -> bool:
        """True when every condition is met: what is not known is not met."""
        return bool(self.conditions) and all(condition.met for condition in self.conditions)


def without_team(
    abilities: Iterable[Standing], facilities: Mapping[str, str], exits: Iterable[bool], late_promises: int
) -> WithoutTeam:
    """The rule: every needed ability is done alone, as somebody else found within a year; every needed facility works;
    every scorecard with exit criteria meets them; and no promise to the village is late.

    `facilities` is the last state of each; `exits` one entry for each scorecard with criteria.
    """
    needed = [one for one in abilities if one.needed]
    lacking = tuple(one.ability for one in needed if not one.is_alone)
    looked = any(one.checked is not None for one in needed)
    rooms = tuple(key for key in FACILITIES if key in NEEDED_FACILITIES and facilities.get(key) != "works")
    criteria = list(exits)
    return WithoutTeam(
        (
            Condition("abilities", not lacking if looked else None, lacking),
            Condition("facilities", not rooms if facilities else None, rooms),
            Condition("exit", all(criteria) if criteria else None),
            Condition("promises", late_promises == 0),
        )
    )
