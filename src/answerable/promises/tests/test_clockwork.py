"""The machinery: what falls due happens once, whenever and however often it runs; and nothing is lost with a post."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from answerable.access.models import Holding, Post
from answerable.kernel import clock
from answerable.listening.services import reassign_work, review_reassignment
from answerable.projects.models import Project, ProjectStep
from answerable.promises import services
from answerable.promises.models import Promise, PromiseStep
from answerable.promises.problems import PostCanNotPromise
from answerable.register.models import Event
from tests.support.world import DAY, World, make_post, make_staff

from .factories import project, promise

WORD: dict[str, Any] = {"text": "Word.", "language": "en", "read": True}


def story() -> list[Any]:
    rows = PromiseStep.objects.order_by("promise", "n")
    return list(rows.values_list("promise", "n", "step", "on", "state", "reason", "to_post"))


def cancel(row: Project, days: int) -> None:
    on = DAY + timedelta(days=days)
    ProjectStep.objects.create(project=row, n=1, step="moved", on=on, phase="cancelled")
    Project.objects.filter(pk=row.pk).update(phase="cancelled", phase_since=on)


def revive(row: Project, days: int) -> None:
    on = DAY + timedelta(days=days)
    ProjectStep.objects.create(project=row, n=2, step="moved", on=on, phase="identification")
    Project.objects.filter(pk=row.pk).update(phase="identification", phase_since=on)


class _Undo(Exception):
    """Ends one telling of the story, so that the next begins from the same place."""


def test_it_makes_no_difference_how_often_it_runs(world: World, on_monday: None) -> None:
    told = []
    for rhythm in (1, 4, 11, 120):
        with contextlib.suppress(_Undo), transaction.atomic():
            told.append(_a_hundred_days(world, rhythm))
            raise _Undo
    assert len(told[0]) > 20
    assert told[1:] == [told[0]] * 3


def _a_hundred_days(world: World, rhythm: int) -> list[Any]:
    promise(world, days=20)
    promise(world, who="farid", post="ford-team", days=60)
    taken, back = promise(world, days=90), promise(world, days=90)
    gone, revived = project(world), project(world, "well")
    amina = world.actor("amina")
    services.take_up(actor=amina, promise=taken.pk, version=1, project=gone, **WORD)
    services.take_up(actor=amina, promise=back.pk, version=1, project=revived, **WORD)
    for day in range(101):
        if day == 25:
            cancel(gone, day)
            cancel(revived, day)
        if day == 27:
            revive(revived, day)
        if day == 50:
            Post.objects.filter(key="ford-team").update(valid_to=DAY + timedelta(days=50))
        if day and day % rhythm == 0:
            services.tick(today=DAY + timedelta(days=day))
    services.tick(today=DAY + timedelta(days=100))
    rows = story()
    before = Event.objects.count()
    assert services.tick(today=DAY + timedelta(days=100)).steps == 0
    assert (story(), Event.objects.count()) == (rows, before)
    assert set(Promise.objects.values_list("owner__key", flat=True)) == {"director"}
    first = min(row[0] for row in rows)
    return [(row[0] - first, *row[1:]) for row in rows]


def test_it_goes_up_level_by_level(world: World, on_monday: None) -> None:
    made = promise(world, who="farid", post="ford-team", days=20)
    services.tick(today=DAY + timedelta(days=150))
    ups = PromiseStep.objects.filter(promise=made, step="escalated").order_by("n")
    assert list(ups.values_list("to_post__key", flat=True)) == [
        "upper-ford-desk",
        "fordland-desk",
        "director",
        None,
    ]
    assert ups[0].on == DAY + timedelta(days=22)  # the 20th day is a Sunday, the Monday after is in time
    assert ups[0].reason == "late"


def test_a_cancelled_project_gives_the_promise_back_late(world: World, on_monday: None) -> None:
    made = promise(world, days=200)
    row = project(world)
    services.take_up(actor=world.actor("amina"), promise=made.pk, version=1, project=row, **WORD)
    cancel(row, 10)
    with clock.held_at(DAY + timedelta(days=12)):
        told = services.tell(actor=world.actor("baraka"), promise=made.pk, version=2, **WORD)
    steps = PromiseStep.objects.filter(promise=made).order_by("n").values_list("step", "on")
    assert list(steps)[2:] == [
        ("reopened", DAY + timedelta(days=10)),
        ("escalated", DAY + timedelta(days=11)),
        ("told", DAY + timedelta(days=12)),
    ]
    assert (told.state, told.project, told.late_from) == ("open", None, DAY + timedelta(days=10))
    assert told.owner == world.posts["fordland-desk"]


def test_a_post_that_ends_leaves_its_promises_to_the_next(world: World, on_monday: None) -> None:
    made = promise(world, who="farid", post="ford-team", days=200)
    team = world.posts["ford-team"]
    Holding.objects.filter(post=team).update(ends_on=DAY + timedelta(days=4))
    team.valid_to = DAY + timedelta(days=4)
    team.save()
    services.tick(today=DAY + timedelta(days=4))
    assert Promise.objects.get(pk=made.pk).owner == team
    services.tick(today=DAY + timedelta(days=9))
    moved = PromiseStep.objects.get(promise=made, step="moved")
    assert (moved.on, moved.reason, moved.to_post) == (
        DAY + timedelta(days=5), "post-ended", world.posts["upper-ford-desk"],
    )  # fmt: skip


def test_promises_move_with_the_cases_of_a_post(world: World, on_monday: None) -> None:
    made = promise(world)
    settled = promise(world)
    services.keep(actor=world.actor("amina"), promise=settled.pk, version=1, **WORD)
    new = make_post("upper-ford-desk-2", "case-handler", world.areas["Upper Ford"])
    make_staff("imani", new)
    baraka = world.actor("baraka")
    given: dict[str, Any] = {"actor": baraka, "from_post": world.posts["upper-ford-desk"], "to_post": new}
    review = review_reassignment(**given)
    assert (review.cases, review.beside, review.beside_said) == ((), (((made.pk, 1),),), ["1 promise"])
    services.tell(actor=world.actor("amina"), promise=made.pk, version=1, **WORD)
    assert review_reassignment(**given).digest != review.digest
    digest = review_reassignment(**given).digest
    reassign_work(**given, digest=digest, reason="new-round")
    made.refresh_from_db()
    settled.refresh_from_db()
    assert (made.owner, made.due_on, settled.owner) == (
        new,
        DAY + timedelta(days=40),
        world.posts["upper-ford-desk"],
    )
    with pytest.raises(PostCanNotPromise):
        review_reassignment(actor=world.actor("ama"), from_post=new, to_post=world.posts["high-hill-desk"])
