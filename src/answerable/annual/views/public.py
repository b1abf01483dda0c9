"""The year of a place, for everybody: as a page that prints well."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from answerable.annual.content import Told, name_of
from answerable.annual.selectors import Report, area_there, report_of, year_asked
from answerable.annual.telling import page, told
from answerable.places.selectors import children
from answerable.web.figures import in_digits


@require_safe
def programme(request: HttpRequest, lang: str) -> HttpResponse:
    """The report of the whole programme: of its one root, or the roots to choose from."""
    roots = children(None)
    if len(roots) == 1:
        return HttpResponseRedirect(reverse("annual:newest", kwargs={"lang": lang, "area_id": roots[0].pk}))
    places = [(name_of(root), page("annual:newest", area_id=root.pk)) for root in roots]
    return render(request, "annual/programme.html", {"places": places})


@require_safe
def newest(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """The running year."""
    return _shown(request, area_id, None)


@require_safe
def report(request: HttpRequest, lang: str, area_id: int, year: int) -> HttpResponse:
    """One year. Raises NotThere."""
    return _shown(request, area_id, year)


def _shown(request: HttpRequest, area_id: int, number: int | None) -> HttpResponse:
    found = report_of(area_there(area_id), year_asked(number))
    return render(request, "annual/report.html", parts_of(found, told(found)))


def parts_of(found: Report, words: Told) -> dict[str, Any]:
    """What the templates of a report need."""
    return {
        "told": words,
        "area": found.area,
        "year": found.year.number,
        "crumbs": [(step.pk, name_of(step)) for step in found.crumbs],
        "years": [
            (
                one,
                in_digits(str(one)),
                page("annual:report", area_id=found.area.pk, year=one),
                one == found.year.number,
            )
            for one in found.years
        ],
        "places": [
            (name_of(place), page("annual:report", area_id=place.pk, year=found.year.number))
            for place in found.places
        ],
    }
