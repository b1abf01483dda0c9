"""Amounts as pages show them: exact, and in the reader's signs and digits."""

import pytest
from django.utils import translation

from answerable.kernel.money import Amount
from answerable.web import figures
from answerable.web.templatetags.web import money


@pytest.mark.parametrize(
    ("language", "units", "currency", "shown"),
    [
        ("en", 123450, "USD", "1,234.50\u00a0USD"),
        ("en", -5, "USD", "-0.05\u00a0USD"),
        ("en", 1234567, "XAF", "1,234,567\u00a0XAF"),
        ("en", 1234567, "IQD", "1,234.567\u00a0IQD"),
        ("en", 900_719_925_474_099_101, "USD", "9,007,199,254,740,991.01\u00a0USD"),
        ("zh-hans", 123450, "CNY", "1,234.50\u00a0CNY"),
    ],
)
def test_money_is_exact(language, units, currency, shown):
    with translation.override(language):
        assert figures.money(units, currency) == shown
        assert money(Amount(units, currency)) == f"<bdi>{shown}</bdi>"


def test_money_has_the_digits_of_the_language():
    """As numbers have them; nothing is built by replacing signs."""
    with translation.override("ar"):
        assert figures.units(123400, "XAF") == figures.number(123400)
