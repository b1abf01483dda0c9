"""The rules of a promise's log: by when, how often, and that nothing but the log decides."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.workdays import WorkCalendar
from answerable.promises.rules import (
    By,
    Logged,
    State,
    Step,
    late_from,
    may_take,
    next_due,
    next_state,
    steps_from,
    summarise,
    working_days_before,
)

MONDAY = date(2026, 3, 2)
CALENDAR = WorkCalendar(holidays=frozenset({date(2026, 3, 19), date(2026, 4, 6)}))
MADE = Logged(Step.MADE, MONDAY, State.OPEN, "", date(2026, 4, 10))


def test_a_reminder_comes_five_working_days_before_the_day_and_then_it_goes_up() -> None:
    quiet = Logged(Step.TOLD, date(2026, 3, 30), State.OPEN)
    due = next_due([MADE, quiet], CALENDAR)
    assert due
    assert (due.on, due.step, due.reason) == (date(2026, 4, 2), Step.NUDGED, "due-soon")
    nudged = Logged(Step.NUDGED, due.on, State.OPEN, "due-soon")
    due = next_due([MADE, quiet, nudged], CALENDAR)
    assert due
    assert (due.on, due.step, due.reason) == (date(2026, 4, 11), Step.ESCALATED, "late")


def test_a_day_that_is_not_worked_is_kept_on_the_next_working_day() -> None:
    sunday = Logged(Step.MADE, MONDAY, State.OPEN, "", date(2026, 4, 5))
    assert late_from([sunday], CALENDAR) == date(2026, 4, 8)


def test_a_newer_day_does_not_move_the_promised_one() -> None:
    told = Logged(Step.TOLD, date(2026, 4, 9), State.OPEN, "", date(2026, 6, 1))
    assert late_from([MADE, told], CALENDAR) == date(2026, 4, 11)
    assert summarise([MADE, told], CALENDAR).expected_on == date(2026, 6, 1)
    log = [MADE, told, Logged(Step.ESCALATED, date(2026, 4, 11), State.OPEN, "late")]
    ups = [due for due in _all_due(log) if due.step is Step.ESCALATED and due.reason == "late-again"]
    assert [due.on for due in ups] == [date(2026, 6, 2)]


def test_a_day_named_before_it_was_settled_is_no_word_about_what_is_open_again() -> None:
    told = Logged(Step.TOLD, date(2026, 3, 9), State.OPEN, "", date(2026, 6, 1))
    kept = Logged(Step.KEPT, date(2026, 3, 10), State.KEPT)
    again = Logged(Step.REOPENED, date(2026, 3, 20), State.OPEN, "residents-say-no")
    assert summarise([MADE, told, kept, again], CALENDAR).expected_on is None
    later = replace(told, on=date(2026, 3, 21), until=date(2026, 7, 1))
    assert summarise([MADE, told, kept, again, later], CALENDAR).expected_on == date(2026, 7, 1)


def test_a_cancelled_project_leaves_it_open_and_late_from_that_day() -> None:
    log = [
        MADE,
        Logged(Step.TAKEN_UP, date(2026, 3, 10), State.TAKEN_UP),
        Logged(Step.REOPENED, date(2026, 3, 20), State.OPEN, "project-cancelled"),
    ]
    assert late_from(log, CALENDAR) == date(2026, 3, 20)
    due = next_due(log, CALENDAR)
    assert due
    assert (due.on, due.reason) == (date(2026, 3, 21), "reopened")
    assert next_due(log[:2], CALENDAR) is None


def _all_due(log: list[Logged], until: date = date(2027, 3, 1)) -> list[Logged]:
    """Everything that falls due until a day, as the machinery would write it."""
    written = list(log)
    while (due := next_due(written, CALENDAR)) is not None and due.on <= until:
        written.append(Logged(due.step, due.on, written[-1].state, due.reason))
    return written[len(log) :]


@st.composite
def logs(draw: st.DrawFn) -> list[Logged]:
    """A log that the rules allow."""
    day = MONDAY
    log = [Logged(Step.MADE, day, State.OPEN, "", day + timedelta(days=draw(st.integers(0, 200))))]
    for _ in range(draw(st.integers(0, 7))):
        day += timedelta(days=draw(st.integers(0, 60)))
        state = log[-1].state
        step = draw(st.sampled_from([s for s in STEPS_BY[state] if s is not Step.MOVED]))
        until = (
            day + timedelta(days=draw(st.integers(1, 99)))
            if step is Step.TOLD and draw(st.booleans())
            else None
        )
        reason = "project-cancelled" if step is Step.REOPENED else ""
        log.append(Logged(step, day, next_state(step, state), reason, until))
    return log


STEPS_BY = {state: steps_from(state, By.OFFICE) for state in State}


@given(logs())
def test_what_is_owed_comes_in_order_and_ends_with_the_promise(log: list[Logged]) -> None:
    written = [*log, *_all_due(log)]
    assert all(a.on <= b.on for a, b in itertools.pairwise(written))
    assert (next_due(log, CALENDAR) is None) == (log[-1].state is not State.OPEN)
    summary = summarise(written, CALENDAR)
    assert summary.next_due_on is None or summary.next_due_on > date(2027, 3, 1)
    assert (summary.late_from is None) == (summary.state is not State.OPEN)
    # An open promise never rests for more than its silence and the reminder's week.
    days = [entry.on for entry in written if entry.state is State.OPEN]
    if log[-1].state is State.OPEN:
        assert (date(2027, 3, 1) - days[-1]).days <= 31 or days[-1] > date(2027, 3, 1)


@given(st.sampled_from(list(Step)), st.sampled_from(list(State)), st.sampled_from(list(By)))
def test_nothing_is_taken_out_of_turn(step: Step, state: State, by: By) -> None:
    if may_take(step, state, by):
        assert step is not Step.MADE
        assert next_state(step, state) in State
    if state in {State.KEPT, State.DECLINED}:
        assert may_take(step, state, by) == (step is Step.REOPENED)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 15))
def test_working_days_are_counted_back_as_they_are_counted_on(day: date, days: int) -> None:
    before = working_days_before(day, days, CALENDAR)
    assert CALENDAR.between(before, day) == days
