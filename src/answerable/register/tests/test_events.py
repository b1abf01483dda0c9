"""The record: only codes and numbers go in, and nothing comes out again."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.gate import NothingRecorded, acting
from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM, Right
from answerable.listening.models import CaseStep
from answerable.register.models import Event
from answerable.register.rules import BodyRefused, check_kind, plain_body
from tests.support.world import World


@given(
    st.dictionaries(
        st.sampled_from(["case", "n", "state"]),
        st.one_of(st.integers(-(2**52), 2**52), st.dates(), st.booleans(), st.none()),
    )
)
def test_codes_numbers_and_dates_go_in(body: dict[str, object]) -> None:
    plain = plain_body(body)
    assert set(plain) == set(body)
    assert all(not isinstance(value, date) for value in plain.values())


@pytest.mark.parametrize(
    "body",
    [
        {"text": "The pump is dry."},
        {"x": 1.5},
        {"x": 2**53},
        {"Name": 1},
        {"x": {"y": 1}},
        {"x": ["a b"]},
        {"x": "é"},
    ],
)
def test_free_text_floats_and_nests_stay_out(body: dict[str, object]) -> None:
    with pytest.raises(BodyRefused):
        plain_body(body)


@pytest.mark.parametrize("kind", ["", "case", "listening.", "Listening.case", "listening.case received"])
def test_a_kind_names_its_room_and_what_was_done(kind: str) -> None:
    with pytest.raises(BodyRefused):
        check_kind(kind)


def test_an_act_without_a_record_is_undone_and_called_a_bug(world: World) -> None:
    def forget_to_record() -> None:
        with acting(SYSTEM, Right.TICK, None):
            world.subjects["water"].icon = "water"
            world.subjects["water"].save()

    with pytest.raises(NothingRecorded):
        forget_to_record()
    world.subjects["water"].refresh_from_db()
    assert world.subjects["water"].icon == ""


def test_an_act_that_fails_leaves_neither_row_nor_record(world: World) -> None:
    def fail_halfway() -> None:
        with acting(SYSTEM, Right.TICK, None) as act:
            act.record("test.thing-done", n=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert not Event.objects.exists()


def test_who_has_no_right_does_not_get_in(world: World) -> None:
    with pytest.raises(Denied), acting(PUBLIC, Right.HANDLE, world.areas["Ford"]):
        raise AssertionError("came in")


@pytest.mark.parametrize(
    "statement", ["UPDATE register_event SET kind = 'x.y'", "DELETE FROM register_event"]
)
def test_the_database_refuses_to_change_the_record(world: World, statement: str) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.thing-done", n=1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().kind == "test.thing-done"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
def test_a_row_of_the_record_is_not_replaced_either(world: World) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.thing-done", n=1)
    columns = 'id, kind, "on", "by", post_id, area_id, sealed, body'
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"REPLACE INTO register_event ({columns}) "  # noqa: S608 - columns of our own
            'SELECT id, \'x.y\', "on", "by", post_id, area_id, sealed, body FROM register_event'
        )
    assert Event.objects.get().kind == "test.thing-done"


def test_the_steps_of_cases_are_guarded_the_same_way(world: World, on_monday: None) -> None:
    from answerable.listening.tests.factories import hear

    hear(world)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CaseStep.objects.all().update(reason="x")
