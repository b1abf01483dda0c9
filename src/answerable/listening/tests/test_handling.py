"""What the owning post does, what it may not, and that two hands on one case never overwrite each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from answerable.access.problems import Denied, NotThere
from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, PublicAnswer, Word
from answerable.listening.problems import (
    CaseChanged,
    DateNotAhead,
    NotYourCase,
    ReasonNeeded,
    StepNotAllowed,
)
from answerable.listening.services import (
    acknowledge_case,
    answer_case,
    ask_resident,
    claim_done,
    close_case,
    decline_case,
    mark_unverifiable,
    plan_case,
    refer_case,
    rule_out_of_scope,
    start_work,
    tell_resident,
)
from answerable.programme.models import OutsideBody
from answerable.register.models import Event
from answerable.safeguards.reading import PointsAtSomebody
from tests.support.world import DAY, World

from .factories import hear

REPLY = "The pump is ordered. It comes on 24 March."


def said(world: World, case: Case, who: str = "amina") -> dict[str, Any]:
    return {"actor": world.actor(who), "case": case.pk, "version": case.version}


def test_a_case_goes_from_received_to_claimed_and_each_step_is_recorded(
    world: World, on_monday: None
) -> None:
    case = hear(world, channel="call", actor=world.actor("farid")).case
    case = acknowledge_case(**said(world, case))
    case = start_work(**said(world, case))
    case = answer_case(**said(world, case), decision="will-do", text=REPLY, language="en")
    assert (case.state, case.answered_on, case.resolved_on) == ("in_progress", DAY, None)
    case = claim_done(**said(world, case), text="It runs again.", language="en")
    assert (case.state, case.claimed_on, case.confirmed_on) == ("claimed_done", DAY, None)
    steps = list(CaseStep.objects.filter(case=case).order_by("n").values_list("n", "step"))
    assert [n for n, _ in steps] == [1, 2, 3, 4, 5, 6]
    assert Event.objects.count() == 6
    assert set(Event.objects.values_list("post_id", flat=True)) == {
        world.posts["ford-team"].pk,
        world.posts["upper-ford-desk"].pk,
    }


def test_the_second_of_two_handlers_is_told_what_changed_and_changes_nothing(
    world: World, on_monday: None
) -> None:
    case = hear(world).case
    stale = case.version
    start_work(**said(world, case))
    before = (CaseStep.objects.count(), Word.objects.count(), Event.objects.count())
    with pytest.raises(CaseChanged) as refusal:
        answer_case(
            actor=world.actor("baraka"),
            case=case.pk,
            version=stale,
            decision="explained",
            text=REPLY,
            language="en",
        )
    assert "started" in refusal.value.english
    assert (CaseStep.objects.count(), Word.objects.count(), Event.objects.count()) == before


def test_an_outsider_sees_nothing_and_a_reader_changes_nothing(world: World, on_monday: None) -> None:
    case = hear(world).case
    with pytest.raises(NotThere):
        start_work(**said(world, case, "daudi"))
    for reader in ("chidi", "farid"):
        with pytest.raises(Denied):
            start_work(**said(world, case, reader))
    with pytest.raises(NotThere):
        start_work(actor=world.actor("amina"), case=2**70, version=1)
    assert Case.objects.get().version == case.version


def test_work_belongs_to_the_post_and_a_coordinator_above_may_step_in(world: World, on_monday: None) -> None:
    case = hear(world).case
    Case.objects.filter(pk=case.pk).update(owner=world.posts["fordland-desk"])
    with pytest.raises(NotYourCase):
        start_work(**said(world, case))
    assert start_work(**said(world, case, "baraka")).state == "in_progress"


def test_closing_needs_a_fitting_reason_and_a_claim_waits_for_its_residents(
    world: World, on_monday: None
) -> None:
    case = answer_case(**said(world, hear(world).case), decision="explained", text=REPLY, language="en")
    for wrong in ("", "confirmed-by-residents", "because"):
        with pytest.raises(ReasonNeeded):
            close_case(**said(world, case), reason=wrong)
    closed = close_case(**said(world, case), reason="answered")
    assert (closed.state, closed.closed_reason, closed.closed_on) == ("closed", "answered", DAY)
    claimed = claim_done(**said(world, hear(world).case), text=REPLY, language="en")
    with pytest.raises(StepNotAllowed):
        close_case(**said(world, claimed), reason="ended")


def test_a_plan_needs_a_day_ahead(world: World, on_monday: None) -> None:
    case = hear(world).case
    for days in (0, -1, 800):
        with pytest.raises(DateNotAhead):
            plan_case(**said(world, case), until=DAY + timedelta(days=days), text=REPLY, language="en")
    planned = plan_case(**said(world, case), until=DAY + timedelta(days=40), text=REPLY, language="en")
    assert planned.resolve_due_on == planned.planned_for == DAY + timedelta(days=40)


def test_ways_to_say_no_are_dated_reasoned_and_open_to_appeal(world: World, on_monday: None) -> None:
    body = OutsideBody.objects.create(key="water-company", names={"en": "Water company"})
    no = decline_case(**said(world, hear(world).case), reason="no-money", text=REPLY, language="en")
    assert (no.state, no.resolved_on) == ("declined", DAY)
    with pytest.raises(ReasonNeeded):
        decline_case(**said(world, hear(world).case), reason="no", text=REPLY, language="en")
    out = rule_out_of_scope(**said(world, hear(world).case), body=body, text=REPLY, language="en")
    assert (out.state, out.outside_body) == ("out_of_scope", body)
    lost = mark_unverifiable(
        **said(world, hear(world).case), reason="place-not-found", text=REPLY, language="en"
    )
    assert lost.state == "cannot_verify"
    away = refer_case(**said(world, hear(world).case), body=body, text=REPLY, language="en")
    assert (away.state, away.resolved_on) == ("referred", None)


def test_an_interim_word_moves_the_silence_clock_and_nothing_else(world: World, on_monday: None) -> None:
    case = start_work(**said(world, hear(world).case))
    with clock.held_at(DAY + timedelta(days=5)):
        told = tell_resident(**said(world, case), text="We wait for the part.", language="en")
    assert (told.state, told.last_word_on) == ("in_progress", DAY + timedelta(days=5))
    assert told.answer_due_on == case.answer_due_on


def test_asking_stops_the_clock_and_answering_needs_words(world: World, on_monday: None) -> None:
    case = ask_resident(**said(world, hear(world).case), text="Which pump?", language="en")
    assert case.state == "awaiting_resident"
    from answerable.kernel.text import TextMissing

    with pytest.raises(TextMissing):
        answer_case(**said(world, case), decision="explained", text="  ", language="en")


def test_the_published_answer_is_the_offices_own_words_once_a_matter(world: World, on_monday: None) -> None:
    case = answer_case(
        **said(world, hear(world).case),
        decision="will-do",
        text=REPLY,
        language="en",
        public_text="The school pump is ordered.",
    )
    claim_done(**said(world, case), text="Done.", language="en", public_text="The school pump runs again.")
    answer = PublicAnswer.objects.get()
    assert (answer.text, answer.month, answer.area) == (
        "The school pump runs again.",
        DAY.replace(day=1),
        world.areas["Ford"],
    )


@pytest.mark.parametrize(
    "text", ["Call 0712 345 678 for the pump.", "اتصل على ٠٧١٢٣٤٥٦٧٨", "write to a@b.org"]
)
def test_what_points_at_a_person_is_not_published(world: World, on_monday: None, text: str) -> None:
    case = hear(world).case
    with pytest.raises(PointsAtSomebody):
        answer_case(
            **said(world, case),
            decision="explained",
            text=REPLY,
            language="en",
            public_text=text,
        )
    assert not PublicAnswer.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "acknowledged"


def test_nothing_of_a_sensitive_case_is_published(world: World, on_monday: None) -> None:
    case = hear(world, sensitive=True).case
    answer_case(
        **said(world, case, "esi"),
        decision="explained",
        text=REPLY,
        language="en",
        public_text="We looked into it.",
    )
    assert not PublicAnswer.objects.exists()
