"""Promises that were made to villages in meetings, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.projects.models import Project
from answerable.promises import services
from answerable.promises.models import Promise

from .courses import Course, Wait
from .people import slug
from .words import works

if TYPE_CHECKING:
    from .story import Story


@dataclass(frozen=True)
class Given:
    """A promise: what, how long before the end of the story, due how many days later, and what becomes of it."""

    key: str
    days_ago: int
    days: int
    end: str
    village: int = 0


#: The first of them are told in the small world as well.
PROMISES = (
    Given("well", 120, 40, "kept"),
    Given("lamp", 130, 60, "taken-up"),
    Given("bus", 100, 50, "declined", village=1),
    Given("doctor", 90, 35, "late", village=2),
    Given("list", 20, 45, "open", village=1),
    Given("list", 150, 30, "kept-late", village=3),
    Given("well", 200, 50, "reopened", village=5),
    Given("doctor", 240, 60, "kept", village=8),
    Given("bus", 300, 60, "declined", village=13),
    Given("list", 60, 20, "late", village=21),
    Given("well", 30, 60, "open", village=34),
    Given("doctor", 180, 30, "kept", village=55),
    Given("list", 110, 60, "kept", village=89),
)
FEW = 5


def promise(story: Story, given: Given) -> Course:
    """One promise from the meeting on."""
    village = story.ground.villages[given.village % len(story.ground.villages)]
    yield Wait((story.dates.today - clock.today()).days - given.days_ago)
    made = _made(story, given, village)
    act = _Acts(story, made.pk)
    if given.end in {"late", "open"}:
        return
    if given.end == "taken-up":
        yield Wait(5)
        here = Project.objects.filter(area=village, key__contains="lamps").exclude(phase="cancelled")
        if (project := here.order_by("pk").first()) is not None:
            act(services.take_up, "taken", project=project)
        return
    if given.end == "declined":
        yield Wait(given.days // 2)
        act(services.decline, "no", reason="no-money")
        return
    if given.end == "kept-late":
        yield Wait(given.days - 4)
        act(services.tell, "told", expected_on=clock.today() + timedelta(days=40))
        yield Wait(35)
    else:
        yield Wait(given.days * 2 // 3)
    act(services.keep, "kept")
    if given.end == "reopened":
        yield Wait(20)
        act(services.reopen, "told", reason="residents-say-no")


def _made(story: Story, given: Given, village: Area) -> Promise:
    today = clock.today()
    township = story.ground.township_of(village)
    post = story.people.posts[f"{slug(township)}-coordination"]
    office = story.people.actor_in(post.pk, today)
    team = story.team(village, today) or office
    assert team is not None  # noqa: S101 - offices are filled from the first day on
    session = story.meet(village, today, actor=team, kind="public-meeting")
    return services.record_promise(
        actor=team,
        area=village,
        texts=works()["promises"][given.key],
        read=True,
        due_on=today + timedelta(days=given.days),
        post=post,
        session=session.pk if session is not None else None,
    )


@dataclass(frozen=True)
class _Acts:
    """Acts as whoever sits in the post that owes it now, in the language that is most read."""

    story: Story
    pk: int

    def __call__(self, service: Callable[..., Promise], key: str, /, **words: Any) -> None:
        owner = Promise.objects.values_list("owner_id", flat=True).get(pk=self.pk)
        actor = self.story.people.actor_in(owner, clock.today())
        service(
            actor=actor,
            promise=self.pk,
            version=None,
            text=works()["promises"][key]["en"],
            language="en",
            read=True,
            **words,
        )
