"""The machinery: what falls due happens, once, whenever and however often it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep
from answerable.listening.services import answer_case, claim_done, settle_case, start_work, tick
from answerable.register.models import Event
from tests.support.world import DAY, World

from .factories import hear


def story() -> list[tuple[int, int, str, object, str, str, int | None]]:
    rows = CaseStep.objects.order_by("case", "n")
    return list(rows.values_list("case", "n", "step", "on", "state", "reason", "to_post"))


def test_an_unanswered_case_goes_up_level_by_level_dated_by_its_deadlines(
    world: World, on_monday: None
) -> None:
    heard = hear(world)
    report = tick(today=DAY + timedelta(days=120))
    case = Case.objects.get(pk=heard.case.pk)
    ups = list(CaseStep.objects.filter(step="escalated").order_by("n").values_list("on", "reason", "to_post"))
    assert report.cases == 1
    assert ups[0] == (DAY + timedelta(days=10), "answer-late", world.posts["fordland-desk"].pk)
    assert case.owner == world.posts["director"]
    assert case.received_on == DAY


@pytest.mark.parametrize("rhythm", [1, 3, 7, 60])
def test_it_makes_no_difference_how_often_it_runs(world: World, on_monday: None, rhythm: int) -> None:
    for subject in ("water-supply", "roads"):
        hear(world, subject=subject)
    claimed = hear(world).case
    claim_done(
        actor=world.actor("amina"), case=claimed.pk, version=claimed.version, text="Done.", language="en"
    )
    for days in range(0, 60, rhythm):
        tick(today=DAY + timedelta(days=days))
    tick(today=DAY + timedelta(days=60))
    told = story()
    before = Event.objects.count()
    assert tick(today=DAY + timedelta(days=60)).steps == 0
    assert (story(), Event.objects.count()) == (told, before)
    expected = [(step, on) for _, _, step, on, *_ in told if step in {"escalated", "nudged", "unconfirmed"}]
    assert sorted(expected) == sorted(EXPECTED)


EXPECTED = [
    ("escalated", DAY + timedelta(days=10)),
    ("nudged", DAY + timedelta(days=15)),
    ("escalated", DAY + timedelta(days=22)),
    ("nudged", DAY + timedelta(days=37)),
    ("escalated", DAY + timedelta(days=43)),
    ("escalated", DAY + timedelta(days=44)),
    ("nudged", DAY + timedelta(days=59)),
] * 2 + [("unconfirmed", DAY + timedelta(days=31))]


def test_an_act_does_first_what_was_owed_by_then(world: World, on_monday: None) -> None:
    case = hear(world).case
    with clock.held_at(DAY + timedelta(days=12)):
        answered = answer_case(
            actor=world.actor("baraka"),
            case=case.pk,
            version=case.version,
            decision="explained",
            text="Late, sorry.",
            language="en",
        )
    steps = list(CaseStep.objects.filter(case=case).order_by("n").values_list("step", flat=True))
    assert steps == ["received", "acknowledged", "escalated", "answered"]
    assert answered.owner == world.posts["fordland-desk"]
    assert tick(today=DAY + timedelta(days=12)).steps == 0


def test_what_is_settled_already_is_left_alone(world: World, on_monday: None) -> None:
    case = start_work(actor=world.actor("amina"), case=(heard := hear(world).case).pk, version=heard.version)
    assert settle_case(pk=case.pk, today=DAY) == 0
    later = DAY + timedelta(days=11)
    assert settle_case(pk=case.pk, today=later) == 1
    before = Event.objects.count()
    assert settle_case(pk=case.pk, today=later) == 0
    assert Event.objects.count() == before
