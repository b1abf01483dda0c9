"""Ask: what the committee of a village can do by itself, and whether the village does without a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from answerable.places.models import Area
from answerable.places.selectors import chain_ids
from answerable.promises.selectors import counts_in

from .models import AbilityLook, FacilityLook, Scorecard, Training
from .rules.capacity import ABILITIES, Look, Standing, WithoutTeam, standings, without_team
from .scoring import held_against


@dataclass(frozen=True)
class Capacity:
    """A committee as it stands."""

    abilities: list[Standing]
    facilities: dict[str, FacilityLook]
    trainings: list[Training]
    without_team: WithoutTeam

    @property
    def alone(self) -> int:
        """The needed abilities that somebody else found to be done alone."""
        return sum(1 for one in self.abilities if one.needed and one.is_alone)

    @property
    def needed(self) -> int:
        """The needed abilities."""
        return sum(ABILITIES.values())

    @property
    def is_known(self) -> bool:
        """True once anything was looked at."""
        return bool(self.facilities) or any(one.own or one.checked for one in self.abilities)


def capacity_of(area: Area, today: date) -> Capacity:
    """The committee of a village. Four queries, and five for each scorecard with exit criteria."""
    looks = [
        Look(row.ability, row.by, row.grade, row.on)
        for row in AbilityLook.objects.filter(area=area).order_by("on", "pk")
    ]
    abilities = standings(looks, today)
    facilities = {row.facility: row for row in FacilityLook.objects.filter(area=area).order_by("on", "pk")}
    cards = Scorecard.objects.filter(
        framework__area__in=chain_ids(area), framework__published_on__isnull=False, passes_e4__isnull=False
    )
    exits = []
    for card in cards.select_related("framework"):
        _, held = held_against(card, [area.pk], today)
        found = held[area.pk].exit
        exits.append(found is not None and found.is_met)
    return Capacity(
        abilities=abilities,
        facilities=facilities,
        trainings=list(
            Training.objects.filter(area=area, dropped_on__isnull=True).order_by("-planned_on", "-pk")[:50]
        ),
        without_team=without_team(
            abilities,
            {key: row.state for key, row in facilities.items()},
            exits,
            counts_in(area, today)["late"],
        ),
    )
