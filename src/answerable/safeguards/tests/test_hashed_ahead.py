"""Codes that are hashed beside the work."""

from answerable.safeguards import codes
from answerable.safeguards.codes import Cost, fits, hashed_ahead, new_code, store

LEAST = Cost(codes.FLOOR_MEMORY_KIB, codes.FLOOR_PASSES)


def test_inside_the_block_a_code_is_stored_and_opened_as_ever():
    code, other = new_code(), new_code()
    with hashed_ahead([code], LEAST):
        kept = store(code, LEAST)
        assert fits(code, kept)
        assert not fits(other, kept)
    assert fits(code, kept)
    assert not fits(other, kept)


def test_afterwards_nothing_is_remembered():
    code = new_code()
    with hashed_ahead([code], LEAST):
        kept = store(code, LEAST)
    assert codes._ahead == {}
    assert store(code, LEAST).salt != kept.salt


def test_a_code_that_was_not_announced_is_hashed_as_ever():
    announced, code = new_code(), new_code()
    with hashed_ahead([announced], LEAST):
        assert fits(code, store(code, LEAST))
