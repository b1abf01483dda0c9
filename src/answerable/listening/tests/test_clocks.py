"""The clocks: examples that a person can check with a calendar, and rules that hold for any log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.workdays import WorkCalendar
from answerable.listening.rules.clocks import (
    CONFIRM_DAYS,
    NUDGE_DAYS,
    PAUSE_CAP,
    Due,
    Logged,
    due_dates,
    next_due,
    paused_days,
)
from answerable.listening.rules.states import STEPS, By, State, Step, may_take, next_state
from answerable.listening.rules.summary import summarise
from answerable.programme.rules import ServiceTimes

MONDAY = date(2026, 3, 2)
TIMES = ServiceTimes(acknowledge_days=3, answer_days=7, resolve_days=30, silence_days=14)
PLAIN = WorkCalendar()


def log_of(*entries: tuple[Step, int] | tuple[Step, int, str] | tuple[Step, int, str, int]) -> list[Logged]:
    """A log from (step, days after the Monday, reason, until in days); states follow from the table."""
    log = [Logged(Step.RECEIVED, MONDAY, State.RECEIVED)]
    for step, days, *rest in entries:
        reason = str(rest[0]) if rest else ""
        until = MONDAY + timedelta(days=int(str(rest[1]))) if len(rest) > 1 else None
        log.append(
            Logged(step, MONDAY + timedelta(days=days), next_state(step, log[-1].state), reason, until)
        )
    return log


def test_days_count_in_working_days_over_a_weekend_and_a_holiday() -> None:
    with_holiday = WorkCalendar(holidays=frozenset({date(2026, 3, 5)}))
    assert due_dates(log_of(), TIMES, PLAIN).acknowledge == date(2026, 3, 5)
    assert due_dates(log_of(), TIMES, with_holiday).acknowledge == date(2026, 3, 6)
    assert due_dates(log_of(), TIMES, PLAIN).answer == date(2026, 3, 11)
    assert due_dates(log_of(), TIMES, WorkCalendar(weekend=frozenset({4, 5}))).answer == date(2026, 3, 11)


def test_whoever_acts_on_the_last_day_is_in_time() -> None:
    due = next_due(log_of(), TIMES, PLAIN)
    assert due == Due(date(2026, 3, 6), Step.ESCALATED, "acknowledge-late")


def test_waiting_for_the_resident_stops_the_answer_clock_and_nothing_else_does() -> None:
    waited = log_of((Step.ASKED_RESIDENT, 1), (Step.PAUSE_ENDED, 8))
    assert paused_days(waited, PLAIN, 0, len(waited)) == 5
    assert due_dates(waited, TIMES, PLAIN).answer == date(2026, 3, 18)
    moved = log_of((Step.REROUTED, 1), (Step.REROUTED, 8))
    assert due_dates(moved, TIMES, PLAIN).answer == date(2026, 3, 11)


def test_a_pause_ends_by_itself_when_the_cap_is_used_up() -> None:
    due = next_due(log_of((Step.ASKED_RESIDENT, 1)), TIMES, PLAIN)
    assert due is not None
    assert due.step is Step.PAUSE_ENDED
    assert due.on == PLAIN.add(date(2026, 3, 3), PAUSE_CAP) + timedelta(days=1)
    again = log_of((Step.ASKED_RESIDENT, 1), (Step.PAUSE_ENDED, 22), (Step.ASKED_RESIDENT, 23))
    assert paused_days(again, PLAIN, 0, len(again)) == PAUSE_CAP
    second = next_due(again, TIMES, PLAIN)
    assert second is not None
    assert second.on == date(2026, 3, 26)


def test_a_plan_makes_its_day_the_due_day_and_a_reopening_starts_the_days_anew() -> None:
    planned = log_of((Step.PLANNED, 2, "", 90))
    assert due_dates(planned, TIMES, PLAIN).resolve == MONDAY + timedelta(days=90)
    reopened = log_of((Step.CLAIMED_DONE, 10), (Step.NOT_CONFIRMED, 21))
    assert due_dates(reopened, TIMES, PLAIN).resolve == PLAIN.add(MONDAY + timedelta(days=21), 30)


def test_silence_nudges_then_goes_up_then_counts_again() -> None:
    acknowledged = log_of((Step.ACKNOWLEDGED, 0), (Step.ANSWERED, 1, "will-do"), (Step.STARTED, 1))
    first = next_due(acknowledged, TIMES, PLAIN)
    assert first == Due(MONDAY + timedelta(days=1 + 15), Step.NUDGED, "silent")
    nudged = [*acknowledged, Logged(Step.NUDGED, first.on, State.IN_PROGRESS, "silent")]
    second = next_due(nudged, TIMES, PLAIN)
    assert second == Due(first.on + timedelta(days=NUDGE_DAYS), Step.ESCALATED, "silent")
    up = [*nudged, Logged(Step.ESCALATED, second.on, State.IN_PROGRESS, "silent")]
    third = next_due(up, TIMES, PLAIN)
    assert third is not None
    assert third.step in {Step.NUDGED, Step.ESCALATED}
    assert third.on > second.on


def test_a_claim_without_an_answer_becomes_unconfirmed_and_is_never_resolved_into_success() -> None:
    claimed = log_of((Step.CLAIMED_DONE, 4))
    due = next_due(claimed, TIMES, PLAIN)
    assert due == Due(MONDAY + timedelta(days=4 + CONFIRM_DAYS + 1), Step.UNCONFIRMED, "")
    silent = [*claimed, Logged(Step.UNCONFIRMED, due.on, State.UNCONFIRMED)]
    closing = next_due(silent, TIMES, PLAIN)
    assert closing is not None
    assert (closing.step, closing.reason) == (Step.CLOSED, "no-word-from-residents")
    closed = [*silent, Logged(Step.CLOSED, closing.on, State.CLOSED, closing.reason)]
    summary = summarise(closed, TIMES, PLAIN)
    assert summary.confirmed_on is None
    assert summary.closed_reason == "no-word-from-residents"
    assert next_due(closed, TIMES, PLAIN) is None


def test_a_refused_claim_is_no_outcome_any_more() -> None:
    summary = summarise(log_of((Step.CLAIMED_DONE, 4), (Step.NOT_CONFIRMED, 9)), TIMES, PLAIN)
    assert summary.resolved_on is None
    assert summary.claimed_on == MONDAY + timedelta(days=4)
    assert (summary.refusals, summary.reopened) == (1, 1)


@pytest.mark.parametrize(("decision", "resolved"), [("explained", True), ("will-do", False)])
def test_an_answer_resolves_only_what_it_leaves_nothing_owed_of(decision: str, resolved: bool) -> None:
    summary = summarise(log_of((Step.ANSWERED, 3, decision)), TIMES, PLAIN)
    assert (summary.resolved_on is not None) is resolved
    assert summary.answered_on == MONDAY + timedelta(days=3)


# --- properties -------------------------------------------------------------------------------------------------------

CALENDARS = st.builds(
    WorkCalendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=4),
    holidays=st.frozensets(st.dates(MONDAY, MONDAY + timedelta(days=200)), max_size=30),
)
STANDARDS = st.tuples(st.integers(0, 10), st.integers(0, 20), st.integers(0, 60), st.integers(1, 40)).map(
    lambda t: ServiceTimes(t[0], t[0] + t[1], t[0] + t[1] + t[2], t[3])
)


@st.composite
def logs(draw: st.DrawFn, most: int = 14) -> list[Logged]:
    """Any log that the table of steps allows, by anybody, on days that run forwards."""
    log = [Logged(Step.RECEIVED, MONDAY, State.RECEIVED)]
    for _ in range(draw(st.integers(0, most))):
        allowed = [s for s in STEPS if any(may_take(s, log[-1].state, by) for by in By)]
        if not allowed:
            break
        step = draw(st.sampled_from(allowed))
        day = log[-1].on + timedelta(days=draw(st.integers(0, 25)))
        until = day + timedelta(days=draw(st.integers(1, 90))) if step is Step.PLANNED else None
        number = draw(st.integers(1, 5)) if step is Step.RATED else None
        reason = draw(st.sampled_from(["explained", "will-do"])) if step is Step.ANSWERED else "x"
        log.append(Logged(step, day, next_state(step, log[-1].state), reason, until, number))
    return log


@given(logs(), STANDARDS, CALENDARS)
def test_dates_depend_on_the_log_alone_and_order_holds(
    log: list[Logged], times: ServiceTimes, calendar: WorkCalendar
) -> None:
    dates = due_dates(log, times, calendar)
    assert dates == due_dates(list(log), times, calendar)
    assert log[0].on <= dates.acknowledge <= dates.answer
    assert calendar.is_working_day(dates.acknowledge)
    assert calendar.is_working_day(dates.answer)


@given(logs(), STANDARDS, CALENDARS)
def test_pauses_never_give_more_than_the_cap(
    log: list[Logged], times: ServiceTimes, calendar: WorkCalendar
) -> None:
    assert 0 <= paused_days(log, calendar, 0, len(log)) <= PAUSE_CAP
    latest = calendar.add(log[0].on, times.answer_days + PAUSE_CAP)
    assert due_dates(log, times, calendar).answer <= latest


@given(logs(), STANDARDS, CALENDARS, st.integers(0, 60))
def test_catching_up_ends_and_its_result_does_not_depend_on_how_often_it_ran(
    log: list[Logged], times: ServiceTimes, calendar: WorkCalendar, days: int
) -> None:
    today = log[-1].on + timedelta(days=days)
    once = _caught_up(log, times, calendar, today)
    daily = list(log)
    for day in range(days + 1):
        daily = _caught_up(daily, times, calendar, log[-1].on + timedelta(days=day))
    assert once == daily
    assert [entry.on for entry in once] == sorted(entry.on for entry in once)
    assert _caught_up(once, times, calendar, today) == once


@given(logs(), STANDARDS, CALENDARS)
def test_what_is_due_may_be_done(log: list[Logged], times: ServiceTimes, calendar: WorkCalendar) -> None:
    due = next_due(log, times, calendar)
    if due is not None:
        assert may_take(due.step, log[-1].state, By.SYSTEM)
        assert due.on >= log[-1].on


@given(logs(), STANDARDS, CALENDARS)
def test_a_summary_never_claims_a_confirmation_that_residents_did_not_give(
    log: list[Logged], times: ServiceTimes, calendar: WorkCalendar
) -> None:
    summary = summarise(log, times, calendar)
    if summary.confirmed_on is not None:
        assert any(e.step is Step.CONFIRMED and e.on == summary.confirmed_on for e in log)
    assert (summary.state is State.CLOSED) == (summary.closed_on is not None)
    assert (summary.closed_reason != "") == (summary.closed_on is not None)


def _caught_up(log: list[Logged], times: ServiceTimes, calendar: WorkCalendar, today: date) -> list[Logged]:
    done = list(log)
    for _ in range(400):
        due = next_due(done, times, calendar)
        if due is None or due.on > today:
            return done
        done.append(Logged(due.step, due.on, next_state(due.step, done[-1].state), due.reason))
    raise AssertionError("the clockwork does not come to an end")
