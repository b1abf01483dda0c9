"""Everybody's pages of things: one thing, and how many in an area still work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.assets import selectors, words
from answerable.assets.models import Asset
from answerable.assets.rules import MONTHS
from answerable.evidence.selectors import public_items
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import ancestors, placed
from answerable.web.said import name_html, name_text

from .desk import public_page

THINGS_A_PAGE = 100


@require_safe
def asset(request: HttpRequest, lang: str, asset_id: int) -> HttpResponse:
    """What stands there, who keeps it, what was found and when somebody looks again. Nothing here is about persons."""
    row = selectors.public_asset(asset_id)
    if row is None:
        raise NotThere
    sheet = selectors.sheet(row)
    shown = public_items(e.item_id for check in sheet.checks for e in check.evidence.all())
    checks = [
        (
            check,
            check.pk in sheet.taken_back,
            [shown[e.item_id] for e in check.evidence.all() if e.item_id in shown],
        )
        for check in sheet.checks
    ]
    context = {
        "asset": row,
        "sheet": sheet,
        "checks": checks,
        "name": name_html(row.names, words.said(words.KINDS, row.kind), lang),
        "title": name_text(row.names, words.said(words.KINDS, row.kind), lang),
        "crumbs": _crumbs(row.area, lang),
        "project_page": public_page(row.project),
    }
    return render(request, "assets/public/asset.html", context)


@require_safe
def working(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """Of what projects left in an area, how much still works: by kind, by the places below, and each thing of a village."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    here = placed(area)
    where = selectors.in_area(here)
    kinds = selectors.still_working(where, "kind")
    by_area = {} if area.level.is_village else selectors.still_working(where, "area", under=here)
    places = selectors.areas_named(by_area)
    context = {
        "area": area,
        "name": name_html(area.names, area.name, lang),
        "title": name_text(area.names, area.name, lang),
        "crumbs": _crumbs(area, lang),
        "total": selectors.total(kinds.values()),
        "kinds": [
            (words.said(words.KINDS, str(kind)), tally) for kind, tally in sorted(kinds.items(), key=str)
        ],
        "places": sorted(
            ((places[pk], tally) for pk, tally in by_area.items() if pk in places),
            key=lambda row: row[0].name,
        ),
        "lookings": [
            (months, selectors.total(selectors.still_working(where, "kind", months=months).values()))
            for months in MONTHS
        ],
        "things": _things(area) if area.level.is_village else [],
        "on": clock.today(),
    }
    return render(request, "assets/public/working.html", context)


def _things(area: Area) -> list[tuple[Asset, str]]:
    """Each thing of a village with what was last found: two queries."""
    return selectors.with_last_result(
        selectors.standing_in(placed(area)).order_by("-handed_over_on", "-pk")[:THINGS_A_PAGE]
    )


def _crumbs(area: Area, lang: str) -> list[tuple[int, str]]:
    return [(step.pk, name_html(step.names, step.name, lang)) for step in ancestors(area)]
