"""The year of a place for staff: what everybody may read, the true counts beside it, and the same on paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import NotThere
from answerable.annual.selectors import (
    RIGHT,
    Report,
    area_for,
    areas_for,
    report_of,
    true_cases,
    year_asked,
)
from answerable.annual.small import telling_small
from answerable.annual.telling import part_of, told
from answerable.listening.figures import Figures
from answerable.safeguards.suppression import HIDDEN_BELOW
from answerable.web import reading
from answerable.web.figures import number
from answerable.web.fonts import find_fonts

from .public import parts_of


@require_safe
@needs(RIGHT)
def report(request: HttpRequest) -> HttpResponse:
    """A year, with true counts; `?area=` and `?year=` choose."""
    actor, found = actor_of(request), _asked(request)
    context = parts_of(found, told(found)) | {
        "true": _true(true_cases(actor, found.area, found.year)),
        "areas": _choices(request, found),
        "least": HIDDEN_BELOW,
        "languages_offered": settings.LANGUAGES,
    }
    return render(request, "annual/desk/report.html", context)


@require_safe
@needs(RIGHT)
def paper(request: HttpRequest) -> HttpResponse:
    """The published report as PDF, in one of the languages. Raises FontMissing.

    Drawing takes a second, so visitors print the page instead, and nobody can have thousands drawn.
    """
    from answerable.annual.paper import draw  # a second of reading, which no other page needs

    fonts = find_fonts()
    found = _asked(request)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        data = draw(told(found), found.year.on, fonts)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, language or "en")}"'
    return response


def file_name(found: Report, language: str) -> str:
    """The same name for the same report, wherever it is made."""
    return f"report-{found.year.number}-{found.area.pk}-{language}.pdf"


def _asked(request: HttpRequest) -> Report:
    sent = request.GET.get("area")
    pk = reading.number_in(sent)
    area = area_for(actor_of(request), pk)
    if area is None or (sent and pk is None):
        raise NotThere
    year = request.GET.get("year")
    number = reading.number_in(year)
    if year and number is None:
        raise NotThere
    return report_of(area, year_asked(number))


def _choices(request: HttpRequest, found: Report) -> list[Any]:
    own = {row.pk: row for row in areas_for(actor_of(request))}
    return sorted({**own, found.area.pk: found.area}.values(), key=lambda row: (row.depth, row.name, row.pk))


def _true(cases: Figures) -> list[tuple[str, str, str, bool]]:
    """Label, number, of what, and whether the line must not be passed on."""
    lines = [
        (gettext("Received"), cases.received, ""),
        (
            gettext("Answered in time"),
            cases.answered.in_time,
            part_of(cases.answered.in_time, cases.answered.due),
        ),
        (gettext("Answered late, or overdue"), cases.answered.late, ""),
        (gettext("Called done"), cases.claimed, ""),
        (gettext("Confirmed"), cases.confirmed, part_of(cases.confirmed, cases.claimed)),
        (gettext("Open now"), cases.open, ""),
        (gettext("Went up a level"), cases.escalated, ""),
    ]
    few = telling_small(cases)
    return [(label, number(count), of, mark) for (label, count, of), mark in zip(lines, few, strict=True)]
