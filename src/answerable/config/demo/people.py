"""Posts, the staff who fill them, teams and where they are posted; what changes with the second round."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from answerable.access.models import Post, Staff
from answerable.access.rules import Actor, Role
from answerable.access.selectors import actor_for
from answerable.access.services import add_post, add_staff, end_holding, fill_post
from answerable.places.models import Area
from answerable.programme.models import Round, Sponsor
from answerable.programme.services import add_round, add_sponsor, add_team, post_team, seat_post

from . import names
from .ground import Ground
from .scale import Dates, Scale

SEATS = 4
#: One password for all demo accounts that can sign in; printed by the command.
PASSWORD = "answerable-demo"  # noqa: S105 - it is printed on the screen
#: The posts whose present holders can sign in, and under which name.
LOGINS = {
    "heronford-case-desk": "handler",
    "heronford-coordination": "township",
    "amberfield-water": "water",
    "amberfield-coordination": "county",
    "amberfield-bookkeeping": "bookkeeper",
    "director": "director",
    "auditor-1": "auditor",
    "north-meridale-focal-point": "focal",
    "operator": "operator",
    "heronford-team-1-seat-1": "team",
}
LANGUAGES = ("en", "ar", "zh-hans")
ONE_DAY = timedelta(days=1)


@dataclass
class People:
    """Who sits where and when. Work belongs to the posts."""

    posts: dict[str, Post] = field(default_factory=dict)
    #: post id -> (first day, last day or None, staff)
    held: dict[int, list[tuple[date, date | None, Staff]]] = field(default_factory=dict)
    #: village id -> (first day, last day, post ids of its team)
    teams: dict[int, list[tuple[date, date, list[int]]]] = field(default_factory=dict)
    changing: list[Post] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sponsors: list[Sponsor] = field(default_factory=list)
    teams_added: list[str] = field(default_factory=list)
    operator: Actor | None = None
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor_in(self, post_id: int, on: date) -> Actor | None:
        """Who acts for a post on a day; None while nobody sits in it."""
        for start, end, staff in self.held.get(post_id, ()):
            if start <= on and (end is None or on <= end):
                if staff.pk not in self._actors:
                    self._actors[staff.pk] = actor_for(staff, on)
                return self._actors[staff.pk]
        return None

    def team_seats(self, village: Area, on: date) -> list[int]:
        """The posts of the team that is in a village on a day."""
        for start, end, seats in self.teams.get(village.pk, ()):
            if start <= on <= end:
                return seats
        return []


def slug(area: Area) -> str:
    """An area's English name as a key."""
    return area.name.lower().replace(" ", "-").replace("'", "")


@dataclass
class Hiring:
    """Adds posts and staff; one person for one holding, each with a name of their own."""

    actor: Actor
    people: People
    rng: random.Random

    def seat(
        self,
        key: str,
        role: Role,
        function: str,
        area: Area | None,
        said: names.Names,
        since: date,
        until: date | None = None,
    ) -> Post:
        """Add a post."""
        post = add_post(
            actor=self.actor,
            key=key,
            role=role,
            area=area,
            function=function,
            names=said,
            valid_from=since,
            valid_to=until,
        )
        self.people.posts[key] = post
        return post

    def fill(self, post: Post, since: date, until: date | None = None, *, present: bool = True) -> Staff:
        """Hire somebody for a post. Only present holders of a few posts can sign in."""
        username = LOGINS.get(post.key) if present else None
        name = self.people.names.pop()
        staff = add_staff(
            actor=self.actor,
            username=username or f"{name.lower().replace(' ', '.')}",
            name=name,
            language="en" if username else self.rng.choice(LANGUAGES),
            password=PASSWORD if username else None,
        )
        fill_post(actor=self.actor, post=post, staff=staff, starts_on=since, ends_on=until)
        self.people.held.setdefault(post.pk, []).append((since, until, staff))
        return staff


def open_offices(*, actor: Actor, ground: Ground, scale: Scale, dates: Dates, rng: random.Random) -> People:
    """Add every post of the offices and its first holder; the operator comes first and adds the others."""
    people = People(names=names.people(780, rng))
    since = dates.founded
    hiring = Hiring(actor, people, rng)
    said = names.OFFICES
    operator = hiring.seat("operator", Role.OPERATOR, "operations", None, said["operations"], since)
    people.operator = actor_for(hiring.fill(operator, since), since)
    hiring.actor = people.operator

    def office(area: Area, function: str, role: Role) -> Post:
        key = f"{slug(area)}-{function}"
        return hiring.seat(key, role, function, area, names.joined(area.names, said[function]), since)

    handed_over = []
    for township in ground.townships:
        handed_over.append(office(township, "case-desk", Role.CASE_HANDLER))
        handed_over.append(office(township, "coordination", Role.COORDINATOR))
    county_offices = [
        office(county, function, Role.CASE_HANDLER)
        for function in ("water", "roads", "farming", "services")
        for county in ground.counties
    ]
    handed_over += county_offices[: scale.handed_over_offices]
    staying = county_offices[scale.handed_over_offices :]
    staying += [office(county, "coordination", Role.COORDINATOR) for county in ground.counties]
    staying += [office(one, "coordination", Role.COORDINATOR) for one in ground.prefectures]
    staying += [office(one, "appeals", Role.CASE_HANDLER) for one in ground.prefectures]
    kept = [*ground.prefectures, *ground.counties]
    if ground.province is not None:
        staying.append(office(ground.province, "coordination", Role.COORDINATOR))
        kept.append(ground.province)
    staying += [office(one, "bookkeeping", Role.BOOKKEEPER) for one in kept]
    staying.append(hiring.seat("director", Role.DIRECTOR, "director", None, said["director"], since))
    for n in (1, 2):
        staying.append(hiring.seat(f"auditor-{n}", Role.AUDITOR, "audit", None, said["audit"], since))
    staying.append(
        hiring.seat("focal-point", Role.FOCAL_POINT, "focal-point", None, said["focal-point"], since)
    )
    staying += [office(one, "focal-point", Role.FOCAL_POINT) for one in ground.prefectures]
    for post in staying:
        hiring.fill(post, since)
    for post in handed_over:
        hiring.fill(post, since, present=False)
    people.changing = handed_over
    return people


def post_round(*, people: People, ground: Ground, dates: Dates, number: int, rng: random.Random) -> None:
    """Post the teams of a round: one in each township, in the second round two in every other one."""
    hiring = Hiring(_operator(people), people, rng)
    first = number == 1
    row = add_round(
        actor=hiring.actor,
        key=f"round-{number}",
        names=names.ROUNDS[number - 1],
        starts_on=dates.founded if first else dates.second_round,
        ends_on=dates.second_round - ONE_DAY if first else dates.second_round_ends,
    )
    if first:
        for key, said in names.SPONSORS:
            people.sponsors.append(add_sponsor(actor=hiring.actor, key=key, names=said))
    for place, township in enumerate(ground.townships):
        villages = [village for village in ground.villages if village.parent_id == township.pk]
        if first or place % 2:
            _post_team(hiring, row, township, 1, [township], villages)
        else:
            half = (len(villages) + 1) // 2
            _post_team(hiring, row, township, 1, villages[:half], villages[:half])
            _post_team(hiring, row, township, 2, villages[half:], villages[half:])


def _post_team(
    hiring: Hiring, row: Round, township: Area, number: int, areas: list[Area], villages: list[Area]
) -> None:
    """Add a team with its seats, fill them, and post it to each of the areas."""
    people, first = hiring.people, row.key == "round-1"
    prefix = "first-" if first else ""
    key = f"{slug(township)}-{prefix}team-{number}"
    said = names.joined(township.names, names.numbered(names.OFFICES["team"], number))
    sponsor = people.sponsors[len(people.teams_added) % len(people.sponsors)]
    team = add_team(actor=hiring.actor, key=key, names=said, sponsor=sponsor)
    people.teams_added.append(key)
    seats = []
    for n in range(1, SEATS + 1):
        seat = hiring.seat(
            f"{key}-seat-{n}",
            Role.TEAM_MEMBER,
            "team",
            township,
            names.joined(said, names.numbered(names.OFFICES["seat"], n)),
            row.starts_on,
            row.ends_on,
        )
        seat_post(actor=hiring.actor, team=team, post=seat)
        hiring.fill(seat, row.starts_on, row.ends_on)
        seats.append(seat.pk)
    for area in areas:
        post_team(actor=hiring.actor, team=team, area=area, round=row)
    for village in villages:
        people.teams.setdefault(village.pk, []).append((row.starts_on, row.ends_on, seats))


def hand_over(*, people: People, dates: Dates, rng: random.Random) -> None:
    """With the second round most desks get another holder; the posts keep their work."""
    hiring = Hiring(_operator(people), people, rng)
    last = dates.second_round - ONE_DAY
    for post in people.changing:
        [(since, _, staff)] = people.held[post.pk]
        holding = post.holdings.get(staff=staff)
        end_holding(actor=hiring.actor, holding=holding, ends_on=last)
        people.held[post.pk] = [(since, last, staff)]
        hiring.fill(post, dates.second_round)


def _operator(people: People) -> Actor:
    assert people.operator is not None  # noqa: S101 - open_offices comes first
    return people.operator
