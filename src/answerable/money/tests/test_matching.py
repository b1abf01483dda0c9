"""Proposals: what is sure is proposed, what could be two things is not, and nothing is used twice."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerable.money.banking.matching import Movement, propose

DAY = date(2026, 3, 1)


def move(pk: int, day: int, units: int, reference: str = "") -> Movement:
    return Movement(pk, DAY + timedelta(days=day), units, reference)


def found(
    lines: list[Movement], postings: list[Movement]
) -> list[tuple[tuple[int, ...], tuple[int, ...], str]]:
    return [(p.lines, p.postings, p.why) for p in propose(lines, postings)]


def test_reference_before_day() -> None:
    lines = [move(1, 0, -500, "K7"), move(2, 0, -500)]
    postings = [move(11, 0, -500), move(12, 30, -500, "K7")]
    assert found(lines, postings) == [((1,), (12,), "reference"), ((2,), (11,), "day")]


def test_a_transfer_within_days_is_near() -> None:
    assert found([move(1, 3, 900)], [move(11, 0, 900)]) == [((1,), (11,), "near")]
    assert found([move(1, 8, 900)], [move(11, 0, 900)]) == []


def test_two_as_near_as_each_other_are_left_to_a_person() -> None:
    assert found([move(1, 0, 900)], [move(11, 0, 900), move(12, 0, 900)]) == []
    assert found([move(1, 1, 900)], [move(11, 0, 900), move(12, 2, 900)]) == []


def test_the_opposite_direction_is_no_match() -> None:
    assert found([move(1, 0, 900)], [move(11, 0, -900)]) == []


def test_a_batch_is_the_sum_of_its_day() -> None:
    postings = [move(11, 0, -300), move(12, 0, -300), move(13, 0, -100), move(14, 2, -700)]
    assert found([move(1, 1, -700)], postings) == [((1,), (14,), "near")]
    assert found([move(1, 1, -700)], postings[:3]) == [((1,), (11, 12, 13), "sum-of-day")]


def test_a_payment_in_parts_is_several_lines() -> None:
    assert found([move(1, 0, -300), move(2, 1, -400)], [move(11, 0, -700)]) == [((1, 2), (11,), "sum")]


def test_a_sum_that_can_be_made_in_two_ways_is_not_proposed() -> None:
    postings = [move(11, 0, -300), move(12, 1, -400), move(13, 2, -300)]
    assert found([move(1, 0, -700)], postings) == []


MOVES = st.lists(
    st.tuples(st.integers(0, 20), st.integers(-5, 5).filter(bool), st.sampled_from(["", "A1", "B2"])),
    max_size=12,
)


@given(MOVES, MOVES)
def test_nothing_is_used_twice_and_all_sums_agree(
    lines: list[tuple[int, int, str]], postings: list[tuple[int, int, str]]
) -> None:
    ours = [move(n, *row) for n, row in enumerate(postings)]
    theirs = [move(n, *row) for n, row in enumerate(lines)]
    proposals = propose(theirs, ours)
    used_lines = [pk for p in proposals for pk in p.lines]
    used_postings = [pk for p in proposals for pk in p.postings]
    assert len(used_lines) == len(set(used_lines))
    assert len(used_postings) == len(set(used_postings))
    for proposal in proposals:
        assert sum(theirs[pk].units for pk in proposal.lines) == sum(
            ours[pk].units for pk in proposal.postings
        )
        assert 1 in {len(proposal.lines), len(proposal.postings)}
