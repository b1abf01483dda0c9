"""The table of steps: what it allows, and that it can't lead into a corner."""

from __future__ import annotations

import pytest

from answerable.listening.rules.states import (
    ENDED_STATES,
    OPEN_STATES,
    RESTING_STATES,
    STEPS,
    By,
    State,
    Step,
    may_take,
    next_state,
    steps_from,
)


def test_every_state_is_open_resting_or_ended_and_only_one_of_them() -> None:
    groups = [OPEN_STATES, RESTING_STATES, ENDED_STATES]
    assert frozenset().union(*groups) == frozenset(State)
    assert sum(len(group) for group in groups) == len(State)


def test_every_step_but_the_first_has_a_move() -> None:
    assert set(Step) - set(STEPS) == {Step.RECEIVED}


def test_every_state_can_be_reached() -> None:
    reached = {State.RECEIVED}
    while True:
        more = {
            next_state(step, state)
            for state in reached
            for step in STEPS
            if any(may_take(step, state, by) for by in By)
        } - reached
        if not more:
            break
        reached |= more
    assert reached == set(State)


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_an_open_case_can_always_be_moved_on_by_the_office(state: State) -> None:
    assert any(STEPS[step].target not in {None, state} for step in steps_from(state, By.OFFICE))


def test_only_residents_or_a_meeting_make_a_claim_a_confirmation() -> None:
    leading = [step for step, move in STEPS.items() if move.target is State.CONFIRMED]
    assert leading == [Step.CONFIRMED]
    assert By.SYSTEM not in STEPS[Step.CONFIRMED].by
    assert not may_take(Step.CONFIRMED, State.IN_PROGRESS, By.RESIDENT)


def test_silence_never_becomes_success() -> None:
    assert next_state(Step.UNCONFIRMED, State.CLAIMED_DONE) is State.UNCONFIRMED
    assert STEPS[Step.UNCONFIRMED].by == {By.SYSTEM}


@pytest.mark.parametrize("state", sorted(ENDED_STATES - {State.CLOSED}))
def test_what_has_ended_takes_no_answer(state: State) -> None:
    assert not may_take(Step.ANSWERED, state, By.OFFICE)
    assert not may_take(Step.APPEALED, state, By.RESIDENT)
