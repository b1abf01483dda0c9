"""A thousand days of sealed leaves: nobody can read from the log what was said when, nor in which order (TRUST.md A19)."""

from __future__ import annotations

import math
import random

import pytest

from answerable.merkle import commitments
from answerable.merkle.commitments import SEALED_BYTES
from answerable.register import sequencing
from answerable.register.sequencing import PADDED_TO

DAYS = 1_000
Days = list[tuple[int, list[tuple[int | bytes, bytes]]]]


@pytest.fixture(scope="module")
def days() -> Days:
    """Each day's number of events, and its batch; the events wait in the order of their numbers."""
    draw = random.Random(20_261_122)
    found: Days = []
    waiting: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequencing, "_waiting", lambda *, open_: list(waiting))
        patch.setattr(
            sequencing,
            "_entries",
            lambda events: [(pk, commitments.cover_entry()) for pk in events],
        )
        for _ in range(DAYS):
            waiting[:] = range(1, 1 + draw.choice([0, 1, 2, 3, 7, 15, 16, 17, 30]))
            found.append((len(waiting), sequencing._sealed_batch()))
    return found


def test_all_leaves_look_alike_and_their_number_tells_little(days: Days) -> None:
    for count, batch in days:
        assert {len(entry) for _, entry in batch} == {SEALED_BYTES}
        assert len(batch) % PADDED_TO == 0
        assert len(batch) >= PADDED_TO
        assert len(batch) - count <= PADDED_TO
        assert sorted(source for source, _ in batch if isinstance(source, int)) == list(range(1, count + 1))
        assert len({entry for _, entry in batch}) == len(batch)


def test_where_a_leaf_stands_says_nothing_of_when_it_was_said(days: Days) -> None:
    """Chi-squared over place and order of intake: p above 0.001."""
    for rank in ("first", "last"):
        seen = [0] * PADDED_TO
        for count, batch in days:
            if count and len(batch) == PADDED_TO:
                wanted = 1 if rank == "first" else count
                seen[[source for source, _ in batch].index(wanted)] += 1
        assert tail(seen) > 0.001, (rank, seen)
    both = [0, 0]
    for count, batch in days:
        places = {source: place for place, (source, _) in enumerate(batch) if isinstance(source, int)}
        for pk in range(1, count, 2):
            both[places[pk] < places[pk + 1]] += 1
    assert tail(both) > 0.001, both


def test_where_covers_stand_says_nothing_either(days: Days) -> None:
    seen = [0] * PADDED_TO
    for _, batch in days:
        if len(batch) == PADDED_TO:
            for place, (source, _) in enumerate(batch):
                seen[place] += isinstance(source, bytes)
    assert tail(seen) > 0.001, seen


def test_the_tail_of_chi_squared_is_the_known_one() -> None:
    assert tail([50, 50]) == 1
    assert abs(tail([40, 60]) - 0.0455) < 0.0005
    assert tail([900] + [100] * 15) < 1e-9


def tail(seen: list[int]) -> float:
    """How probable a spread at least as uneven is when all are equally likely (Wilson-Hilferty; exact for two)."""
    expected = sum(seen) / len(seen)
    chi = sum((one - expected) ** 2 / expected for one in seen)
    free = len(seen) - 1
    if free == 1:
        return math.erfc(math.sqrt(chi / 2))
    z = ((chi / free) ** (1 / 3) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free))
    return math.erfc(z / math.sqrt(2)) / 2
