"""A sample survey of one county near the story's end: designed, drawn by dice, and half of its paper counted.

It is still collected when the story ends, so that whoever tries the demo can print cards, count and close it.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.surveys import services
from answerable.surveys.rules.questions import NO_WORD, questions_in
from answerable.surveys.rules.sizes import Wanted
from answerable.surveys.selectors import drawn_places

from .courses import Course, Wait
from .people import slug

if TYPE_CHECKING:
    from .story import Story

QUESTIONS = ("listened", "knows-complaint", "told-back")
DICE = "416253314"
#: Days before the story's end on which it is designed, and after it on which it ends.
AGO, LEFT = 9, 12


def asked(story: Story) -> Course:
    """Ask a county how it is listened to; the auditor collects, whose work it is not."""
    yield Wait((story.dates.today - clock.today()).days - AGO, office=False)
    county = story.ground.county_of(story.ground.township_of(story.ground.villages[0]))
    seat, auditor = (
        story.people.posts.get(f"{slug(county)}-coordination"),
        story.people.posts.get("auditor-1"),
    )
    collector = next((one for one in story.treasury.organisations.values() if one.sponsor_id is None), None)
    head = story.people.actor_in(seat.pk, clock.today()) if seat is not None else None
    if head is None or auditor is None or collector is None:
        return
    rng = random.Random(AGO)
    villages = [one for one in story.ground.villages if county.pk in (one.parent_id, _above(story, one))]
    if len(villages) < 2:
        return
    survey = services.design_survey(
        actor=head,
        area=county,
        population="dwellings",
        questions=QUESTIONS,
        sizes=[(village, rng.randint(40, 180)) for village in villages],
        wanted=Wanted(margin=100, take=12),
        allocation="proportional",
        minimum=0,
        starts_on=clock.today(),
        ends_on=story.dates.today + timedelta(days=LEFT),
        collector=collector,
        collector_post=auditor,
    )
    yield Wait(1, office=False)
    services.draw_survey(actor=head, survey=survey.pk, dice=DICE)
    yield Wait(4, office=False)
    by = story.people.actor_in(auditor.pk, clock.today())
    places = drawn_places(survey)
    for place in places[: -(-len(places) // 2)] if by is not None else ():
        answers = place.take - rng.randint(0, min(2, max(0, place.take - 5)))
        if by is not None and answers >= 5:
            services.count_paper(actor=by, cluster=place.pk, answers=answers, counts=_sheet(rng, answers))


def _above(story: Story, village: Area) -> int | None:
    return story.ground.county_of(story.ground.township_of(village)).pk


def _sheet(rng: random.Random, answers: int) -> dict[tuple[str, str], int]:
    """A tally sheet: most are content, some are not, one or the other would rather not say."""
    counts: dict[tuple[str, str], int] = {}
    for question in questions_in(QUESTIONS):
        steps = list(question.scores)
        for _ in range(answers):
            option = (
                NO_WORD if rng.random() < 0.04 else rng.choice([*steps, steps[-1], steps[len(steps) // 2]])
            )
            counts[question.key, option] = counts.get((question.key, option), 0) + 1
    return counts
