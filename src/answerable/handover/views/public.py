"""Who answers for a place now: a team and its sponsor, or the post that acts in the gap. No person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.handover.selectors import who_answers
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.web.said import name_html, name_text


@require_safe
def who(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """The notice to residents, for a village or an area."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    context = {
        "area": area,
        "title": name_text(area.names, area.name, lang),
        "name": name_html(area.names, area.name, lang),
        "who": who_answers(area, clock.today()),
    }
    return render(request, "handover/public/who.html", context)
