"""A matter is erased: its words are gone, nothing opens its leaves, and everything else still adds up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, Word
from answerable.listening.services import answer_case, erase_case, erase_closed, withdraw
from answerable.listening.services.erasing import OFFICERS_REASONS
from answerable.listening.tests.factories import hear
from answerable.register import erasing, leaves
from answerable.register.auditing import audit
from answerable.register.models import Erasure, Event, Leaf, Secret
from answerable.register.sequencing import sequence
from tests.support.world import World

WORDS = "The pump has been dry for two weeks."


def of_matter(case: Case) -> list[Event]:
    return [event for event in Event.objects.order_by("pk") if event.body.get("case") == case.pk]


def codes_found() -> set[str]:
    """What an audit finds in this world, whose first rows were put there by the tests themselves."""
    return {finding.code for finding in audit().findings if finding.code != "row-added"}


def test_before_it_is_erased_everything_opens(world: World, on_monday: None) -> None:
    case = hear(world, text=WORDS).case
    (event,) = of_matter(case)
    opened = leaves.opening(event)
    assert opened is not None
    fields = opened["fields"]
    assert isinstance(fields, dict)
    assert fields["subject"]["value"]
    assert leaves.field_opening(event, "case") == fields["case"]
    assert leaves.field_opening(event, "nothing") is None


def test_a_resident_takes_everything_back_and_nothing_opens_any_more(world: World, on_monday: None) -> None:
    heard, other = hear(world, text=WORDS), hear(world, text="The bridge is down.")
    sequence(seal=True)
    before = list(Leaf.objects.order_by("index").values_list("hash", flat=True))
    withdraw(code=heard.code or "")
    assert not Secret.objects.filter(matter=heard.case.pk).exists()
    assert set(Word.objects.filter(case=heard.case).values_list("text", "blind")) == {("", None)}
    assert [leaves.opening(event) for event in of_matter(heard.case) if event.salt is None] == [None]
    assert leaves.opening(of_matter(other.case)[0]) is not None
    sequence(seal=True)
    after = list(Leaf.objects.order_by("index").values_list("hash", flat=True))
    assert [bytes(h) for h in after[: len(before)]] == [bytes(h) for h in before]
    assert codes_found() <= {"checkpoint-wrong"}


@pytest.mark.parametrize("reason", OFFICERS_REASONS)
def test_the_coordinator_erases_with_a_reason_and_the_day_after_the_log_names_the_leaves(
    world: World, on_monday: date, reason: str
) -> None:
    cases = [hear(world, text=f"{WORDS} {n}").case for n in range(3)]
    answer_case(
        actor=world.actor("amina"),
        case=cases[0].pk,
        version=cases[0].version,
        decision="will-do",
        text="It comes.",
        language="en",
    )
    sequence(seal=True)
    for case in cases[:2]:
        assert erase_case(actor=world.actor("baraka"), case=case.pk, reason=reason)
        assert not erase_case(actor=world.actor("baraka"), case=case.pk, reason=reason)
    assert erasing.tell() == 0, "the day is not over"
    with clock.held_at(on_monday + timedelta(days=1)):
        named = erasing.tell()
        assert erasing.tell() == 0
        batch = Event.objects.get(kind="register.erasure-batch")
        where = {
            Leaf.objects.get(event_id=event.pk).index
            for case in cases[:2]
            for event in of_matter(case)
            if event.salt is None
        }
        idx = set(batch.body["idx"])
        covers = set(Leaf.objects.filter(cover__isnull=False).values_list("index", flat=True))
        assert where <= idx <= where | covers
        assert named == len(where)
        assert len(idx) == batch.body["count"] == min(16, len(where | covers))
        assert batch.body["idx"] == sorted(idx)
        assert (batch.body["reason"], batch.body["by"]) == (reason, erasing.REASONS[reason])
        sequence(seal=True)
        assert not codes_found()
    assert Case.objects.count() == 3
    assert CaseStep.objects.count() >= 4


def test_who_does_not_lead_erases_nothing(world: World, on_monday: None) -> None:
    case = hear(world, text=WORDS).case
    with pytest.raises(Denied):
        erase_case(actor=world.actor("amina"), case=case.pk, reason="court")
    assert Secret.objects.filter(matter=case.pk).exists()


def test_what_was_closed_long_ago_is_erased_by_the_schedule(
    world: World, on_monday: date, settings: Any
) -> None:
    case = hear(world, text=WORDS)
    withdrawn = hear(world, text="Another one.").case
    Case.objects.filter(pk=withdrawn.pk).update(
        state="closed", closed_on=on_monday - timedelta(days=31), closed_reason="done"
    )
    assert erase_closed() == 0
    settings.KEEP_WORDS_DAYS = 31
    assert erase_closed() == 0
    settings.KEEP_WORDS_DAYS = 30
    assert erase_closed() == 1
    assert erase_closed() == 0
    assert Erasure.objects.get().reason == "retention"
    assert Word.objects.get(case=case.case).text == WORDS
    assert Word.objects.get(case=withdrawn).text == ""


def test_what_happens_to_an_erased_matter_afterwards_is_recorded_all_the_same(
    world: World, on_monday: None
) -> None:
    case = hear(world, text=WORDS).case
    erase_case(actor=world.actor("baraka"), case=case.pk, reason="court")
    answer_case(
        actor=world.actor("amina"),
        case=case.pk,
        version=case.version,
        decision="explained",
        text="Done.",
        language="en",
    )
    last = of_matter(case)[-1]
    assert last.kind == "listening.case-answered"
    assert last.salt is not None
    assert not Secret.objects.exists()
    sequence(seal=True)
    assert not codes_found()
