"""The bulk generator's ground: a tree of areas, posts with people in them, subjects, standards, teams.

Rows are written straight into the tables, by a fixed seed. Nothing here is a way into the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from answerable.access.models import Holding, Post, Staff
from answerable.config.simulation import LEVELS, SUBJECTS, uneven_tree
from answerable.places.models import Area, AreaLevel
from answerable.programme.models import (
    Posting,
    Responsibility,
    Round,
    Sponsor,
    Standard,
    Subject,
    Team,
)

SEED = 20261121
#: Areas a level. Large is the size that PRODUCT.md plans for; small is a demo's.
LARGE = (1, 14, 90, 1_000, 10_000)
MIDDLE = (1, 4, 12, 60, 600)
SMALL = (1, 2, 6, 24, 240)
SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Ground:
    """Ids of what was made, by level and by name."""

    by_level: tuple[tuple[int, ...], ...]
    handler_of: dict[int, int]
    subjects: tuple[int, ...]

    @property
    def villages(self) -> tuple[int, ...]:
        """The lowest level."""
        return self.by_level[-1]


def ground_there(sizes: tuple[int, ...]) -> Ground | None:
    """The ground of an earlier run in this database, or None."""
    by_level = tuple(
        tuple(Area.objects.filter(depth=depth).order_by("pk").values_list("pk", flat=True))
        for depth in range(1, len(sizes) + 1)
    )
    if tuple(map(len, by_level)) != sizes:
        return None
    posts = Post.objects.filter(area__isnull=False).values_list("area_id", "pk")
    subjects = Subject.objects.filter(parent__isnull=False).order_by("pk").values_list("pk", flat=True)
    return Ground(by_level, dict(posts), tuple(subjects))


def names(text: str) -> dict[str, str]:
    """A name in the three page languages."""
    return {"en": text, "ar": f"{text} ع", "zh-Hans": f"{text} 中"}


def make_ground(sizes: tuple[int, ...], today: date) -> Ground:
    """The tree (uneven: some places have many more below them than others) and everyone who answers there."""
    rng = random.Random(SEED)
    with transaction.atomic():
        levels = [
            AreaLevel.objects.create(
                key=key, rank=rank, names=names(key.title()), is_village=key == "village"
            )
            for rank, key in enumerate(LEVELS, 1)
        ]
        tree = uneven_tree(levels, sizes, rng, names)
        by_level = tuple(tuple(area.pk for area in tier) for tier in tree)
        handler_of = _posts(by_level)
        subjects = _subjects(levels)
        _teams(by_level, today)
    return Ground(by_level, handler_of, subjects)


def _posts(by_level: tuple[tuple[int, ...], ...]) -> dict[int, int]:
    """A filled seat in each area down to the townships; returns the post of each of those areas."""
    roles = ("director", "coordinator", "coordinator", "case-handler")
    posts = [
        Post(key=f"desk-{pk}", role=role, area_id=pk, names=names(f"Service desk {pk}"), valid_from=SINCE)
        for role, tier in zip(roles, by_level, strict=False)
        for pk in tier
    ]
    posts += [
        Post(key="everywhere", role="director", names=names("Director"), valid_from=SINCE),
        Post(key="focal", role="focal-point", names=names("Focal point"), valid_from=SINCE),
    ]
    Post.objects.bulk_create(posts, batch_size=1_000)
    staff = [Staff(username=post.key, name=post.key, password="!none") for post in posts]
    Staff.objects.bulk_create(staff, batch_size=1_000)
    Holding.objects.bulk_create(
        [
            Holding(post=post, staff=person, starts_on=SINCE)
            for post, person in zip(posts, staff, strict=True)
        ],
        batch_size=1_000,
    )
    return {post.area_id: post.pk for post in posts if post.area_id}


def _subjects(levels: list[AreaLevel]) -> tuple[int, ...]:
    tops = [
        Subject.objects.create(key=key, names=names(key.title()), icon="water", position=n)
        for n, key in enumerate(SUBJECTS)
    ]
    finer = [
        Subject.objects.create(key=f"{top.key}-{part}", parent=top, names=names(f"{top.key} {part}"))
        for top in tops
        for part in ("broken", "missing")
    ]
    Standard.objects.create(subject=None, valid_from=SINCE)
    for level in levels[:-1]:
        Responsibility.objects.create(level=level, function="general", valid_from=SINCE)
    return tuple(subject.pk for subject in finer)


def _teams(by_level: tuple[tuple[int, ...], ...], today: date) -> None:
    """Every second village has a team at present."""
    sponsor = Sponsor.objects.create(key="lake", names=names("Lake University"))
    spell = Round.objects.create(
        key="now", names=names("Now"), starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31)
    )
    villages = by_level[-1][::2]
    teams = [Team(key=f"team-{pk}", names=names(f"Team {pk}"), sponsor=sponsor) for pk in villages]
    Team.objects.bulk_create(teams, batch_size=1_000)
    Posting.objects.bulk_create(
        [
            Posting(team=team, area_id=pk, round=spell, starts_on=spell.starts_on, ends_on=spell.ends_on)
            for team, pk in zip(teams, villages, strict=True)
        ],
        batch_size=1_000,
    )
