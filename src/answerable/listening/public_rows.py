"""The lists of a village's page and of an area's, drawn without the template engine.

Ten answers of some twenty nodes each were a third of a village page's time. Every function gives HTML: what it is handed
is escaped here, or was by who made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from answerable.listening.published import Answer
from answerable.listening.village_page import VillageProject
from answerable.projects.rules.confirming import Standing
from answerable.projects.words import PHASES, STANDINGS
from answerable.web import icons
from answerable.web.figures import month
from answerable.web.said import name_html, words_html

#: What residents are owed a word about, and what they said: seen as late.
_OPEN = frozenset({Standing.UNCONFIRMED, Standing.REOPENED, Standing.PARTLY})


def crumb_rows(above: Iterable[tuple[int, str, Mapping[str, str]]], language: str) -> SafeString:
    """The areas above, each with its link."""
    return SafeString(
        "".join(
            f'<li><a href="/{language}/area/{pk}/">{name_html(names, name, language)}</a></li>'
            for pk, name, names in above
        )
    )


def count_rows(counts: Iterable[tuple[str, str]]) -> SafeString:
    """What is counted and the published count, as a definition each."""
    return SafeString(
        "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(said)}</dd></div>" for label, said in counts)
    )


def line_rows(lines: Iterable[str]) -> SafeString:
    """A list item for each sentence."""
    return SafeString("".join(f"<li>{escape(line)}</li>" for line in lines))


def answer_icons(answers: Iterable[Answer]) -> set[str]:
    """The icons in the rows of those answers, for the page's sprite."""
    return {icons.known(answer.subject_icon) for answer in answers}


def answer_rows(answers: Iterable[Answer], language: str) -> SafeString:
    """A list item for each answer: subject, month, village where one is given, and the office's own words."""
    rows = []
    for answer in answers:
        where = ""
        if answer.area_id is not None:
            area = name_html(answer.area_names or {}, answer.area_name, language)
            where = f' · <a href="/{language}/area/{answer.area_id}/">{area}</a>'
        rows.append(
            f'<li class="said">{icons.drawn(icons.known(answer.subject_icon))}'
            f"<h3>{name_html(answer.subject_names, language=language)}</h3>"
            f'<p class="soft">{month(answer.month)}{where}</p>'
            f"<div>{words_html(answer.text, answer.language, language)}</div></li>"
        )
    return SafeString("".join(rows))


def project_rows(projects: Iterable[VillageProject], language: str) -> SafeString:
    """A line each: the name with its link, the phase or what residents say, and amber where it is silent."""
    return SafeString("".join(_project(one, language) for one in projects))


def _project(one: VillageProject, language: str) -> str:
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
