"""Promises: recorded, spoken of, settled; by whom, and by whom not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from answerable.access.problems import Denied, NotThere
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.promises import services
from answerable.promises.models import Promise, PromiseStep, Saying
from answerable.promises.problems import (
    DayNotAhead,
    NotYourPromise,
    PostCanNotPromise,
    ProjectUnfit,
    PromiseChanged,
    PromiseDays,
    PromiseNotRead,
    PromisePlace,
    PromiseStepNotAllowed,
    PromiseTexts,
)
from answerable.register.models import Event
from tests.support.world import DAY, World

from .factories import TEXTS, project, promise, session

WORD: dict[str, Any] = {"text": "The parts have come.", "language": "en", "read": True}


def test_a_promise_of_a_session_has_its_day_and_its_place(world: World, on_monday: None) -> None:
    held = session(world)
    made = promise(world, session=held.pk)
    assert (made.session_id, made.made_on, made.owner, made.state) == (held.pk, DAY, made.made_by, "open")
    assert PromiseStep.objects.get(promise=made).until == made.due_on
    assert Event.objects.filter(kind="promises.made").count() == 1
    with pytest.raises(PromisePlace):
        promise(world, session=session(world, "Well").pk)


def test_the_same_form_twice_is_one_promise(world: World, on_monday: None) -> None:
    made = promise(world)
    again = promise(world, key=made.key)
    assert (again.pk, Promise.objects.count()) == (made.pk, 1)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"texts": {"en": " "}}, PromiseTexts),
        ({"read": False}, PromiseNotRead),
        ({"due_on": DAY - timedelta(days=1)}, PromiseDays),
        ({"made_on": DAY + timedelta(days=1)}, PromiseDays),
    ],
)
def test_what_can_not_be_a_promise_is_refused(
    world: World, on_monday: None, given: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        promise(world, **given)
    assert Promise.objects.count() == 0


def test_only_a_post_that_works_there_can_owe_one(world: World, on_monday: None) -> None:
    for post in ("high-hill-desk", "fordland-audit", "focal-point", "operator"):
        with pytest.raises(PostCanNotPromise):
            promise(world, post=post)
    with pytest.raises(PromisePlace):
        promise(world, area=world.areas["Upper Ford"])
    assert promise(world, who="farid", post="ford-team").owner == world.posts["ford-team"]


def test_an_outsider_records_nothing_and_changes_nothing(world: World, on_monday: None) -> None:
    made = promise(world)
    for who in ("daudi", "public"):
        with pytest.raises(Denied):
            promise(world, who=who)
        with pytest.raises(NotThere):
            services.keep(actor=world.actor(who), promise=made.pk, version=1, **WORD)
    with pytest.raises(Denied):
        services.keep(actor=world.actor("chidi"), promise=made.pk, version=1, **WORD)
    with pytest.raises(NotYourPromise):
        services.keep(actor=world.actor("farid"), promise=made.pk, version=1, **WORD)
    assert PromiseStep.objects.count() == 1


def test_it_is_kept_and_opened_again_when_residents_say_no(world: World, on_monday: None) -> None:
    made = promise(world)
    later = made.due_on + timedelta(days=30)
    services.tell(actor=world.actor("amina"), promise=made.pk, version=1, expected_on=later, **WORD)
    kept = services.keep(actor=world.actor("amina"), promise=made.pk, version=2, **WORD)
    assert (kept.state, kept.kept_on) == ("kept", DAY)
    again = services.reopen(
        actor=world.actor("baraka"), promise=made.pk, version=3, reason="residents-say-no", **WORD
    )
    assert (again.state, again.kept_on, again.expected_on, again.due_on, again.reason) == (
        "open",
        None,
        None,
        made.due_on,
        "residents-say-no",
    )


def test_an_honest_no_needs_its_reason_and_words(world: World, on_monday: None) -> None:
    made = promise(world)
    amina = world.actor("amina")
    with pytest.raises(ChoiceUnknown):
        services.decline(actor=amina, promise=made.pk, version=1, reason="too-busy", **WORD)
    with pytest.raises(PromiseNotRead):
        services.decline(
            actor=amina, promise=made.pk, version=1, reason="no-money", **(WORD | {"read": False})
        )
    said = services.decline(actor=amina, promise=made.pk, version=1, reason="no-money", **WORD)
    assert (said.state, said.reason, Saying.objects.count()) == ("declined", "no-money", 1)
    with pytest.raises(PromiseStepNotAllowed):
        services.keep(actor=amina, promise=made.pk, version=2, **WORD)


def test_a_newer_day_stands_beside_the_promised_one(world: World, on_monday: None) -> None:
    made = promise(world)
    amina = world.actor("amina")
    with pytest.raises(DayNotAhead):
        services.tell(actor=amina, promise=made.pk, version=1, expected_on=DAY, **WORD)
    later = made.due_on + timedelta(days=30)
    told = services.tell(actor=amina, promise=made.pk, version=1, expected_on=later, **WORD)
    assert (told.due_on, told.expected_on) == (made.due_on, later)
    with pytest.raises(PromiseChanged):
        services.tell(actor=amina, promise=made.pk, version=1, **WORD)


def test_a_project_of_the_place_takes_it_up(world: World, on_monday: None) -> None:
    made = promise(world)
    amina = world.actor("amina")
    elsewhere = project(world, "peak", area="Peak")
    with pytest.raises(ProjectUnfit):
        services.take_up(actor=amina, promise=made.pk, version=1, project=elsewhere, **WORD)
    here = project(world)
    taken = services.take_up(actor=amina, promise=made.pk, version=1, project=here, **WORD)
    assert (taken.state, taken.project, taken.next_due_on) == ("taken-up", here, None)


def test_words_that_point_at_somebody_can_be_erased(world: World, on_monday: None) -> None:
    made = promise(world)
    amina = world.actor("amina")
    services.tell(actor=amina, promise=made.pk, version=1, **WORD)
    said = Saying.objects.get()
    services.erase_saying(actor=amina, promise=made.pk, saying=said.pk)
    services.erase_saying(actor=amina, promise=made.pk, saying=said.pk)
    said.refresh_from_db()
    assert (said.text, said.erased_on) == ("", DAY)
    assert Event.objects.filter(kind="promises.saying-erased").count() == 1


def test_the_database_itself_keeps_day_place_and_log(world: World, on_monday: None) -> None:
    made = promise(world)
    wrong: list[dict[str, Any]] = [
        {"due_on": made.due_on + timedelta(days=9)},
        {"made_on": DAY - timedelta(days=9)},
        {"area": world.areas["Well"]},
        {"state": "taken-up"},
        {"state": "declined"},
        {"state": "kept"},
    ]
    for change in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            Promise.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PromiseStep.objects.filter(promise=made).update(on=DAY)
    with clock.held_at(DAY + timedelta(days=1)):
        later = promise(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Promise.objects.filter(pk=later.pk).update(session=session(world, "Well"))
    assert made.texts == TEXTS
