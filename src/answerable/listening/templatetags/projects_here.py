"""The projects on a village's page: a few lines, drawn without the template engine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from answerable.listening.village_page import VillageProject
from answerable.projects.rules.confirming import Standing
from answerable.projects.words import PHASES, STANDINGS
from answerable.web.said import name_html

register = template.Library()
#: What residents are owed a word about, and what they said: seen as late.
_OPEN = frozenset({Standing.UNCONFIRMED, Standing.REOPENED, Standing.PARTLY})


@register.simple_tag
def project_rows(projects: Iterable[VillageProject]) -> SafeString:
    """A line each: the name with its link, the phase or what residents say, and amber where it is silent."""
    language = get_language() or "en"
    return SafeString("".join(_row(one, language) for one in projects))


def _row(one: VillageProject, language: str) -> str:
    start, end = _address(language)
    late = " late" if one.standing in _OPEN else ""
    amber = f' <span class="tag amber">{_words("amber", language)}</span>' if one.silent else ""
    said = one.phase if one.standing is Standing.NOT_CLAIMED else one.standing.value
    return (
        f'<li class="row"><a href="{start}{escape(one.key)}{end}">{name_html(one.names, one.key, language)}</a>'
        f'<span><span class="tag{late}">{_words(said, language)}</span>{amber}</span></li>'
    )


@lru_cache(maxsize=64)
def _words(key: str, language: str) -> str:
    """A phase, a standing, or amber, in the language that is active (which is the key's second half)."""
    if key == "amber":
        return escape(gettext("Amber: no word for too long"))
    return escape(gettext(PHASES.get(key) or STANDINGS.get(key) or key))


@lru_cache(maxsize=8)
def _address(language: str) -> tuple[str, str]:
    """What stands before and after the key in a project's address."""
    start, _, end = reverse("following:project", kwargs={"lang": language, "key": "0"}).rpartition("0")
    return start, end
