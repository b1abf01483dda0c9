"""Frameworks are set, values entered, approved by somebody else, and periods locked for good."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.models import Holding
from answerable.access.rules import SYSTEM
from answerable.evidence.services import keep_document
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.promises.tests.factories import promise
from answerable.results import services
from answerable.results.models import Actual, ActualNote, Period, Target
from answerable.results.problems import (
    ActualState,
    CheckerIsMaker,
    CorrectionUnexplained,
    OnlyComputed,
    PeriodLocked,
    Settled,
    WordsMissing,
)
from answerable.results.rules import Reading
from answerable.results.selectors import frameworks_for, sheet_of, waiting_for
from tests.support.world import SINCE, World, make_post
from tests.support.write_guard import outside_the_gate

from .factories import Frame, number, share

pytestmark = pytest.mark.usefixtures("on_monday")
NO_BASE = Reading(no_data="never-measured")


@pytest.fixture
def frame(world: World) -> Frame:
    return Frame(world)


def refused(code: str, act: Any, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*args, **more)
    assert caught.value.code == code
    return caught.value


def test_a_value_goes_from_draft_to_approved_and_progress_follows(frame: Frame) -> None:
    taps = frame.indicator()
    frame.baseline(taps, number("4"))
    frame.target(taps, number("10"))
    row = frame.enter(taps, number("7"))
    with pytest.raises(WordsMissing):
        services.submit(actor=frame.handler, actual=row.pk)
    services.write_note(actor=frame.handler, actual=row.pk, text="Counted.", language="en", read=True)
    services.submit(actor=frame.handler, actual=row.pk)
    assert [waiting.pk for waiting in waiting_for(frame.coordinator)] == [row.pk]
    assert waiting_for(frame.handler) == []
    services.approve(actor=frame.coordinator, actual=row.pk)
    sheet = sheet_of(frame.framework, frame.framework.area)
    cell = sheet.lines[0].at(frame.periods[0])
    assert cell is not None
    assert (cell.progress.whole, cell.progress.reached) == (50, False)
    later = sheet.lines[0].at(frame.periods[1])
    assert later is not None
    assert later.progress.missing == ("target", "actual")


def test_nobody_approves_their_own_value(frame: Frame, world: World) -> None:
    taps = frame.indicator()
    row = services.enter_actual(
        actor=frame.coordinator, indicator=taps, period=frame.periods[0], area=world.areas["Ford"],
        reading=number("7"),
    )  # fmt: skip
    services.write_note(actor=frame.coordinator, actual=row.pk, text="Seen.", language="en", read=True)
    services.submit(actor=frame.coordinator, actual=row.pk)
    with pytest.raises(CheckerIsMaker):
        services.approve(actor=frame.coordinator, actual=row.pk)
    refused("access-denied", services.approve, actor=frame.handler, actual=row.pk)
    refused("access-denied", services.approve, actor=SYSTEM, actual=row.pk)
    refused("access-not-there", services.approve, actor=world.actor("daudi"), actual=row.pk)
    assert services.approve(actor=world.actor("ama"), actual=row.pk).state == "approved"


def test_one_person_in_two_posts_is_still_one_person(frame: Frame, world: World) -> None:
    """The maker's post is another one than the checker's could be; who sits in both approves nothing."""
    second = make_post("upper-ford-lead", "coordinator", world.areas["Upper Ford"])
    Holding.objects.create(post=second, staff=world.staff["baraka"], starts_on=SINCE)
    both = world.actor("baraka")
    row = services.enter_actual(
        actor=both, indicator=frame.indicator(), period=frame.periods[0], area=world.areas["Ford"],
        reading=Reading(no_data="lost"),
    )  # fmt: skip
    services.submit(actor=both, actual=row.pk)
    assert row.maker_post == second
    with pytest.raises(CheckerIsMaker):
        services.approve(actor=both, actual=row.pk)
    with pytest.raises(CheckerIsMaker):
        services.send_back(actor=both, actual=row.pk, reason="not-clear")


def test_an_approved_value_stays_and_a_correction_follows_with_its_reason(frame: Frame) -> None:
    taps = frame.indicator()
    first = frame.approved(taps, number("7"))
    with pytest.raises(CorrectionUnexplained):
        frame.enter(taps, number("8"))
    second = frame.approved(taps, number("8"), correction="counted-again")
    assert (first.n, second.n) == (1, 2)
    first.refresh_from_db()
    assert (first.value_e4, first.state) == (70_000, "approved")
    cell = sheet_of(frame.framework, frame.framework.area).lines[0].at(frame.periods[0])
    assert cell is not None
    assert cell.row == second


def test_the_same_again_changes_nothing(frame: Frame) -> None:
    taps = frame.indicator()
    assert frame.baseline(taps, number("4"))[1] == "added"
    assert frame.baseline(taps, number("4"))[1] == "unchanged"
    row = frame.approved(taps, number("7"))
    assert frame.enter(taps, number("7")) == row
    assert Actual.objects.count() == 1


def test_what_an_approved_value_rests_on_stays(frame: Frame) -> None:
    taps = frame.indicator()
    frame.baseline(taps, number("4"))
    frame.target(taps, number("10"))
    frame.approved(taps, number("7"))
    for act in (
        lambda: frame.target(taps, number("8")),
        lambda: frame.baseline(taps, number("6")),
        lambda: frame.indicator(measure="percentage"),
        lambda: services.set_period(
            actor=frame.coordinator, framework=frame.framework, key="2025-q4",
            starts_on=date(2025, 9, 1), ends_on=date(2025, 12, 31),
        ),
    ):  # fmt: skip
        with pytest.raises(Settled):
            act()
    frame.indicator(unit_words={"en": "taps"})


def test_targets_need_a_baseline_on_the_right_side(frame: Frame) -> None:
    taps = frame.indicator()
    refused("results-baseline-missing", frame.target, taps, number("10"))
    frame.baseline(taps, number("12"))
    assert "12" in refused("results-target-against", frame.target, taps, number("10")).english
    frame.target(taps, number("14"))
    refused("results-target-against", frame.baseline, taps, number("15"))
    drops = frame.indicator("drop-outs", ascending=False, counts="people")
    frame.baseline(drops, NO_BASE)
    frame.target(drops, number("0"))
    refused("results-number-negative", frame.target, drops, number("-1"), period=1)


def test_places_outside_are_refused(frame: Frame) -> None:
    taps = frame.indicator()
    refused("results-place-outside", frame.baseline, taps, number("1"), area="Mill")
    refused("results-place-outside", frame.enter, taps, number("1"), area="Fordland")


def test_goals_stand_in_their_order(frame: Frame) -> None:
    output = frame.make_goal("pumps", "output", frame.goal)
    assert output.parent == frame.goal
    refused("results-parent-wrong", frame.make_goal, "high", "impact", frame.goal)
    refused("results-parent-wrong", frame.make_goal, "deep", "output", output)


def test_periods_share_no_day(frame: Frame) -> None:
    over = {"key": "late", "starts_on": date(2025, 12, 31), "ends_on": date(2026, 1, 1)}
    refused(
        "results-period-overlaps",
        services.set_period,
        actor=frame.coordinator,
        framework=frame.framework,
        **over,
    )
    with outside_the_gate(), pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(framework=frame.framework, **over)


def test_a_locked_period_is_locked_for_everybody(frame: Frame) -> None:
    taps = frame.indicator()
    frame.baseline(taps, number("4"))
    frame.target(taps, number("10"))
    draft = frame.enter(taps, number("7"))
    lock: dict[str, Any] = {"actor": frame.coordinator, "period": frame.periods[0]}
    refused("results-actuals-waiting", services.lock_period, **lock)
    refused("results-period-not-over", services.lock_period, **(lock | {"period": frame.periods[1]}))
    services.drop_draft(actor=frame.handler, actual=draft.pk)
    row = frame.approved(taps, number("7"))
    services.lock_period(**lock)
    refused("results-period-locked", services.lock_period, **lock)
    with pytest.raises(PeriodLocked):
        frame.enter(taps, number("9"), correction="came-late")
    with pytest.raises(PeriodLocked):
        frame.target(taps, number("11"))
    note = ActualNote.objects.get(actual=row)
    services.erase_note(actor=frame.handler, actual=row.pk, note=note.pk)
    assert ActualNote.objects.get().text == ""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE results_actual SET value_e4 = 0",
        "UPDATE results_actual SET state = 'draft', checked_on = NULL, checker_post_id = NULL",
        "UPDATE results_actual SET period_id = {later}",
        "DELETE FROM results_actual",
    ],
)
def test_the_database_itself_keeps_what_was_approved(frame: Frame, sql: str) -> None:
    row = frame.approved(frame.indicator(), number("7"))
    services.erase_note(actor=frame.handler, actual=row.pk, note=ActualNote.objects.get().pk)
    with transaction.atomic(), connection.cursor() as cursor, outside_the_gate():
        cursor.execute("DELETE FROM results_actualnote")
        with pytest.raises(IntegrityError):
            cursor.execute(sql.format(later=frame.periods[1].pk))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE results_target SET value_e4 = 0",
        "DELETE FROM results_target",
        "UPDATE results_target SET period_id = {later}",
        "UPDATE results_period SET locked_on = NULL WHERE id = {first}",
        "UPDATE results_period SET ends_on = '2025-11-30' WHERE id = {first}",
        "UPDATE results_target SET period_id = {first} WHERE period_id = {later}",
    ],
)
def test_the_database_itself_keeps_what_was_locked(frame: Frame, sql: str) -> None:
    taps = frame.indicator()
    frame.baseline(taps, number("1"))
    frame.target(taps, number("2"))
    frame.target(taps, number("3"), period=1)
    services.lock_period(actor=frame.coordinator, period=frame.periods[0])
    with (
        outside_the_gate(),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(first=frame.periods[0].pk, later=frame.periods[1].pk))


def test_computed_values_are_not_typed(frame: Frame, world: World) -> None:
    with clock.held_at(date(2025, 11, 3)):
        promise(world, due_on=date(2025, 11, 23))
    kept = frame.indicator("promises", "percentage", computed_by="promises-kept")
    with pytest.raises(OnlyComputed):
        frame.enter(kept, share(1, 1))
    row = services.compute_actual(
        actor=frame.handler, indicator=kept, period=frame.periods[0], area=frame.framework.area
    )
    assert (row.source, row.numerator_e4, row.denominator_e4) == ("computed", 0, 10_000)
    later = services.compute_actual(
        actor=frame.handler, indicator=kept, period=frame.periods[1], area=frame.framework.area
    )
    assert later.no_data == "nothing-to-count"
    services.submit(actor=frame.handler, actual=row.pk)
    refused("results-not-computed", services.compute_actual, actor=frame.handler, indicator=frame.indicator(),
            period=frame.periods[0], area=frame.framework.area)  # fmt: skip
    refused("results-computation-unfit", frame.indicator, "wrong", "unit", computed_by="promises-kept")


@pytest.mark.parametrize(
    ("key", "measure", "counts"),
    [
        ("cases-answered-in-time", "percentage", "cases"),
        ("cases-resolved-in-time", "percentage", "cases"),
        ("cases-confirmed", "percentage", "cases"),
        ("assets-working", "percentage", "things"),
        ("projects-confirmed", "unit", "things"),
        ("projects-confirmed-of-claimed", "percentage", "things"),
        ("money-spent", "unit", "things"),
        ("sessions-held", "unit", "things"),
    ],
)
def test_every_computation_answers_where_nothing_happened(
    frame: Frame, key: str, measure: str, counts: str
) -> None:
    extra = {"currency": "USD", "decimals": 2} if key == "money-spent" else {}
    indicator = frame.indicator(key, measure, computed_by=key, counts=counts, **extra)
    row = services.compute_actual(
        actor=frame.handler, indicator=indicator, period=frame.periods[0], area=frame.framework.area
    )
    assert (row.value_e4, row.no_data) == ((0, "") if measure == "unit" else (None, "nothing-to-count"))


def test_parts_add_up_and_say_how_many_are_missing(frame: Frame) -> None:
    taps = frame.indicator(adds_up=True)
    for village in ("Ford", "Well"):
        frame.baseline(taps, number("0"), area=village)
        frame.target(taps, number("10"), area=village)
    frame.approved(taps, number("4"), area="Ford")
    cell = sheet_of(frame.framework, frame.framework.area).lines[0].at(frame.periods[0])
    assert cell is not None
    assert cell.actual is not None
    assert (cell.actual.value, cell.parts, cell.row) == (40_000, (1, 2), None)


def test_who_may_see_and_set(frame: Frame, world: World) -> None:
    assert frame.framework in frameworks_for(world.actor("farid"))
    assert frame.framework not in frameworks_for(world.actor("daudi"))
    for who in ("ama", "chidi", "grace"):
        assert frame.framework in frameworks_for(world.actor(who))
    assert not frameworks_for(world.actor("public")).exists()
    refused(
        "access-denied", services.publish_framework, actor=world.actor("amina"), framework=frame.framework
    )
    refused(
        "access-denied", services.publish_framework, actor=world.actor("chidi"), framework=frame.framework
    )
    published = services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    assert services.publish_framework(actor=frame.coordinator, framework=frame.framework) == published
    refused("results-key-taken", services.set_framework, actor=world.actor("ama"), key="ford-2026",
            area=world.areas["Hillland"], names={"en": "Other"})  # fmt: skip


def test_sent_back_it_is_changed_and_handed_in_again(frame: Frame) -> None:
    row = frame.submitted(frame.indicator(), number("7"))
    with pytest.raises(ActualState):
        frame.enter(row.indicator, number("8"))
    services.send_back(actor=frame.coordinator, actual=row.pk, reason="number-doubtful")
    again = frame.enter(row.indicator, number("8"))
    assert (again.pk, again.state, again.returned_for) == (row.pk, "draft", "")
    services.submit(actor=frame.handler, actual=row.pk)
    assert services.approve(actor=frame.coordinator, actual=row.pk).value_e4 == 80_000


def test_evidence_stands_in_for_words_and_comes_from_the_own_area(frame: Frame, world: World) -> None:
    def paper(who: str, area: str) -> int:
        return keep_document(
            actor=world.actor(who),
            area=world.areas[area],
            sort="minutes",
            digest=f"{len(area):064x}",
            octets=9,
        ).pk

    row = frame.enter(frame.indicator(), number("7"))
    refused("results-evidence-unfit", services.attach_evidence, actor=frame.handler, actual=row.pk,
            item=paper("daudi", "High Hill"))  # fmt: skip
    own = paper("amina", "Ford")
    link = services.attach_evidence(actor=frame.handler, actual=row.pk, item=own)
    assert services.attach_evidence(actor=frame.handler, actual=row.pk, item=own) == link
    services.submit(actor=frame.handler, actual=row.pk)
    refused("results-state-wrong", services.attach_evidence, actor=frame.handler, actual=row.pk, item=own)
    services.approve(actor=frame.coordinator, actual=row.pk)
    refused("results-state-wrong", services.drop_draft, actor=frame.handler, actual=row.pk)


ACTS = st.tuples(
    st.sampled_from(
        ["enter", "none", "submit", "approve", "back", "drop", "lock", "target", "period", "correct"]
    ),
    st.integers(0, 1),
    st.integers(0, 12),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=12))
def test_no_sequence_of_acts_changes_what_was_settled(frame: Frame, acts: list[tuple[str, int, int]]) -> None:
    """Approved values, locked periods and their order survive whatever is tried."""
    with transaction.atomic():
        taps = frame.indicator()
        frame.baseline(taps, number("0"))
        settled: dict[int, tuple[Any, ...]] = {}
        locked: dict[int, list[Any]] = {}
        for act, which, n in acts:
            try:
                with transaction.atomic():
                    _do(frame, taps, act, which, n)
            except Problem:
                pass
            for pk, before in settled.items():
                assert _row(Actual.objects.get(pk=pk)) == before
            for period, rows in locked.items():
                assert _inside(period) == rows
            settled |= {row.pk: _row(row) for row in Actual.objects.filter(state="approved")}
            locked |= {
                row.pk: _inside(row.pk)
                for row in Period.objects.filter(locked_on__isnull=False)
                if row.pk not in locked
            }
            spans = sorted(Period.objects.values_list("starts_on", "ends_on"))
            assert all(before[1] < after[0] for before, after in pairwise(spans))
        transaction.set_rollback(True)


def _row(row: Actual) -> tuple[Any, ...]:
    return tuple(getattr(row, column.attname) for column in Actual._meta.concrete_fields)


def _inside(period: int) -> list[Any]:
    return [
        list(Period.objects.filter(pk=period).values_list()),
        sorted(Actual.objects.filter(period=period).values_list()),
        sorted(Target.objects.filter(period=period).values_list()),
    ]


def _do(frame: Frame, taps: Any, act: str, which: int, n: int) -> None:
    period = frame.periods[which]
    last = Actual.objects.filter(indicator=taps, period=period).order_by("-n").first()
    pk = last.pk if last else 0
    if act == "enter":
        frame.enter(taps, number(str(n)), period=which)
        row = Actual.objects.filter(indicator=taps, period=period).order_by("-n")[0]
        services.write_note(actor=frame.handler, actual=row.pk, text="Seen.", language="en", read=True)
    elif act == "correct":
        frame.enter(taps, number(str(n)), period=which, correction="typing-error")
    elif act == "none":
        frame.enter(taps, Reading(no_data="lost"), period=which)
    elif act == "submit":
        services.submit(actor=frame.handler, actual=pk)
    elif act == "approve":
        services.approve(actor=frame.coordinator, actual=pk)
    elif act == "back":
        services.send_back(actor=frame.coordinator, actual=pk, reason="not-clear")
    elif act == "drop":
        services.drop_draft(actor=frame.handler, actual=pk)
    elif act == "lock":
        services.lock_period(actor=frame.coordinator, period=period)
    elif act == "target":
        frame.target(taps, number(str(n)), period=which)
    else:
        start = date(2025, 10, 1 + n) if which else date(2026, 1, 1 + n)
        services.set_period(
            actor=frame.coordinator, framework=frame.framework, key=f"p{n % 3}", starts_on=start,
            ends_on=date(2026, 2, 1),
        )  # fmt: skip
