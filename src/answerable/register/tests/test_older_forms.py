"""What was written before a form changed: leaves and rows from then still fit, and what changed by hand still doesn't."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.db import connection

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.listening.models import Case
from answerable.listening.services import erase_case
from answerable.listening.tests.factories import hear
from answerable.merkle import canonical, commitments
from answerable.programme.models import Sponsor
from answerable.register import binding, leaves
from answerable.register.auditing import audit
from answerable.register.models import Event, Leaf
from answerable.register.sequencing import sequence
from tests.support.world import World

PAPER = "ab" * 32


def found() -> set[str]:
    """The codes of what an audit finds; the world's first rows were put there without an act."""
    return {one.code for one in audit().findings if one.code != "row-added"}


def cases_of(matter: int) -> set[str]:
    """What the records of a matter say of which matter they belong to."""
    events = [one for one in Event.objects.order_by("pk") if leaves.matter_of(one) == matter]
    opened = [leaves.opening(event) for event in events]
    return {one["record"]["case"] for one in opened if one is not None}  # type: ignore[index]


def act_again(matter: int) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.thing-done", case=matter)


def test_the_records_of_a_matter_name_it_alike_and_by_nothing_that_can_be_guessed(
    world: World, on_monday: date
) -> None:
    for _ in range(2):
        hear(world)
    one, other = Case.objects.order_by("pk").values_list("pk", flat=True)
    act_again(one)
    sequence(seal=True)
    (code,), (another,) = cases_of(one), cases_of(other)
    assert code != another
    assert len(code) == 32
    guessed = {hashlib.sha256(b"answerable/matter/v1\0" + str(n).encode()).hexdigest()[:32] for n in (0, one)}
    assert code not in guessed
    assert found() == set()


def test_after_an_erasure_nothing_says_which_leaves_were_of_one_matter(world: World, on_monday: date) -> None:
    hear(world)
    matter = Case.objects.get().pk
    act_again(matter)
    (code,) = cases_of(matter)
    erase_case(actor=world.actor("baraka"), case=matter, reason="court")
    act_again(matter)
    assert code not in cases_of(matter)
    assert len(cases_of(matter)) == 2, "the erasure's record and one after it: each under a salt of its own"


def test_a_leaf_that_committed_to_the_number_of_its_matter_still_opens(
    world: World, on_monday: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(leaves, "sealed_record", leaves._first_record)
        hear(world)
    hear(world)
    sequence(seal=True)
    assert found() == set()
    event = Event.objects.filter(kind="listening.case-received").order_by("pk")[0]
    opening: Any = leaves.opening(event)
    entry = bytes(Leaf.objects.get(event_id=event.pk).entry)
    record = commitments.check_opening(
        entry, bytes.fromhex(opening["leaf_salt"]), canonical.canonical(opening["record"])
    )
    number = str(event.body["case"]).encode()
    assert record["case"] == hashlib.sha256(b"answerable/matter/v1\0" + number).hexdigest()[:32]


def test_the_digest_of_a_paper_is_closed_and_older_leaves_that_show_it_still_fit(
    world: World, on_monday: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note() -> bytes:
        with acting(SYSTEM, Right.TICK, None) as act:
            act.record("money.book-opened", book=1, document=PAPER)
        sequence(seal=True)
        return bytes(Leaf.objects.exclude(event_id=None).order_by("-index")[0].entry)

    with monkeypatch.context() as before:
        before.setattr(leaves.open_entry, "__defaults__", (leaves._CLOSED_BEFORE,))
        assert PAPER.encode() in note()
    shown = note()
    assert PAPER.encode() not in shown
    assert b'"closed":"' in shown
    assert found() == set()
    event = Event.objects.order_by("-pk")[0]
    event.body["document"] = "cd" * 32
    assert not leaves.is_entry_of(shown, event)


@pytest.fixture
def sponsor(world: World, on_monday: date, monkeypatch: pytest.MonkeyPatch) -> Sponsor:
    """A row that was bound before its column `names` was there."""
    with monkeypatch.context() as before:
        before.setattr(Sponsor, "unbound", frozenset({"names"}))
        binding.columns.cache_clear()
        with acting(SYSTEM, Right.TICK, None) as act:
            row: Sponsor = Sponsor.objects.create(key="lake", names={"en": "Lake"})
            act.record("test.row-made")
        sequence(seal=True)
        assert found() == set()
    binding.columns.cache_clear()
    return row


def test_a_column_that_came_later_is_left_out_while_it_holds_what_it_came_with(
    sponsor: Sponsor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found() == {"row-changed"}
    monkeypatch.setattr(Sponsor, "later", {"names": {"en": "Lake"}})
    assert found() == set()
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE programme_sponsor SET names = '{"en": "Sea"}'""")
    assert found() == {"row-changed"}


def test_an_act_binds_a_column_that_came_later_once_it_says_something_else(
    sponsor: Sponsor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sponsor, "later", {"names": {"en": "Lake"}})
    with acting(SYSTEM, Right.TICK, None) as act:
        sponsor.names = {"en": "Sea"}
        sponsor.save()
        act.record("test.row-made")
    assert found() == set()
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE programme_sponsor SET names = '{"en": "Lake"}'""")
    assert found() == {"row-changed"}, "back to what it came with, by hand"


def test_rows_that_a_migration_gave_values_of_their_own_are_adopted_by_an_act(sponsor: Sponsor) -> None:
    assert found() == {"row-changed"}
    with acting(SYSTEM, Right.TICK, None) as act:
        binding.bind_again(Sponsor.objects.filter(pk=sponsor.pk))
        act.record("programme.renamed", what="sponsor", id=sponsor.pk)
    sequence(seal=True)
    assert found() == set()


def test_a_column_that_holds_nothing_is_left_out(world: World) -> None:
    case = Case()
    assert case.owner_id is None
    assert b"owner_id" not in binding.row_bytes(case)
    case.owner_id = 3
    assert b'"owner_id":3' in binding.row_bytes(case)


def test_a_row_that_was_bound_with_its_empty_columns_still_fits(
    world: World, on_monday: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(binding, "row_bytes", binding._first_bytes)
        hear(world)
    assert b"null" in binding._first_bytes(Case.objects.get())
    sequence(seal=True)
    assert found() == set()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE listening_case SET owner_id = NULL")
    assert "row-changed" in found()
