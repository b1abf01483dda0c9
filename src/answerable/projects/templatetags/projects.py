"""Filters of the projects' pages: keys in words."""

from __future__ import annotations

from fractions import Fraction

from django import template
from django.utils.translation import get_language

from answerable.projects import words
from answerable.projects.rules.sectors import percent
from answerable.web.figures import language_name, number

register = template.Library()
register.filter("project_reason", words.reason)


@register.filter
def project_words(key: str, table: str) -> str:
    """A key in words: `{{ project.phase|project_words:"PHASES" }}`."""
    return words.one_of(getattr(words, table), key)


@register.filter
def project_standing(standing: str, verdict: str) -> str:
    """Where a claim stands, and what opened it again: `{{ state.standing|project_standing:project.verdict }}`."""
    return words.one_of(words.STANDINGS | words.REOPENED, words.standing_key(standing, verdict))


@register.filter
def share_percent(share: int) -> str:
    """A share in hundredths of a percent as percent, in the language's digits."""
    text = percent(share)
    return number(int(text) if text.isdigit() else float(text))


@register.filter
def whole_percent(share: Fraction) -> str:
    """A fraction as whole percent, rounded down."""
    return number(int(share * 100))


@register.filter
def language_said(tag: str) -> str:
    """A language's name in the page's language."""
    return language_name(tag, get_language() or "en")


@register.filter
def item(values: dict[str, object], key: str) -> object:
    """A value of a dict by a name that only the template knows."""
    return values.get(key, "")
