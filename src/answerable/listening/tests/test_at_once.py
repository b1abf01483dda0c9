"""Many hands at once, each with a connection of its own: nobody is locked out, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, Feedback, PublicAnswer
from answerable.listening.problems import CaseChanged, SameCase, StepNotAllowed
from answerable.listening.services import (
    answer_case,
    join_case,
    new_form_token,
    open_form_token,
    receive_feedback,
    start_work,
    tick,
)
from answerable.register.models import Event
from tests.support.world import DAY, World, make_world

from .factories import WORDS, hear

HANDS = 8


@pytest.fixture
def shared_world(transactional_db: None) -> World:
    """The small world, committed, so that other connections see it."""
    return make_world()


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Run the tasks at the same moment, each in a thread with its own connection; a Problem is a result."""
    ready = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        try:
            ready.wait(timeout=60)
            with clock.held_at(DAY):
                return task()
        except (CaseChanged, SameCase, StepNotAllowed, NotThere) as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_eight_residents_speak_at_once(shared_world: World) -> None:
    at_once(*[lambda: hear(shared_world, with_code=False)] * HANDS)
    assert Case.objects.count() == Feedback.objects.count() == Event.objects.count() == HANDS


def test_a_form_sent_eight_times_at_once_is_heard_once(shared_world: World) -> None:
    with clock.held_at(DAY):
        token = open_form_token(new_form_token())
    world = shared_world

    def send() -> str | None:
        from answerable.access.rules import PUBLIC

        return receive_feedback(
            actor=PUBLIC,
            area=world.areas["Ford"],
            kind="need",
            subject=world.subjects["roads"],
            text=WORDS,
            language="en",
            channel="web",
            token=token,
        ).code

    assert at_once(*[send] * HANDS) == [token.code] * HANDS
    assert Case.objects.count() == Event.objects.count() == 1


def test_of_eight_answers_at_once_one_counts_and_seven_are_told(shared_world: World) -> None:
    with clock.held_at(DAY):
        case = hear(shared_world, with_code=False).case
        amina = shared_world.actor("amina")

    def answer() -> object:
        return answer_case(
            actor=amina, case=case.pk, version=case.version, decision="explained", text="Yes.", language="en"
        )

    results = at_once(*[answer] * HANDS)
    assert sum(isinstance(result, CaseChanged) for result in results) == HANDS - 1
    assert CaseStep.objects.filter(step="answered").count() == 1


def test_eight_ticks_at_once_do_what_one_does(shared_world: World) -> None:
    with clock.held_at(DAY):
        for _ in range(4):
            hear(shared_world, with_code=False)
    late = DAY.replace(month=5)
    at_once(*[lambda: tick(today=late)] * HANDS)
    steps = list(CaseStep.objects.order_by("case", "n").values_list("case", "n", "step", "on"))
    assert len({row[:2] for row in steps}) == len(steps)
    first = [row[1:] for row in steps if row[0] == steps[0][0]]
    for case in Case.objects.all():
        assert [row[1:] for row in steps if row[0] == case.pk] == first
        assert case.version == len(first)
    assert tick(today=late).steps == 0


def test_two_cases_joined_into_each_other_at_once_end_as_one(shared_world: World) -> None:
    with clock.held_at(DAY):
        one, two = hear(shared_world, with_code=False).case, hear(shared_world, with_code=False).case
        amina = shared_world.actor("amina")
    results = at_once(
        lambda: join_case(actor=amina, case=one.pk, version=one.version, into=two.pk),
        lambda: join_case(actor=amina, case=two.pk, version=two.version, into=one.pk),
    )
    assert sum(isinstance(result, Case) for result in results) == 1
    assert Case.objects.filter(state="duplicate").count() == 1
    assert sorted(Case.objects.values_list("voices", flat=True)) == [1, 2]


def test_the_database_itself_keeps_sensitive_cases_out_of_public(world: World, on_monday: None) -> None:
    sealed, plain = hear(world, sensitive=True).case, hear(world).case
    fields = {"area": plain.area, "subject": plain.subject, "month": DAY, "language": "en", "text": "x"}
    with pytest.raises(DatabaseError, match="sensitive"), transaction.atomic():
        PublicAnswer.objects.create(case=sealed, **fields)
    PublicAnswer.objects.create(case=plain, **fields)
    with pytest.raises(DatabaseError, match="sensitive"), transaction.atomic():
        Case.objects.filter(pk=plain.pk).update(sensitive=True)


def test_the_database_itself_refuses_a_chain_of_duplicates(world: World, on_monday: None) -> None:
    first, second, third = (hear(world, with_code=False).case for _ in range(3))
    Case.objects.filter(pk=second.pk).update(state="duplicate", duplicate_of=first)
    with pytest.raises(DatabaseError, match="duplicate-of-a-duplicate"), transaction.atomic():
        Case.objects.filter(pk=third.pk).update(state="duplicate", duplicate_of=second)


def test_starting_twice_is_told(world: World, on_monday: None) -> None:
    case = hear(world).case
    start_work(actor=world.actor("amina"), case=case.pk, version=case.version)
    with pytest.raises(CaseChanged):
        start_work(actor=world.actor("amina"), case=case.pk, version=case.version)
