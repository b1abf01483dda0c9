"""A survey of the county Fordland in the small world: Baraka designs it, Chidi the auditor collects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.programme.models import Organisation, Posting, Round, Sponsor, Team, TeamSeat
from answerable.surveys import services
from answerable.surveys.models import Cluster, Survey
from answerable.surveys.rules.questions import BANK
from answerable.surveys.rules.sizes import Wanted
from tests.support.world import DAY, World

SIZES = {"Ford": 60, "Well": 40, "Mill": 80}
QUESTIONS = ("listened", "knows-complaint")
#: The village Mill is all of its stratum; Ford and Well are both drawn.
EXACT = Wanted(margin=120, take=20)


def organisation(key: str = "university", sponsor: Sponsor | None = None) -> Organisation:
    """An organisation that may collect."""
    return Organisation.objects.create(key=key, names={"en": key.title()}, kind="other", sponsor=sponsor)


def rated_team(world: World, key: str = "hill-team", place: str = "Ford", seat: str = "ford-team") -> Team:
    """A team posted in a village this year, with Farid's seat in it."""
    sponsor = Sponsor.objects.create(key=f"{key}-sponsor", names={"en": "A bank"})
    team = Team.objects.create(key=key, names={"en": key}, sponsor=sponsor)
    year = Round.objects.create(
        key=f"{key}-round", names={"en": "2026"}, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    Posting.objects.create(
        team=team, area=world.areas[place], round=year, starts_on=year.starts_on, ends_on=year.ends_on
    )
    TeamSeat.objects.create(team=team, post=world.posts[seat])
    return team


def sizes(world: World) -> list[tuple[Area, int]]:
    """The villages of Fordland with their dwellings."""
    return [
        (Area.objects.select_related("level").get(pk=world.areas[name].pk), n) for name, n in SIZES.items()
    ]


def design(world: World, **more: Any) -> Survey:
    """A survey of Fordland that begins tomorrow."""
    given: dict[str, Any] = {
        "actor": world.actor("baraka"), "area": world.areas["Fordland"], "population": "dwellings",
        "questions": QUESTIONS, "sizes": sizes(world), "wanted": EXACT, "allocation": "proportional", "minimum": 0,
        "starts_on": DAY + timedelta(days=1), "ends_on": DAY + timedelta(days=20),
        "collector_post": world.posts["fordland-audit"],
    }  # fmt: skip
    if "collector" not in more:
        given["collector"] = Organisation.objects.filter(key="university").first() or organisation()
    return services.design_survey(**(given | more))


def drawn(world: World, **more: Any) -> Survey:
    """The same, drawn on the day after."""
    survey = design(world, **more)
    with clock.held_at(DAY + timedelta(days=1)):
        return services.draw_survey(actor=world.actor("baraka"), survey=survey.pk, dice="351624")


def place_named(survey: Survey, name: str) -> Cluster:
    """A village of a survey."""
    return Cluster.objects.select_related("area").get(stratum__survey=survey, area__name=name)


def sheet(answers: int, good: int, keys: tuple[str, ...] = QUESTIONS) -> dict[tuple[str, str], int]:
    """A tally sheet: so many good answers, the others bad ones."""
    found = {}
    for key in keys:
        best, worst = list(BANK[key].scores)[-1], next(iter(BANK[key].scores))
        found[key, best], found[key, worst] = good, answers - good
    return found
