"""What was promised to a place, for everybody: what, by which post, by when, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.promises import words
from answerable.promises.models import Promise, PromiseStep
from answerable.promises.selectors import counts_in, last_sayings, promises_in, times_up
from answerable.web.said import name_html, name_text

#: What the line above the list counts.
_COUNTED = {"open": "open", "kept": "kept", "taken_up": "taken-up", "declined": "declined"}


@require_safe
def area_promises(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """The promises made to a village, or to the villages of an area: what is owed first."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    rows = promises_in(area)
    said, ups = last_sayings(rows), times_up(rows)
    counts = counts_in(area, clock.today())
    context = {
        "area": area,
        "title": name_text(area.names, area.name, lang),
        "name": name_html(area.names, area.name, lang),
        "promises": [_shown(row, said.get(row.pk), ups.get(row.pk, 0), lang, area) for row in rows],
        "late": counts["late"],
        **{name: counts[state] for name, state in _COUNTED.items()},
    }
    return render(request, "promises/public/area.html", context)


def _shown(row: Promise, said: PromiseStep | None, ups: int, lang: str, area: Area) -> dict[str, Any]:
    late = words.late(row.late_from, row.due_on, clock.today())
    return {
        "what": name_html(row.texts, "", lang),
        "state": words.state(row.state),
        "icon": {"kept": "done", "declined": "other", "taken-up": "work"}.get(row.state, "clock"),
        "late": late,
        "made_on": row.made_on,
        "due_on": row.due_on,
        "expected_on": row.expected_on,
        "kept_on": row.kept_on,
        "reason": words.reason(row.reason),
        "post": name_html(row.made_by.names, row.made_by.key, lang),
        "now": name_html(row.owner.names, row.owner.key, lang) if row.owner_id != row.made_by_id else "",
        "place": name_html(row.area.names, row.area.name, lang) if row.area_id != area.pk else "",
        "project": row.project,
        "said": said.saying if said else None,
        "ups": ups,
    }
