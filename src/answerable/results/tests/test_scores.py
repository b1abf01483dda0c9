"""Scores say their parts, what is missing, and what they would be at worst and at best."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.results.rules.scores import Exit, Part, exit_of, passes, score_of


def part(
    value: int | None, *, weight: int = 1, floor: int | None = 0, full: int | None = 10, margin: int = 0
) -> Part:
    def exact(number: int | None) -> Fraction | None:
        return None if number is None else Fraction(number)

    return Part("x", weight, exact(value), exact(margin) or None, exact(floor), exact(full))


def test_points_are_the_weighted_share_of_the_way() -> None:
    score = score_of("points", [part(5, weight=3), part(10, weight=1)])
    assert (score.stands, score.low, score.high) == (
        Fraction(5, 8) * 100,
        Fraction(5, 8) * 100,
        Fraction(5, 8) * 100,
    )
    assert score_of("points", [part(3, floor=12, full=0)]).stands == 75
    assert score_of("points", [part(99)]).stands == 100
    assert score_of("points", [part(-99)]).stands == 0


def test_a_star_is_given_when_it_is_full_and_not_before() -> None:
    score = score_of("stars", [part(9), part(10, weight=2), part(0, floor=5, full=0)])
    assert score.stands == 3
    assert score.out_of == 4


def test_what_is_missing_is_not_zero_and_not_given() -> None:
    score = score_of("points", [part(10), part(None)], needs=50)
    assert [score.stands, score.low, score.high] == [100, 50, 100]
    assert score.missing == 1
    assert score_of("points", [part(10), part(None)], needs=51).stands is None
    assert score_of("stars", [part(None)]).stands is None
    assert score_of("stars", [part(5, full=None)]).missing == 1
    assert score_of("points", []).stands is None


def test_a_sample_makes_an_interval_and_passing_needs_its_lower_end() -> None:
    score = score_of("points", [part(5, margin=2)])
    assert [score.low, score.stands, score.high] == [30, 50, 70]
    assert passes(score, Fraction(50)) is False
    assert passes(score, Fraction(30)) is True
    assert passes(score, None) is None
    assert score_of("stars", [part(11, margin=2)]).low == 0


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.none() | st.integers(-5, 15), st.integers(0, 5)),
        min_size=1,
        max_size=6,
    )
)
def test_a_score_lies_within_its_own_bounds(rows: list[tuple[int, int | None, int]]) -> None:
    for formula in ("points", "stars"):
        score = score_of(
            formula, [part(value, weight=weight, margin=margin) for weight, value, margin in rows], 1
        )
        assert 0 <= score.low <= score.high <= score.out_of
        if score.stands is not None:
            assert score.low <= score.stands <= score.high


@pytest.mark.parametrize(
    ("passed", "row", "met"),
    [
        ([], 0, False), ([True], 1, False), ([True, True], 2, True), ([True, True, False], 0, False),
        ([True, None, True], 1, False), ([False, True, True], 2, True), ([True, False, True], 1, False),
    ],
)  # fmt: skip
def test_an_exit_needs_two_in_a_row_at_the_end(passed: list[bool | None], row: int, met: bool) -> None:
    found = exit_of(passed)
    assert found == Exit(row, 2)
    assert found.is_met is met
