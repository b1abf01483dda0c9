"""Numbers, days and months as the reader's language writes them (CLDR, through Babel)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django.utils.translation import get_language

from answerable.kernel.money import Amount, decimal_of, exponent

#: Plain `en` is American in CLDR; these pages use world English (5 November 2026).
_LOCALES = {"en": "en_001", "zh-hans": "zh_Hans"}


@cache
def locale_of(language: str) -> Locale:
    """The CLDR locale of a page language."""
    return Locale.parse(_LOCALES.get(language, language.replace("-", "_")))


@cache
def _digits(language: str) -> dict[int, str] | None:
    locale = locale_of(language)
    if locale.default_numbering_system == "latn":
        return None
    return {
        ord(str(n)): format_decimal(n, locale=locale, numbering_system="default", group_separator=False)
        for n in range(10)
    }


def _language() -> str:
    return get_language() or "en"


def number(value: int | float | Decimal) -> str:
    """A number with the language's grouping and digits."""
    return _number(value, _language())


@lru_cache(maxsize=4096)
def _number(value: int | float | Decimal, language: str) -> str:
    return format_decimal(value, locale=locale_of(language), numbering_system="default")


def units(value: int, currency: str) -> str:
    """An amount of whole minor units, without its currency, for columns that say it above: "1,234.50"."""
    return _units(value, currency, _language())


@lru_cache(maxsize=4096)
def _units(value: int, currency: str, language: str) -> str:
    digits, locale = exponent(currency), locale_of(language)
    # The language's own grouping, and as many decimals as the currency has: none is dropped, none is rounded.
    whole = locale.decimal_formats[None].pattern.partition(".")[0]
    pattern = f"{whole}.{'0' * digits}" if digits else whole
    amount = decimal_of(Amount(value, currency))
    return format_decimal(amount, format=pattern, locale=locale, numbering_system="default")


def money(value: int, currency: str) -> str:
    """An amount of whole minor units with its currency's code: "1,234.50 USD". Stands in `<bdi>`."""
    return f"{units(value, currency)}\u00a0{currency}"


def day(value: date | None) -> str:
    """A day in long form; nothing for None."""
    return _day(value, _language()) if value else ""


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    written = format_date(value, "long", locale=locale_of(language))
    digits = _digits(language)
    return written.translate(digits) if digits else written


def in_digits(text: str) -> str:
    """A text of digits in the language's own ones."""
    digits = _digits(_language())
    return text.translate(digits) if digits else text


def month(value: date) -> str:
    """A month and its year."""
    return _month(value.year, value.month, _language())


@lru_cache(maxsize=1024)
def _month(year: int, month_number: int, language: str) -> str:
    written = format_skeleton("yMMMM", date(year, month_number, 1), locale=locale_of(language))
    digits = _digits(language)
    return written.translate(digits) if digits else written


@lru_cache(maxsize=1024)
def language_name(tag: str, language: str) -> str:
    """What a language is called in the page's language; the tag itself where nobody knows."""
    try:
        said = Locale.parse(tag.replace("-", "_")).get_display_name(locale_of(language))
    except (ValueError, LookupError):
        return tag
    return said or tag
