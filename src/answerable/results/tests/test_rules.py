"""Numbers are exact, what can't be is refused, and progress says what is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.problem import Problem
from answerable.results.rules import (
    LARGEST,
    NO_DATA,
    Measure,
    Reading,
    check_reading,
    is_against,
    progress_of,
    read_number,
    said_number,
    said_value,
    together,
    value_of,
)

ONE = 10_000


@given(st.integers(-LARGEST, LARGEST))
def test_a_number_said_is_read_again(e4: int) -> None:
    assert read_number(said_number(e4)) == e4


@pytest.mark.parametrize(
    ("text", "e4"),
    [
        ("0", 0), ("12.5", 125_000), (" 1 250 ", 12_500_000), ("1 250 000.75", 12_500_007_500), ("-3", -30_000),
        ("١٢٫٥", 125_000), ("0.1000000", 1_000), ("۷", 70_000), ("−2", -20_000),
    ],
)  # fmt: skip
def test_numbers_of_any_script_are_read(text: str, e4: int) -> None:
    assert read_number(text) == e4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/a",
        "12%",
        "1,250",
        "12,5",
        "1e3",
        "see note",
        "1 25",
        ".5",
        "5.",
        "1..2",
        "²",
        "½",
        "9" * 20,
        "+1",
        "0x1",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_number(text, field="value")
    assert refused.value.code == "results-number-unreadable"


def test_finer_than_measured_is_refused() -> None:
    assert read_number("1.50", decimals=1) == 15_000
    with pytest.raises(Problem) as refused:
        read_number("1.55", decimals=1)
    assert refused.value.code == "results-too-fine"


@pytest.mark.parametrize(
    ("measure", "reading", "code"),
    [
        ("percentage", Reading(value=100 * ONE + 1), "results-share-over-whole"),
        ("percentage", Reading(numerator=61 * ONE, denominator=60 * ONE), "results-share-over-whole"),
        ("percentage", Reading(numerator=0, denominator=0), "results-denominator-zero"),
        ("percentage", Reading(numerator=5 * ONE, denominator=0), "results-denominator-zero"),
        ("percentage", Reading(numerator=1), "results-parts-missing"),
        ("percentage", Reading(numerator=-1, denominator=ONE), "results-number-negative"),
        ("percentage", Reading(value=ONE, numerator=1, denominator=ONE), "results-reading-twice"),
        ("percentage", Reading(), "results-reading-missing"),
        ("unit", Reading(), "results-reading-missing"),
        ("unit", Reading(value=15_000), "results-too-fine"),
        ("unit", Reading(numerator=1, denominator=1), "results-reading-twice"),
        ("unit", Reading(value=1, no_data="lost"), "results-reading-twice"),
        ("unit", Reading(no_data="never-mind"), "choice-unknown"),
        ("ordinal", Reading(value=0), "results-step-unknown"),
        ("ordinal", Reading(value=6 * ONE), "results-step-unknown"),
        ("qualitative", Reading(value=ONE), "results-reading-twice"),
    ],
)
def test_what_can_not_be_is_refused(measure: str, reading: Reading, code: str) -> None:
    with pytest.raises(Problem) as refused:
        check_reading(reading, Measure(measure), reasons=NO_DATA, steps=5)
    assert refused.value.code == code


def test_a_percentage_that_was_reached_names_its_part_and_whole() -> None:
    check_reading(Reading(value=80 * ONE), Measure.PERCENTAGE, reasons=())
    with pytest.raises(Problem) as refused:
        check_reading(Reading(value=80 * ONE), Measure.PERCENTAGE, reasons=(), parts=True)
    assert refused.value.code == "results-parts-missing"


def test_counts_are_never_below_zero() -> None:
    check_reading(Reading(value=-ONE), Measure.UNIT, reasons=())
    with pytest.raises(Problem) as refused:
        check_reading(Reading(value=-ONE), Measure.UNIT, reasons=(), counted=True)
    assert refused.value.code == "results-number-negative"


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "ascending", "percent", "reached", "missing"),
    [
        (10, 20, 15, True, 50, False, ()),
        (10, 20, 25, True, 150, True, ()),
        (10, 20, 5, True, -50, False, ()),
        (12, 0, 3, False, 75, False, ()),
        (12, 0, 0, False, 100, True, ()),
        (0, 0, 0, False, None, True, ("way",)),
        (0, 0, 2, False, None, False, ("way",)),
        (None, 20, 25, True, None, True, ("baseline",)),
        (10, None, 25, True, None, None, ("target",)),
        (10, 20, None, True, None, None, ("actual",)),
        (None, None, None, True, None, None, ("baseline", "target", "actual")),
    ],
)
def test_progress(
    baseline: int | None, target: int | None, actual: int | None, ascending: bool, percent: int | None,
    reached: bool | None, missing: tuple[str, ...],
) -> None:  # fmt: skip
    def exact(value: int | None) -> Fraction | None:
        return None if value is None else Fraction(value)

    found = progress_of(exact(baseline), exact(target), exact(actual), ascending=ascending)
    assert (found.whole, found.reached, found.missing) == (percent, reached, missing)


def test_nearly_there_is_not_there() -> None:
    assert progress_of(Fraction(0), Fraction(1000), Fraction(999), ascending=True).whole == 99
    assert is_against(Fraction(5), Fraction(4), ascending=True)
    assert not is_against(Fraction(5), Fraction(5), ascending=True)


def test_shares_add_up_by_part_and_whole() -> None:
    parts = [Reading(numerator=ONE, denominator=2 * ONE), Reading(numerator=3 * ONE, denominator=4 * ONE)]
    total = together([*parts, Reading(no_data="lost")])
    assert value_of(total) == Fraction(400, 6)
    assert said_value(value_of(total)) == "66.6667"
    assert together([Reading(no_data="lost")]) is None


def test_a_share_and_a_bare_percentage_do_not_add_up() -> None:
    assert together([Reading(numerator=ONE, denominator=ONE), Reading(value=ONE)]) is None
