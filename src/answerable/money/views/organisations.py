"""Organisations on the desk: the list, and a page for each with what it gave, got and has to do with projects."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Right
from answerable.money.organisations import (
    entries_of,
    organisation_called,
    organisations_like,
    projects_of,
    ways_of,
)
from answerable.web import reading

PAGE = 50


@require_safe
@needs(Right.SEE_BOOKS)
def organisations_page(request: HttpRequest) -> HttpResponse:
    """The organisations, fifty at a time, each with its sums in the books that one may see."""
    text = request.GET.get("q", "").replace("\0", "")[:80]
    page = Paginator(organisations_like(text), PAGE).get_page(request.GET.get("page"))
    sums = ways_of(actor_of(request), page.object_list)
    context = {
        "page": page,
        "rows": [(row, sorted(sums.get(row.pk, {}).items())) for row in page.object_list],
        "typed": reading.shown(text),
        "query": urlencode({"q": text}) if text else "",
    }
    return render(request, "money/desk/organisations.html", context)


@require_safe
@needs(Right.SEE_BOOKS)
def organisation_page(request: HttpRequest, key: str) -> HttpResponse:
    """One organisation: its sums, its projects, and the newest entries that name it."""
    actor = actor_of(request)
    found = organisation_called(key)
    context = {
        "organisation": found,
        "ways": sorted(ways_of(actor, [found]).get(found.pk, {}).items()),
        "projects": projects_of(actor, found),
        "entries": entries_of(actor, found),
    }
    return render(request, "money/desk/organisation.html", context)
