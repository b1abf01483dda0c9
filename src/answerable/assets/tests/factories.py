"""Things to begin a test with."""

from __future__ import annotations

from datetime import date
from typing import Any

from answerable.access.rules import SYSTEM
from answerable.assets import services
from answerable.assets.models import Asset, Check
from answerable.programme.models import Organisation
from answerable.projects import services as projects
from answerable.projects.models import Project
from answerable.projects.rules.phases import Phase
from answerable.projects.tests.factories import NAMES as PROJECT_NAMES
from tests.support.world import World

NAMES = {"en": "The tap at the school", "ar": "صنبور المدرسة", "zh-Hans": "学校的水龙头"}
#: Long before anything that a test hands over.
ENDED = date(2000, 1, 1)


def committee(key: str = "water-committee") -> Organisation:
    """The village's own."""
    found, _ = Organisation.objects.get_or_create(
        key=key, defaults={"names": {"en": "Water committee", "ar": "لجنة الماء"}, "kind": "community"}
    )
    return found


def project(world: World, key: str = "pump", village: str = "Ford", **more: Any) -> Project:
    """What left it: work of long ago, taken in with its own end."""
    found = Project.objects.filter(key=key).first()
    if found is not None:
        return found
    past = projects.PastProject(
        key=key,
        areas=[world.areas[village]],
        names=PROJECT_NAMES,
        phase=Phase.COMPLETED,
        recorded_on=ENDED,
        subject=world.subjects["water"],
        actual_end_on=ENDED,
        **more,
    )
    return projects.take_in_projects(actor=SYSTEM, items=[past])[0]


def tap(
    world: World, on: date, *, village: str = "Ford", key: str = "pump", who: str = "amina", **more: Any
) -> Asset:
    """A tap, handed over on a day."""
    more.setdefault("kind", "water-point")
    more.setdefault("names", NAMES)
    if "key_of_form" in more:
        more["key"] = more.pop("key_of_form")
    left_by = project(world, key, village)
    return services.add_asset(
        actor=world.actor(who), project=left_by.pk, area=world.areas[village], handed_over_on=on, **more
    )


def look(
    world: World, asset: Asset, on: date, result: str = "working", who: str = "amina", **more: Any
) -> Check:
    """A check by the next cohort's team."""
    more.setdefault("fault", "" if result == "working" else "broken")
    more.setdefault("way", "cohort")
    more.setdefault("grade", "visit")
    return services.record_check(actor=world.actor(who), asset=asset.pk, on=on, result=result, **more)
