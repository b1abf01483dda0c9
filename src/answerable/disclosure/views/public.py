"""Published figures, for everybody: which quarters there are, all quarters of one place, and the files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.disclosure.catalogue import CASES
from answerable.disclosure.problems import ReleaseUnknown
from answerable.disclosure.rules import Quarter
from answerable.disclosure.selectors import file_of, published_for, releases
from answerable.disclosure.words import months, said, words
from answerable.places.models import Area
from answerable.web.said import name_html, name_text


@require_safe
def index(request: HttpRequest, lang: str) -> HttpResponse:
    """Every release with its file and its digest, newest first."""
    found = [(Quarter(row.quarter), row) for row in releases(CASES)]
    shown = [(months(quarter), str(quarter), row) for quarter, row in found]
    return render(request, "disclosure/index.html", {"releases": shown})


@require_safe
def area(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """All that was published of one place, quarter by quarter."""
    place = Area.objects.filter(pk=area_id).first() if area_id < 2**63 else None
    if place is None:
        raise NotThere
    heads = words()
    rows = [
        (months(one.quarter), one.on, [(heads[name], said(one.figures[name])) for name in CASES.measures])
        for one in published_for(CASES, place.pk)
    ]
    context = {
        "area_id": place.pk,
        "name": name_html(place.names, place.name, lang),
        "title": name_text(place.names, place.name, lang),
        "rows": rows,
    }
    return render(request, "disclosure/area.html", context)


@require_safe
def file(request: HttpRequest, quarter: str) -> HttpResponse:
    """One release as CSV: the very bytes whose digest stands in the register. Raises ReleaseUnknown."""
    try:
        wanted = Quarter.read(quarter)
    except ValueError:
        raise ReleaseUnknown(quarter=quarter[:20]) from None
    response = HttpResponse(file_of(CASES, wanted), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="cases-{wanted}.csv"'
    patch_cache_control(response, public=True, max_age=86_400)
    return response
