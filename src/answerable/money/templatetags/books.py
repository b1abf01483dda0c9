"""Filters of the books' pages: codes in words."""

from __future__ import annotations

from django import template

from answerable.money import words

register = template.Library()


@register.filter
def books_word(key: str, table: str) -> str:
    """A code in words: `{{ entry.stage|books_word:"STAGES" }}`."""
    return words.said(getattr(words, table), key)


@register.filter
def minus(units: int) -> int:
    """The other sign: a credit shown in its own column."""
    return -units
