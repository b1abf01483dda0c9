"""Filters of the pages of things."""

from __future__ import annotations

from django import template

from answerable.assets import words

register = template.Library()


@register.filter
def asset_words(key: str, table: str) -> str:
    """A code of one of the tables of words.py: `{{ asset.kind|asset_words:"KINDS" }}`."""
    return words.said(getattr(words, table), str(key))


@register.filter
def result_class(result: str) -> str:
    """The colour of what was found; the words say it as well."""
    return {"working": "sure", "partly": "wait", "not": "late"}.get(result, "wait")
