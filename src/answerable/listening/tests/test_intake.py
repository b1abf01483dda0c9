"""Hearing: once, in the right place, without anything about who spoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.text import TextMissing, TextTooLong, TextUnreadable
from answerable.listening.models import Case, CaseStep, Feedback, Word
from answerable.listening.problems import DayNotPast, FormStale, KindUnknown, NoFocalPoint, NotAVillage
from answerable.listening.services import (
    NewFeedback,
    new_form_token,
    open_form_token,
    receive_batch,
    receive_feedback,
)
from answerable.register.models import Event
from answerable.safeguards import codes
from tests.support.world import DAY, World

from .factories import WORDS, hear


def counts() -> tuple[int, int, int, int, int]:
    return tuple(model.objects.count() for model in (Case, Feedback, Word, CaseStep, Event))  # type: ignore[return-value]


def test_a_need_told_on_the_web_is_acknowledged_at_once_and_lies_with_the_township(
    world: World, on_monday: None
) -> None:
    heard = hear(world)
    case = heard.case
    assert (case.state, case.received_on, case.acknowledged_on) == ("acknowledged", DAY, DAY)
    assert case.owner == world.posts["upper-ford-desk"]
    assert case.answer_due_on == DAY + timedelta(days=9)
    assert heard.code is not None
    assert codes.read_code(codes.shown(heard.code)) == heard.code
    event = Event.objects.get()
    assert (event.kind, event.by, event.on, event.post_id) == ("listening.case-received", "public", DAY, None)
    assert WORDS not in str(event.body)


def test_the_code_is_kept_as_a_salted_hash_only(world: World, on_monday: None) -> None:
    first, second = hear(world), hear(world)
    row = Feedback.objects.get(pk=first.feedback.pk)
    assert row.locator == (first.code or "")[:6]
    for column in (row.code_hash, row.code_salt, row.code_cost):
        assert (first.code or "")[6:] not in str(column)
    assert bytes(row.code_salt or b"") != bytes(second.feedback.code_salt or b"")


def test_the_same_form_sent_twice_is_heard_once_and_gives_the_same_code(
    world: World, on_monday: None
) -> None:
    token = open_form_token(new_form_token())
    kwargs: dict[str, Any] = {
        "actor": PUBLIC,
        "area": world.areas["Ford"],
        "kind": "need",
        "subject": world.subjects["water-supply"],
        "text": WORDS,
        "language": "en",
        "channel": "web",
        "token": token,
    }
    first = receive_feedback(**kwargs)
    before = counts()
    again = receive_feedback(**kwargs)
    assert again.feedback.pk == first.feedback.pk
    assert again.code == first.code == token.code
    assert counts() == before


@pytest.mark.parametrize("mutation", ["", "AAAA", "not base64 at all", "é"])
def test_a_foreign_form_token_is_refused(mutation: str) -> None:
    with pytest.raises(FormStale):
        open_form_token(mutation)


def test_a_form_left_open_for_days_is_refused_and_an_altered_one_too() -> None:
    with clock.held_at(DAY):
        sealed = new_form_token()
        assert open_form_token(sealed).day == DAY
    with clock.held_at(DAY + timedelta(days=4)), pytest.raises(FormStale):
        open_form_token(sealed)
    with clock.held_at(DAY), pytest.raises(FormStale):
        open_form_token(("A" if sealed[0] != "A" else "B") + sealed[1:])


def test_a_batch_is_heard_whole_or_not_at_all(world: World, on_monday: None) -> None:
    good = NewFeedback(
        world.areas["Ford"], "need", world.subjects["roads"], WORDS, "en", "paper", key=uuid4()
    )
    bad = NewFeedback(world.areas["Ford"], "rumour", world.subjects["roads"], WORDS, "en", "paper")
    with pytest.raises(KindUnknown):
        receive_batch(actor=world.actor("farid"), items=[good, bad])
    assert counts() == (0, 0, 0, 0, 0)
    assert len(receive_batch(actor=world.actor("farid"), items=[good, good])) == 2
    assert Case.objects.count() == 1


def test_staff_record_only_where_their_post_reaches(world: World, on_monday: None) -> None:
    assert hear(world, actor=world.actor("farid"), channel="paper").case.state == "received"
    before = counts()
    with pytest.raises(Denied):
        hear(world, actor=world.actor("farid"), village="Well", channel="paper")
    ford, well = world.areas["Ford"], world.areas["Well"]
    two = [NewFeedback(a, "need", world.subjects["roads"], WORDS, "en", "paper") for a in (ford, well)]
    with pytest.raises(Denied):
        receive_batch(actor=world.actor("farid"), items=two)
    with pytest.raises(Denied):
        hear(world, actor=world.actor("chidi"), channel="paper")
    assert counts() == before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "rumour"}, KindUnknown),
        ({"village": "Upper Ford"}, NotAVillage),
        ({"text": " \n "}, TextMissing),
        ({"text": "x" * 4_001}, TextTooLong),
        ({"text": "x" * 10_000_000}, TextTooLong),
        ({"text": "dry\x00pump"}, TextUnreadable),
        ({"text": "dry \ud800 pump"}, TextUnreadable),
        ({"channel": "pigeon"}, ChoiceUnknown),
        ({"language": "x" * 21}, ChoiceUnknown),
        ({"language": "Ali Hassan 05512"}, ChoiceUnknown),
    ],
)
def test_what_can_not_be_heard_is_refused_and_leaves_nothing(
    world: World, on_monday: None, change: dict[str, str], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        hear(world, **change)  # type: ignore[arg-type]
    assert counts() == (0, 0, 0, 0, 0)


def test_a_slip_may_be_recorded_late_but_never_for_tomorrow(world: World, on_monday: None) -> None:
    item = NewFeedback(world.areas["Ford"], "need", world.subjects["roads"], WORDS, "en", "paper")
    for days, allowed in ((1, False), (-31, True), (-32, False)):
        one = NewFeedback(**{**item.__dict__, "on": DAY + timedelta(days=days)})
        if allowed:
            heard = receive_batch(actor=world.actor("farid"), items=[one])[0]
            assert heard.case.received_on == DAY + timedelta(days=days)
        else:
            with pytest.raises(DayNotPast):
                receive_batch(actor=world.actor("farid"), items=[one])


@pytest.mark.parametrize(("subject", "ticked"), [("bribery", False), ("water-supply", True)])
def test_sensitive_feedback_goes_to_the_focal_point_only(
    world: World, on_monday: None, subject: str, ticked: bool
) -> None:
    case = hear(world, subject=subject, sensitive=ticked).case
    assert case.sensitive
    assert case.owner == world.posts["focal-point"]
    assert Event.objects.get().sealed


def test_without_a_focal_point_a_sensitive_matter_is_not_taken(world: World, on_monday: None) -> None:
    type(world.posts["focal-point"]).objects.filter(pk=world.posts["focal-point"].pk).update(
        valid_to=DAY - timedelta(days=1)
    )
    with pytest.raises(NoFocalPoint):
        hear(world, subject="bribery")
    assert counts() == (0, 0, 0, 0, 0)


def test_the_days_of_keys_and_rows_say_no_more_than_the_day(world: World, on_monday: None) -> None:
    key = hear(world).feedback.key
    assert key.version == 7
    millis = key.int >> 80
    assert millis % 86_400_000 == 0


def test_a_batch_costs_no_more_queries_than_its_kinds_of_rows(
    world: World, on_monday: None, django_assert_max_num_queries: Any
) -> None:
    def batch(count: int) -> list[NewFeedback]:
        villages = [world.areas["Ford"], world.areas["Well"]]
        return [
            NewFeedback(villages[n % 2], "need", world.subjects["roads"], WORDS, "en", "paper", key=uuid4())
            for n in range(count)
        ]

    amina = world.actor("amina")
    with django_assert_max_num_queries(20):
        heard = receive_batch(actor=amina, items=batch(50))
    assert len({one.case.pk for one in heard}) == Case.objects.count() == 50
    assert {one.case.owner for one in heard} == {world.posts["upper-ford-desk"]}
    again = receive_batch(actor=amina, items=[*batch(3), *batch(2)])
    assert len(again) == 5
