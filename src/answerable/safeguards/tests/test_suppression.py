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


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_small_parts_can_not_be_had_from_a_total_by_taking_the_others_away(parts: list[int]) -> None:
    """A total over small cells, however many are shown, leaves each of them at least five ways to be."""
    shown = public_count(sum(parts))
    assert all(public_count(part).hidden for part in parts)
    if shown.value is None:
        return
    possible = {
        total for total in range(max(0, shown.value - 2), shown.value + 3) if 0 <= total <= 9 * len(parts)
    }
    assert len(possible) >= 2


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
