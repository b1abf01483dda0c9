"""Teams that follow one another in the village Ford, with things left open: made as their own rooms would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from answerable.access.rules import PUBLIC, Role
from answerable.kernel import clock
from answerable.listening.models import Case
from answerable.listening.services import receive_feedback
from answerable.programme.models import Posting, Round, Sponsor, Team, TeamSeat
from tests.support.world import DAY, World, make_post, make_staff

#: The first round ends with the world's Monday; a gap of five days follows.
FIRST = (date(2025, 3, 1), DAY)
SECOND = (DAY + timedelta(days=6), DAY + timedelta(days=300))


@dataclass
class Change:
    """Two teams of the village Ford: Farid sits in the first, Nadia in the second, which is posted on demand."""

    world: World
    first: Posting
    team: Team
    round: Round

    def second(self, area: str = "Ford", days: tuple[date, date] = SECOND) -> Posting:
        """The posting that follows."""
        return posting(self.world, self.team, area, self.round, days)


def posting(world: World, team: Team, area: str, row: Round, days: tuple[date, date]) -> Posting:
    """A team in an area."""
    return Posting.objects.create(
        team=team, area=world.areas[area], round=row, starts_on=days[0], ends_on=days[1]
    )


def change(world: World, area: str = "Ford") -> Change:
    """The first team there, the second one ready."""
    sponsor = Sponsor.objects.create(key="water-works", names={"en": "Water works"})
    teams = [
        Team.objects.create(key=key, names={"en": key.title()}, sponsor=sponsor)
        for key in ("first", "second")
    ]
    rounds = [
        Round.objects.create(key=key, names={"en": key.title()}, starts_on=days[0], ends_on=days[1])
        for key, days in (("round-1", FIRST), ("round-2", SECOND))
    ]
    TeamSeat.objects.create(team=teams[0], post=world.posts["ford-team"])
    world.posts["next-team"] = make_post("next-team", Role.TEAM_MEMBER, world.areas["Ford"])
    world.staff["nadia"] = make_staff("nadia", world.posts["next-team"])
    TeamSeat.objects.create(team=teams[1], post=world.posts["next-team"])
    return Change(world, posting(world, teams[0], area, rounds[0], FIRST), teams[1], rounds[1])


def case(world: World, subject: str = "water", village: str = "Ford", on: date | None = None) -> Case:
    """An open case, received today or on another day."""
    with clock.held_at(on or clock.today()):
        return receive_feedback(
            actor=PUBLIC, area=world.areas[village], kind="complaint", subject=world.subjects[subject],
            text="The pump is broken.", language="en", channel="web", with_code=False,
        ).case  # fmt: skip


def answered(world: World, who: str = "nadia", **given: Any) -> dict[str, Any]:
    """What answer_lines takes."""
    return {"actor": world.actor(who), **given}
