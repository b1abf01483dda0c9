"""A small world to act in: one province, two counties, townships, villages, and people with characters.

Ama      the director, of the whole programme
Amina    the case handler of the township Upper Ford
Baraka   the coordinator of the county Fordland, which Upper Ford lies in
Chidi    the auditor of Fordland
Daudi    the outsider: case handler of a township in the other county
Esi      the focal point of the whole programme
Farid    the team member in the village Ford
Grace    the operator
Hana     signed in, but fills no post today
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from answerable.access.models import Holding, Post, Staff
from answerable.access.rules import PUBLIC, Actor, Role
from answerable.access.selectors import actor_for
from answerable.kernel import clock
from answerable.places.models import LEVEL_COLUMNS, Area, AreaCode, AreaLevel
from answerable.places.rules import ids_in, path_of
from answerable.programme.models import Responsibility, Subject

#: A working Monday. The world's posts exist since the year before.
DAY = date(2026, 3, 2)
SINCE = date(2025, 1, 1)
LEVELS = ("province", "county", "township", "village")


@dataclass
class World:
    """What stands in the database, by names that read well in a test."""

    levels: dict[str, AreaLevel] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Who a person is today; `public` is a visitor."""
        return PUBLIC if name == "public" else actor_for(self.staff[name])


def make_level(key: str, rank: int) -> AreaLevel:
    """A level of the tree."""
    return AreaLevel.objects.create(
        key=key, rank=rank, names={"en": key.title()}, is_village=key == "village"
    )


def make_area(name: str, level: AreaLevel, parent: Area | None = None, code: str = "") -> Area:
    """An area at its place in the tree, with a code of the scheme `test`."""
    area = Area.objects.create(
        parent=parent,
        level=level,
        name=name,
        names={"en": name},
        search_text=f"|{name.lower()}|",
        depth=parent.depth + 1 if parent else 1,
    )
    area.path = path_of((parent.path or "") if parent else "", area.pk)
    for place, pk in enumerate(ids_in(area.path)[:LEVEL_COLUMNS], 1):
        setattr(area, f"l{place}", pk)
    area.save()
    AreaCode.objects.create(area=area, scheme="test", code=code or name.lower().replace(" ", "-"))
    return area


def make_post(
    key: str, role: Role | str, area: Area | None, function: str = "general", since: date = SINCE
) -> Post:
    """A seat."""
    return Post.objects.create(
        key=key, role=str(role), area=area, function=function, names={"en": key}, valid_from=since
    )


def make_staff(username: str, post: Post | None = None, since: date = SINCE) -> Staff:
    """A person, in a seat or in none. Nobody can sign in with a password until a test sets one."""
    staff = Staff.objects.create(username=username, name=username.title(), password="!none")
    if post is not None:
        Holding.objects.create(post=post, staff=staff, starts_on=since)
    return staff


def make_world() -> World:
    """All of it."""
    world = World()
    for rank, key in enumerate(LEVELS, 1):
        world.levels[key] = make_level(key, rank)
    tree = {
        "Riverland": ("province", None),
        "Fordland": ("county", "Riverland"),
        "Hillland": ("county", "Riverland"),
        "Upper Ford": ("township", "Fordland"),
        "Lower Ford": ("township", "Fordland"),
        "High Hill": ("township", "Hillland"),
        "Ford": ("village", "Upper Ford"),
        "Well": ("village", "Upper Ford"),
        "Mill": ("village", "Lower Ford"),
        "Peak": ("village", "High Hill"),
    }
    for name, (level, parent) in tree.items():
        world.areas[name] = make_area(name, world.levels[level], world.areas[parent] if parent else None)
    seats: dict[str, tuple[str, Role, str | None]] = {
        "ama": ("director", Role.DIRECTOR, None),
        "amina": ("upper-ford-desk", Role.CASE_HANDLER, "Upper Ford"),
        "baraka": ("fordland-desk", Role.COORDINATOR, "Fordland"),
        "chidi": ("fordland-audit", Role.AUDITOR, "Fordland"),
        "daudi": ("high-hill-desk", Role.CASE_HANDLER, "High Hill"),
        "esi": ("focal-point", Role.FOCAL_POINT, None),
        "farid": ("ford-team", Role.TEAM_MEMBER, "Ford"),
        "grace": ("operator", Role.OPERATOR, None),
    }
    for username, (key, role, place) in seats.items():
        world.posts[key] = make_post(key, role, world.areas[place] if place else None)
        world.staff[username] = make_staff(username, world.posts[key])
    world.staff["hana"] = make_staff("hana")
    for key, parent, sensitive in (
        ("water", None, False),
        ("water-supply", "water", False),
        ("roads", None, False),
        ("conduct", None, True),
        ("bribery", "conduct", True),
    ):
        world.subjects[key] = Subject.objects.create(
            key=key,
            parent=world.subjects[parent] if parent else None,
            names={"en": key.title()},
            sensitive=sensitive,
        )
    for level in ("township", "county"):
        Responsibility.objects.create(
            level=world.levels[level], function="general", valid_from=SINCE, subject=None
        )
    Responsibility.objects.create(
        level=world.levels["province"], post=world.posts["director"], valid_from=SINCE, subject=None
    )
    return world


@pytest.fixture
def world(db: None) -> World:
    """The small world, on its Monday."""
    return make_world()


@pytest.fixture
def monday() -> date:
    """The world's day, which the clock is held at."""
    return DAY


@pytest.fixture
def on_monday():
    """Hold the clock at the world's day."""
    with clock.held_at(DAY):
        yield DAY
