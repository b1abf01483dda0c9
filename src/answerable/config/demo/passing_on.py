"""The first round's dossiers go to the second: accepted, contested, taken over by who acts; then the round is closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from answerable.access.rules import SYSTEM, Actor
from answerable.handover import services
from answerable.handover.selectors import dossier_of, postings_of
from answerable.places.models import Area
from answerable.programme.models import Posting, Round, TeamSeat

from .people import slug

if TYPE_CHECKING:
    from .story import Story

#: Where a township has two teams, those of so many villages answer for themselves; for the others the coordinator does.
BY_VILLAGE = 3
LESSONS = {
    "en": "Meet the water group before the rains: the road is closed in the weeks after.",
    "ar": "التقوا بمجموعة المياه قبل موسم الأمطار: فالطريق مغلق في الأسابيع التي تليه.",
}


def pass_on(story: Story, day: date) -> None:
    """Hand over everything that the first round left open, and close it: refused, should one line be nobody's."""
    rounds = list(Round.objects.order_by("starts_on"))
    first = {row.area_id: row for row in postings_of(rounds[0])}
    coming = postings_of(rounds[1])
    seats = dict(TeamSeat.objects.order_by("-post_id").values_list("team_id", "post_id"))

    def sits(posting: Posting) -> Actor:
        return story.people.actor_in(seats[posting.team_id], day) or SYSTEM

    by_village = BY_VILLAGE
    for place, township in enumerate(story.ground.townships):
        posting = first[township.pk]
        following = [row for row in coming if (row.area.path or "").startswith(township.path or "-")]
        if place == 0:
            _contest_one(posting, following, day, sits(following[0]))
        takers = following if len(following) == 1 else following[:by_village]
        for row in takers:
            services.answer_lines(actor=sits(row), posting=posting, receiver=row, lines=None)
        if len(following) > 1:
            by_village = 0
            _act(story, township, posting, day)
    for language, text in LESSONS.items():
        services.write_lesson(
            actor=SYSTEM, posting=first[story.ground.townships[0].pk], text=text, language=language, read=True
        )
    services.close_round(actor=SYSTEM, row=rounds[0])


def _contest_one(posting: Posting, following: list[Posting], day: date, actor: Actor) -> None:
    """The first line of the first village that has one is contested; who acts takes it over instead."""
    entry = next((e for e in dossier_of(posting, day).entries if e.next == following[0].pk), None)
    if entry is not None:
        services.answer_lines(
            actor=actor, posting=posting, receiver=following[0], lines=[entry.line.key], state="contested",
            reason="never-agreed",
        )  # fmt: skip


def _act(story: Story, township: Area, posting: Posting, day: date) -> None:
    """The township's coordinator takes what no team does: what is the township's own, above its villages."""
    coordinator = story.people.posts[f"{slug(township)}-coordination"]
    actor = story.people.actor_in(coordinator.pk, day) or SYSTEM
    services.answer_lines(actor=actor, posting=posting, receiver=coordinator, lines=None)
