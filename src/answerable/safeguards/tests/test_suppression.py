"""The 10-5 rule, and what a reader can work out from what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.safeguards.suppression import (
    HIDDEN_BELOW,
    PublicCount,
    public_count,
    public_days,
    public_share,
)


@given(st.integers(0, 10**7))
def test_no_published_count_is_small_or_exact(count: int) -> None:
    shown = public_count(count)
    if count < HIDDEN_BELOW:
        assert shown.hidden
        assert str(shown) == "<10"
    else:
        assert shown.value is not None
        assert shown.value % 5 == 0
        assert abs(shown.value - count) <= 2
        assert shown.value >= HIDDEN_BELOW


@given(st.integers(10, 10**6))
def test_one_more_voice_shows_at_most_at_a_step(count: int) -> None:
    before, after = public_count(count).value, public_count(count + 1).value
    assert before is not None
    assert after is not None
    assert after - before in {0, 5}


def cell_width(parts: list[int]) -> int:
    """How many values a small cell can still have for who sees that all are hidden, and their total."""
    shown = public_count(sum(parts)).value
    if shown is None:
        return HIDDEN_BELOW
    others = (HIDDEN_BELOW - 1) * (len(parts) - 1)
    lowest = max(0, max(shown - 2, HIDDEN_BELOW) - others)
    highest = min(HIDDEN_BELOW - 1, shown + 2)
    return highest - lowest + 1


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_a_total_over_small_cells_leaves_each_of_them_wide(parts: list[int]) -> None:
    """Except where all of them are near 9 together: the 10-5 rule's own gap, docs/decisions/0010."""
    if sum(parts) <= (HIDDEN_BELOW - 1) * len(parts) - 6:
        assert cell_width(parts) >= 5


def test_the_gap_of_the_rule_is_where_the_decision_says_it_is() -> None:
    assert cell_width([9, 9]) == 1
    assert cell_width([6, 6]) >= 5


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_shares_come_from_the_shown_numbers_in_steps_of_five(part: int, rest: int) -> None:
    shown_part, shown_whole = public_count(part), public_count(part + rest)
    share = public_share(shown_part, shown_whole)
    if share is not None:
        assert share % 5 == 0
        assert 0 <= share <= 100
        assert shown_whole.value is not None
        assert shown_whole.value >= 20
    if shown_part.hidden or shown_whole.hidden:
        assert share is None


def test_days_need_ten_cases_behind_them() -> None:
    assert public_days(4, 9) is None
    assert public_days(4, 10) == 4
    assert public_days(None, 50) is None


def test_a_count_below_zero_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        public_count(-1)
    assert PublicCount(None).hidden
