"""Amounts: what is read, what is refused, and what is written comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel import money
from answerable.kernel.money import Amount, parse_amount, plain

AMOUNTS = st.builds(
    Amount,
    st.integers(min_value=-money.LARGEST_UNITS, max_value=money.LARGEST_UNITS),
    st.sampled_from(["USD", "JPY", "KWD", "CLF", "IQD", "TZS"]),
)


@given(AMOUNTS)
def test_what_is_written_plain_comes_back(amount):
    assert parse_amount(plain(amount), amount.currency) == amount
    assert parse_amount(plain(amount).replace(".", ","), amount.currency, decimal=",", group=".") == amount
    assert money.decimal_of(amount) == Decimal(plain(amount))


@given(AMOUNTS)
def test_a_grouped_amount_is_read_right_or_refused(amount):
    grouped = f"{money.decimal_of(amount):,}"
    try:
        assert parse_amount(grouped, amount.currency) == amount
    except money.AmountAmbiguous:
        assert money.exponent(amount.currency) >= 3
    assert parse_amount(grouped, amount.currency, sure=True) == amount


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "units"),
    [
        ("1,234.5", "USD", ".", 123450),
        ("1234.50", "USD", ".", 123450),
        ("1,234", "USD", ".", 123400),
        ("12,34,567.00", "INR", ".", 123456700),
        ("1.234,5", "EUR", ",", 123450),
        ("1 234,5", "EUR", ",", 123450),
        ("1\u202f234,50", "EUR", ",", 123450),
        ("1'234.50", "CHF", ".", 123450),
        ("-5", "USD", ".", -500),
        ("١٬٢٣٤٫٥", "USD", ".", 123450),
        ("१२३४", "INR", ".", 123400),
        ("0.500", "USD", ".", 50),
        ("1234", "JPY", ".", 1234),
    ],
)
def test_amounts_that_are_read(text, currency, decimal, units):
    group = "," if decimal == "." else "."
    assert parse_amount(text, currency, decimal=decimal, group=group) == Amount(units, currency)


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "problem"),
    [
        ("1,234.5", "EUR", ",", money.AmountUnreadable),
        ("1.234,5", "USD", ".", money.AmountUnreadable),
        ("1,234", "TND", ".", money.AmountAmbiguous),
        ("1.234", "TND", ",", money.AmountAmbiguous),
        ("1.234", "JPY", ".", money.AmountTooFine),
        ("1.234", "USD", ".", money.AmountTooFine),
        ("1,234", "EUR", ",", money.AmountTooFine),
        ("1234.5", "JPY", ".", money.AmountTooFine),
        ("12,34", "USD", ".", money.AmountUnreadable),
        ("1,2345", "USD", ".", money.AmountUnreadable),
        ("1,234 567", "USD", ".", money.AmountUnreadable),
        ("", "USD", ".", money.AmountUnreadable),
        (".", "USD", ".", money.AmountUnreadable),
        (".5", "USD", ".", money.AmountUnreadable),
        ("5.", "USD", ".", money.AmountUnreadable),
        ("--5", "USD", ".", money.AmountUnreadable),
        ("1e5", "USD", ".", money.AmountUnreadable),
        ("NaN", "USD", ".", money.AmountUnreadable),
        ("$5", "USD", ".", money.AmountUnreadable),
        ("²", "USD", ".", money.AmountUnreadable),
        ("9" * 39, "USD", ".", money.AmountTooLarge),
        ("9" * 4000, "USD", ".", money.AmountUnreadable),
        ("5", "XYZ", ".", money.CurrencyUnknown),
    ],
)
def test_amounts_that_are_refused_say_why(text, currency, decimal, problem):
    group = "," if decimal == "." else "."
    with pytest.raises(problem) as refused:
        parse_amount(text, currency, decimal=decimal, group=group)
    assert refused.value.english
    assert isinstance(refused.value, ValueError)


def test_the_refusal_says_what_to_write():
    with pytest.raises(money.AmountUnreadable, match="1234,50"):
        parse_amount("1,234.5", "EUR", decimal=",", group=".")
    with pytest.raises(money.AmountAmbiguous, match=r"1234\.000 or 1\.234"):
        parse_amount("1,234", "TND")


def test_amounts_of_two_currencies_do_not_add_up():
    assert Amount(5, "USD") + Amount(7, "USD") - Amount(2, "USD") == Amount(10, "USD")
    with pytest.raises(money.CurrenciesDiffer):
        Amount(5, "USD") + Amount(7, "EUR")


def test_conversion_rounds_halves_to_even_and_keeps_exponents():
    assert money.converted(Amount(10000, "USD"), "TZS", money.parse_rate("2512.5")) == Amount(25125000, "TZS")
    assert money.converted(Amount(25, "USD"), "JPY", money.parse_rate("10")) == Amount(2, "JPY")
    assert money.converted(Amount(10000, "USD"), "KWD", money.parse_rate("0.3075")) == Amount(30750, "KWD")
    for bad in ("0", "-1", "1,5", "1e3", "nan", ""):
        with pytest.raises(money.RateUnreadable):
            money.parse_rate(bad)


def test_every_code_has_an_exponent():
    assert all(0 <= money.exponent(code) <= 4 for code in money.CURRENCIES)
    assert (money.exponent("UGX"), money.exponent("IQD"), money.exponent("usd ")) == (0, 3, 2)
