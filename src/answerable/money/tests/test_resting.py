"""The time money rests: first in, first out, held against the area under the balance."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerable.money.resting import Move, Rest, rested

DAY = date(2026, 1, 1)


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def test_the_oldest_goes_first() -> None:
    rest = rested([Move(day(0), 300), Move(day(10), 100), Move(day(20), -350)], day(30))
    assert (rest.passed_units, rest.passed_unit_days) == (350, 300 * 20 + 50 * 10)
    assert (rest.left_units, rest.left_unit_days, rest.oldest_on) == (50, 50 * 20, day(10))
    assert (rest.passed_days, rest.left_days) == (18, 20)


def test_nothing_came_and_nothing_is_said() -> None:
    assert rested([], DAY) == Rest()
    assert rested([], DAY).passed_days is None


def test_what_comes_and_goes_on_one_day_rests_no_day() -> None:
    rest = rested([Move(day(3), -100), Move(day(3), 100)], day(9))
    assert (rest.passed_units, rest.passed_unit_days, rest.left_units, rest.ahead_units) == (100, 0, 0, 0)


def test_what_went_ahead_is_shown_and_covered_by_the_next() -> None:
    moves = [Move(day(1), -100), Move(day(5), 60)]
    assert rested(moves, day(3)).ahead_units == 100
    assert (rested(moves, day(6)).ahead_units, rested(moves, day(6)).left_units) == (40, 0)


def test_days_after_the_day_asked_about_don_t_count() -> None:
    moves = [Move(day(0), 100), Move(day(10), -100)]
    assert rested(moves, day(9)) == Rest(0, 0, 100, 900, day(0), 0)


MOVES = st.lists(st.builds(Move, st.integers(0, 400).map(day), st.integers(-(10**12), 10**12)), max_size=25)


@st.composite
def covered(draw: st.DrawFn) -> list[Move]:
    """Moves that never take more than is there."""
    moves, held = [], 0
    for n in sorted(draw(st.lists(st.integers(0, 400), max_size=25))):
        units = draw(st.integers(-held, 10**12))
        moves.append(Move(day(n), units))
        held += units
    return moves


@given(covered(), st.integers(0, 500))
def test_unit_days_are_the_area_under_the_balance(moves: list[Move], until: int) -> None:
    """An independent way: what lay there each night, added up night by night."""
    rest = rested(moves, day(until))
    nights = sum(sum(m.units for m in moves if m.on <= day(n)) for n in range(until))
    assert rest.passed_unit_days + rest.left_unit_days == nights
    assert rest.ahead_units == 0


@given(MOVES, st.integers(0, 500))
def test_units_are_conserved(moves: list[Move], until: int) -> None:
    rest = rested(moves, day(until))
    known = [m.units for m in moves if m.on <= day(until)]
    came, went = sum(u for u in known if u > 0), -sum(u for u in known if u < 0)
    assert rest.passed_units + rest.left_units == came
    assert rest.passed_units + rest.ahead_units == went
    assert min(rest.passed_unit_days, rest.left_unit_days) >= 0


@given(covered(), st.integers(0, 400), st.randoms())
def test_the_order_of_the_rows_does_not_matter(moves: list[Move], until: int, random: object) -> None:
    turned = list(moves)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert rested(turned, day(until)) == rested(moves, day(until))


@given(covered(), covered(), st.integers(0, 400))
def test_rests_add_up(one: list[Move], other: list[Move], until: int) -> None:
    first, second = rested(one, day(until)), rested(other, day(until))
    total = first + second
    assert total.left_units == first.left_units + second.left_units
    assert total.passed_unit_days == first.passed_unit_days + second.passed_unit_days
    assert first + Rest() == first
