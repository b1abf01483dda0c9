"""Tracking codes: what the check digit finds, what is kept, what a floor is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.safeguards.codes import (
    CODE_DIGITS,
    CodeIncomplete,
    CodeMistyped,
    Cost,
    check_digit,
    fits,
    new_code,
    read_code,
    shown,
    store,
)

FLOOR = Cost(19_456, 2)
DIGITS = st.text("0123456789", min_size=CODE_DIGITS - 1, max_size=CODE_DIGITS - 1)
#: First digits of the scripts in which a slip may be read out: Arabic, Persian, Devanagari, Bengali, full-width.
ZEROS = "٠۰०০０"


def test_damms_own_example() -> None:
    """Damm's thesis, and every later description of it, checks 572 with 4."""
    assert check_digit("572") == "4"


@given(DIGITS, st.integers(0, CODE_DIGITS - 1), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(body: str, place: int, shift: int) -> None:
    code = body + check_digit(body)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    with pytest.raises(CodeMistyped):
        read_code(wrong)


@given(DIGITS, st.integers(0, CODE_DIGITS - 2))
def test_every_swap_of_neighbours_is_found(body: str, place: int) -> None:
    code = body + check_digit(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(CodeMistyped):
            read_code(swapped)


@given(DIGITS, st.sampled_from(ZEROS), st.sampled_from(["", " ", "-", " \u200f", "."]))
def test_a_code_is_read_in_every_script(body: str, zero: str, gap: str) -> None:
    code = body + check_digit(body)
    typed = gap.join(chr(ord(zero) + int(digit)) for digit in code)
    assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "12", "x" * 500, "1" * 19, "1" * 21, "１２３"])
def test_too_few_or_too_many_digits_are_said_to_be_so(typed: str) -> None:
    with pytest.raises(CodeIncomplete):
        read_code(typed)


def test_new_codes_are_whole_and_differ() -> None:
    made = {new_code() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(read_code(shown(code)) == code for code in made)


@settings(max_examples=5)
@given(DIGITS)
def test_only_the_code_itself_fits(body: str) -> None:
    code = body + check_digit(body)
    kept = store(code, FLOOR)
    assert fits(code, kept)
    other = str((int(body[0]) + 1) % 10) + body[1:]
    assert not fits(other + check_digit(other), kept)


@pytest.mark.parametrize(("memory", "passes"), [(19_455, 2), (19_456, 1), (0, 0)])
def test_below_owasps_floor_nothing_is_hashed(memory: int, passes: int) -> None:
    with pytest.raises(ValueError, match="19 MiB"):
        Cost(memory, passes)
