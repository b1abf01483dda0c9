"""Residents' pages that need no code: first page, areas and villages, the promise, the standards."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.disclosure.rules import Quarter
from answerable.disclosure.words import months, said, words
from answerable.kernel import clock
from answerable.listening import published
from answerable.listening.holdings import held
from answerable.listening.public_rows import (
    answer_icons,
    answer_rows,
    count_rows,
    crumb_rows,
    line_rows,
    project_rows,
)
from answerable.listening.village_page import (
    Above,
    AreaRow,
    area_counts,
    area_row,
    areas_above,
    newest_answers,
    team_now,
    usual_times,
    village_projects,
)
from answerable.places.models import Area
from answerable.places.rules import PlacedArea
from answerable.places.selectors import children, find_areas
from answerable.programme.rules import ServiceTimes
from answerable.programme.selectors import standard_for, standards_for, subjects_offered
from answerable.web.figures import day, number
from answerable.web.moulds import poured
from answerable.web.said import name_html, name_text

from .tell import tell, tell_where

__all__ = ["area_page", "home", "promise", "standards", "start", "tell", "tell_where", "what_we_hold"]

PLACES_A_PAGE = 100


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the first page in the reader's language."""
    response = HttpResponseRedirect(f"/{request.LANGUAGE_CODE}/")
    patch_vary_headers(response, ("Accept-Language",))
    return response


@require_safe
def home(request: HttpRequest, lang: str) -> HttpResponse:
    """Find your village, look up your code, tell a need; and what is promised."""
    sought = request.GET.get("q", "")[:100].replace("\0", "")
    return render(request, "listening/public/home.html", {"sought": sought, **places_to_choose(sought)})


def places_to_choose(sought: str) -> dict[str, Any]:
    """What the search found, or the places to start from: the roots, or what is below a single root."""
    if sought.strip():
        return {"found": find_areas(sought, limit=20)}
    tops = children(None)
    if len(tops) == 1 and not tops[0].level.is_village:
        tops = children(tops[0]) or tops
    return {"tops": tops[:PLACES_A_PAGE]}


@require_safe
def area_page(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """A village's page, or that of an area above villages."""
    with connection.cursor() as cursor:  # one for all that is read: making one takes as long as a short query
        area = area_row(cursor, area_id)
        if area is None:
            raise NotThere
        surroundings = _surroundings(area, areas_above(cursor, area.path), lang)
        if area.is_village:
            words, icons = _village(cursor, area, lang)
            return poured(request, "listening/public/village.html", surroundings | words, icons)
    below = _places_below(area, request.GET.get("page", "1"), lang)
    return render(request, "listening/public/area.html", surroundings | below)


def _surroundings(area: AreaRow, above: Above, lang: str) -> dict[str, Any]:
    closed = area.valid_to is not None and area.valid_to < clock.today()
    successor_id, successor = 0, SafeString("")
    if closed and area.successor is not None:
        successor_id, name, names = area.successor
        successor = name_html(names, name, lang)
    return {
        # Text from here on: in a template, a number is looked at for its language's way of writing it.
        "area_id": str(area.id),
        "name": name_html(area.names, area.name, lang),
        "title": name_text(area.names, area.name, lang),
        "crumbs": crumb_rows(above, lang),
        "closed": closed,
        "successor_id": str(successor_id),
        "successor": successor,
    }


def _village(cursor: CursorWrapper, area: AreaRow, lang: str) -> tuple[dict[str, Any], set[str]]:
    """What the page says of a village, all of it HTML or text to be escaped; and the icons in it."""
    today = clock.today()
    answers = newest_answers(cursor, area.id)
    team = team_now(cursor, area.path, today)
    return {
        **_said_figures(area_counts(cursor, area.id)),
        "answers": answer_rows(answers, lang),
        "projects": project_rows(village_projects(cursor, area.path, today), lang),
        "team": name_html(team.names, team.key, lang) if team else "",
        "sponsor": name_html(team.sponsor_names, team.sponsor_key, lang) if team else "",
        "until": day(team.ends_on) if team else "",
        "times": _said_times(usual_times(cursor, today), lang),
    }, answer_icons(answers)


def _said_figures(counts: published.Counts | None) -> dict[str, str]:
    if counts is None:
        return {"counts": "", "percent": "", "months": "", "summary": _no_figures()}
    return {
        "counts": count_rows(_said_counts(counts)),
        "summary": _summary(counts),
        "percent": "" if counts.answered_percent is None else str(counts.answered_percent),
        "months": gettext("%(months)s, as of %(day)s.")
        % {"months": months(counts.quarter), "day": day(counts.on)},
    }


def _places_below(area: AreaRow, page: str, lang: str) -> dict[str, Any]:
    today = clock.today()
    here = PlacedArea(area.id, area.path)
    places = children(Area(pk=area.id), on=today)
    pages = max(1, -(-len(places) // PLACES_A_PAGE))
    wanted = min(int(page), pages) if page.isdecimal() and len(page) < 6 else 1
    wanted = max(wanted, 1)
    answers = sorted(published.answers_below(here), key=attrgetter("month"), reverse=True)
    shown = places[(wanted - 1) * PLACES_A_PAGE : wanted * PLACES_A_PAGE]
    counts = published.counts_of([area.id, *(place.pk for place in shown)])
    return {
        **_said_figures(counts.get(area.id)),
        "places": [(place, *_said_shortly(counts.get(place.pk))) for place in shown],
        "page": wanted,
        "pages": pages,
        "answers": answer_rows(answers, lang),
        "icons_used": answer_icons(answers),
    }


def _said_shortly(counts: published.Counts | None) -> tuple[str, str]:
    """Heard and answered, for a line of a list; nothing before the first release."""
    return (said(counts.heard), said(counts.answered)) if counts else ("", "")


def _said_counts(counts: published.Counts) -> list[tuple[str, str]]:
    called = words()
    return [
        (called["heard"], said(counts.heard)),
        (called["answered"], said(counts.answered)),
        (gettext("Without an answer then"), said(counts.unanswered)),
        (called["confirmed"], said(counts.confirmed)),
    ]


def _no_figures() -> str:
    quarter = Quarter.of(clock.today())
    return gettext("The first figures are published on %(day)s.") % {"day": day(quarter.published_from)}


@lru_cache(maxsize=256)
def _said_times(times: ServiceTimes, language: str) -> SafeString:
    """The usual standard as three sentences, in the language that is active."""
    acknowledge = ngettext(
        "We say that we have it: within %(shown)s working day",
        "We say that we have it: within %(shown)s working days",
        times.acknowledge_days,
    )
    answer = ngettext(
        "A real answer: within %(shown)s working day",
        "A real answer: within %(shown)s working days",
        times.answer_days,
    )
    resolve = ngettext(
        "Done, or a plan with a date: within %(shown)s working day",
        "Done, or a plan with a date: within %(shown)s working days",
        times.resolve_days,
    )
    return line_rows(
        (
            acknowledge % {"shown": number(times.acknowledge_days)},
            answer % {"shown": number(times.answer_days)},
            resolve % {"shown": number(times.resolve_days)},
        )
    )


def _summary(counts: published.Counts) -> str:
    heard, answered = counts.heard.value, counts.answered.value
    if counts.heard.withheld:
        return gettext("How much was raised here is not shown: it would give a smaller count away.")
    if heard is None:
        return gettext("Fewer than 10 matters were raised here in these three months.")
    if counts.answered.withheld:
        return ngettext(
            "About %(heard)s matter was raised here.", "About %(heard)s matters were raised here.", heard
        ) % {"heard": number(heard)}
    if answered is None:
        return ngettext(
            "About %(heard)s matter was raised here. Fewer than 10 have an answer.",
            "About %(heard)s matters were raised here. Fewer than 10 have an answer.",
            heard,
        ) % {"heard": number(heard)}
    return ngettext(
        "About %(heard)s matter was raised here; about %(answered)s have an answer.",
        "About %(heard)s matters were raised here; about %(answered)s have an answer.",
        heard,
    ) % {"heard": number(heard), "answered": number(answered)}


@require_safe
def promise(request: HttpRequest, lang: str) -> HttpResponse:
    """The promise to residents."""
    return render(request, "listening/public/promise.html")


@require_safe
def standards(request: HttpRequest, lang: str) -> HttpResponse:
    """By when each subject is answered."""
    today = clock.today()
    offered = subjects_offered()
    times = standards_for(offered, today)
    subjects = [(subject, times[subject.pk]) for subject in offered]
    return render(
        request, "listening/public/standards.html", {"subjects": subjects, "usual": standard_for(None, today)}
    )


@require_safe
def what_we_hold(request: HttpRequest, lang: str, part: str = "") -> HttpResponse:
    """Every table of the running product and what it means; those of a part of it with every column."""
    tables = [table for table in held() if table.part == part] if part else held()
    if not tables:
        raise NotThere
    return render(request, "listening/public/holdings.html", {"tables": tables, "part": part})
