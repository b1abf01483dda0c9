"""For everybody: all draws, those given up as well; what decided, what was found, rates; and the files to draw again."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.merkle.draws import sample_text
from answerable.verification import words
from answerable.verification.listing import facts_of
from answerable.verification.models import Draw, Drawn
from answerable.verification.results import Results, results_of
from answerable.verification.selectors import deciding, draws, findings_of, given_up, list_of
from answerable.web.said import name_html

from .saying import finding, unit

MOST_DRAWS, MOST_UNITS = 40, 60


def _draw(pk: int) -> Draw:
    row = draws().filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise NotThere
    return row


@require_safe
def published(request: HttpRequest, lang: str) -> HttpResponse:
    """All draws, the newest first, and the rates over all of them."""
    context = {"draws": [_head(row) for row in draws()[:MOST_DRAWS]], **_rates(results_of(draws()), lang)}
    return render(request, "verification/public/draws.html", context)


def _head(row: Draw) -> dict[str, Any]:
    return {
        "row": row,
        "state": words.said(words.STATES, row.state),
        "kinds": words.kinds(row.kinds),
        "reason": words.said(words.REASONS, row.reason),
    }


def _rates(found: Results, lang: str) -> dict[str, Any]:
    return {
        "whole": words.rate(found.whole),
        "agreement": words.rate(found.agreement),
        "tables": [
            {
                "said": words.said(words.TABLES, table.name),
                "rows": [
                    {
                        "name": name_html(row.of.names, row.of.key, lang),
                        **(words.rate(row.rate) or {}),
                        "few": few,
                    }
                    for few, rows in ((False, table.compared), (True, table.others))
                    for row in rows
                ],
            }
            for table in found.tables
            if table.compared or table.others
        ],
    }


@require_safe
def draw(request: HttpRequest, lang: str, draw_id: int) -> HttpResponse:
    """One draw with its commitment, what decided, what was drawn and found."""
    row = _draw(draw_id)
    sample = list(Drawn.objects.filter(draw=row).select_related("area", "visit").order_by("pk")[:MOST_UNITS])
    facts = facts_of([one.key for one in sample])
    found: dict[int, list[dict[str, Any]]] = {}
    for one in findings_of(row).filter(visit__drawn__in=[one.pk for one in sample]):
        kind = one.visit.drawn.key.partition(":")[0]
        found.setdefault(one.visit.drawn_id, []).append(finding(one, kind))
    context = {
        "draw": _head(row),
        "value": deciding(row),
        "strata": [
            {"said": words.stratum(one.key), "units": one.units, "wanted": one.wanted}
            for one in row.strata.order_by("key")
        ],
        "given_up": [_head(one) for one in given_up(row)],
        "sample": [
            {
                "unit": unit(one.key, facts.get(one.key), lang),
                "area": one.area,
                "visit": getattr(one, "visit", None),
                "findings": found.get(one.pk, []),
            }
            for one in sample
        ],
        "more": row.state == "drawn" and Drawn.objects.filter(draw=row).count() > MOST_UNITS,
        **_rates(results_of(draws().filter(pk=row.pk)), lang),
    }
    return render(request, "verification/public/draw.html", context)


@require_safe
def list_file(request: HttpRequest, draw_id: int) -> HttpResponse:
    """The list whose digest was told: the same bytes."""
    row = _draw(draw_id)
    return _file(list_of(row), f"draw-{row.pk}.txt")


@require_safe
def sample_file(request: HttpRequest, draw_id: int) -> HttpResponse:
    """What was drawn, a line each."""
    row = _draw(draw_id)
    if row.state != "drawn":
        raise NotThere
    return _file(_sample(row), f"draw-{row.pk}-sample.txt")


@require_safe
def whole_file(request: HttpRequest, draw_id: int) -> HttpResponse:
    """All that is needed to draw again, in one file (docs/reference/draws.md)."""
    row = _draw(draw_id)
    value = deciding(row)
    whole = {
        "v": 1,
        "draw": row.pk,
        "state": row.state,
        "commitment": row.commitment,
        "committed_on": row.committed_on.isoformat(),
        "lottery": row.lottery,
        "lottery_on": row.lottery_on.isoformat() if row.lottery_on else "",
        "checkpoint": value.note if value else "",
        "root": row.root or (value.root if value else ""),
        "number": row.number,
        "list": list_of(row),
        "sample": _sample(row).split(),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    return _file(text, f"draw-{row.pk}.json", "application/json")


def _sample(row: Draw) -> str:
    return sample_text(sorted(Drawn.objects.filter(draw=row).values_list("key", flat=True)))


def _file(text: str, name: str, kind: str = "text/plain; charset=utf-8") -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
