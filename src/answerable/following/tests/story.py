"""One need told to its end, through every room's own services: heard, answered, built, paid, pictured, handed over.

Only residents' word is left out: tests give it. Codes are those of the ones who asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from answerable.assets import services as assets
from answerable.evidence.services import keep_picture
from answerable.following.services import link_case
from answerable.kernel import clock
from answerable.listening import services as listening
from answerable.listening.models import Case
from answerable.listening.tests.factories import hear
from answerable.money.tests.factories import Offices, make_offices
from answerable.projects import services as projects
from answerable.projects.models import Project
from tests.support.pictures import a_picture
from tests.support.world import DAY, World

NAMES = {"en": "A new pump at the school", "ar": "مضخة جديدة في المدرسة", "zh-Hans": "学校的新水泵"}
AFTER = DAY + timedelta(days=60)


@dataclass
class Story:
    """What came of it."""

    world: World
    case: Case = field(init=False)
    codes: list[str] = field(default_factory=list)
    offices: Offices = field(init=False)
    project: Project = field(init=False)

    def at(self, who: str) -> dict[str, Any]:
        """Who acts on the project as it stands."""
        self.project.refresh_from_db()
        return {"actor": self.world.actor(who), "project": self.project.pk, "version": self.project.version}


def tell_story(world: World, voices: int = 1) -> Story:
    """Everything, on the world's Monday and sixty days on. The clock is held inside."""
    story = Story(world)
    with clock.held_at(DAY):
        _heard(story, voices)
        _planned(story)
    with clock.held_at(DAY + timedelta(days=20)):
        _paid(story)
    with clock.held_at(AFTER):
        _built(story)
    return story


def _heard(story: Story, voices: int) -> None:
    world = story.world
    first = hear(world)
    story.codes.append(first.code or "")
    for _ in range(voices - 1):
        again = hear(world)
        story.codes.append(again.code or "")
        listening.join_case(
            actor=world.actor("amina"), case=again.case.pk, version=again.case.version, into=first.case.pk
        )
    story.case = Case.objects.get(pk=first.case.pk)
    listening.answer_case(
        actor=world.actor("amina"),
        case=story.case.pk,
        version=story.case.version,
        decision="will-do",
        text="The township buys a new pump.",
        language="en",
    )


def _planned(story: Story) -> None:
    world = story.world
    story.offices = make_offices(world)
    story.project = story.offices.project
    amina = world.actor("amina")
    projects.describe_project(
        **story.at("amina"),
        names=NAMES,
        descriptions={"en": "A pump and a tank."},
        subject=world.subjects["water-supply"],
        sponsor=None,
        implementer=story.offices.builder,
        no_linked_need=False,
    )
    projects.set_areas(**story.at("amina"), areas=[world.areas["Ford"]])
    projects.move_phase(**story.at("amina"), phase="implementation")
    projects.add_milestone(
        **story.at("amina"), names={"en": "The pump runs"}, planned_on=DAY + timedelta(days=40)
    )
    link_case(actor=amina, case=story.case.pk, project=story.project)
    add_picture(story, "before", (120, 90, 60))


def _paid(story: Story) -> None:
    story.offices.receive(90_000)
    story.offices.allocate(80_000)
    story.offices.pay(61_250, document="invoice 7")


def _built(story: Story) -> None:
    world = story.world
    add_picture(story, "after", (30, 120, 190))
    projects.reach_milestone(**story.at("amina"), n=1)
    projects.record_contribution(**story.at("farid"), kind="labour", quantity=42, measure="work-days")
    projects.claim_completion(**story.at("amina"), texts={"en": "The pump is in."})
    assets.add_asset(
        actor=world.actor("amina"),
        project=story.project.pk,
        area=world.areas["Ford"],
        kind="water-point",
        names={"en": "The pump at the school", "ar": "مضخة المدرسة"},
        handed_over_on=clock.today(),
        post=world.posts["upper-ford-desk"],
    )
    story.project.refresh_from_db()


def add_picture(story: Story, stage: str, colour: tuple[int, int, int]) -> None:
    """A picture of the well that everybody may see."""
    farid = story.world.actor("farid")
    item = keep_picture(
        actor=farid,
        area=story.world.areas["Ford"],
        data=a_picture(320, 240, colour),
        nobody_in_it=True,
        taken_on=clock.today(),
    )
    projects.add_evidence(
        **story.at("farid"),
        item=item.pk,
        stage=stage,
        grade="picture",
        spot="well",
        texts={"en": f"The well, {stage}"},
    )
