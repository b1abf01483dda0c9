"""Filters of the results' pages: codes in words."""

from __future__ import annotations

from django import template

from answerable.results import words

register = template.Library()

register.filter("results_plain", words.plain)


@register.filter
def results_words(key: str, table: str) -> str:
    """A code in the words of one of the tables."""
    return words.said(getattr(words, table), key)
