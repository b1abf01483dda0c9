"""Slip pads at the desk: issue one (its paper is the answer), account for the last one, or give it up."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import NotThere
from answerable.access.rules import Right
from answerable.kernel.problem import Problem
from answerable.listening import services
from answerable.listening.models import SlipPad
from answerable.listening.problems import SlipCountUnread, VillageUnknown
from answerable.listening.rules.slips import SLIPS
from answerable.listening.selectors import offices_for, pad_for, pads_for
from answerable.listening.slip_paper import draw_pad
from answerable.web import reading
from answerable.web.fonts import find_fonts

from .desk import FEW, say_problem

#: Serials are given one a line, or with commas between.
_BETWEEN = re.compile(r"[\n\r,;،、]+")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.ISSUE_PADS)
def pads(request: HttpRequest) -> HttpResponse:
    """The pads of one's offices, and the form for the next; the answer to the form is its paper, once."""
    if request.method != "POST":
        return _list(request, None)
    actor = actor_of(request)
    pk = reading.number_in(request.POST.get("area")) or 0
    office = next(iter(offices_for(actor).filter(pk=pk)), None)
    try:
        if office is None:
            raise VillageUnknown(field="area")
        fonts = find_fonts()
        issued = services.issue_pad(actor=actor, area=office, draw=lambda slips: draw_pad(slips, fonts))
    except Problem as problem:
        return _list(request, problem)
    name = f"slips-{slugify(office.name) or office.pk}-{issued.pad.issued_on}.pdf"
    return HttpResponse(
        issued.paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _list(request: HttpRequest, problem: Problem | None) -> HttpResponse:
    actor = actor_of(request)
    sought = request.GET.get("q", "")[:100]
    found = list(offices_for(actor, sought)[: FEW + 1])
    rows = pads_for(actor).select_related("area__level").order_by("settled_on", "-pk")
    context = {
        "pads": rows.filter(settled_on__isnull=True)[:100],
        "settled": rows.filter(settled_on__isnull=False).order_by("-settled_on", "-pk")[:20],
        "offices": found[:FEW],
        "more": len(found) > FEW,
        "sought": reading.shown(sought),
        "slips": SLIPS,
        "refusal": say_problem(problem) if problem else "",
    }
    return render(request, "listening/desk/pads.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.ISSUE_PADS)
def pad(request: HttpRequest, pad_id: int) -> HttpResponse:
    """One pad: what is left of it, and the form that settles it."""
    actor = actor_of(request)
    row = pad_for(actor, pad_id)
    if row is None:
        raise NotThere
    if request.method != "POST":
        return _pad(request, row, None)
    try:
        if request.POST.get("do") == "give-up":
            services.give_pad_up(actor=actor, pad=row)
        else:
            typed = [
                one.strip() for one in _BETWEEN.split(request.POST.get("unused", "")[:4_000]) if one.strip()
            ]
            count = reading.number_in(request.POST.get("count"))
            if count is None:
                raise SlipCountUnread(field="count")
            services.settle_pad(actor=actor, pad=row, unused=typed, count=count)
    except Problem as problem:
        return _pad(request, row, problem)
    return HttpResponseRedirect(reverse("desk:pad", args=[row.pk]))


def _pad(request: HttpRequest, row: SlipPad, problem: Problem | None) -> HttpResponse:
    states = list(row.slips.values_list("state", flat=True))
    context = {
        "pad": row,
        "received": states.count("received"),
        "void": states.count("void"),
        "unused": states.count("unused"),
        "typed": reading.shown(request.POST.get("unused", "")[:4_000]),
        "count": reading.shown(request.POST.get("count", "")[:10]),
        "wrong": problem.field if problem else "",
        "refusal": say_problem(problem) if problem else "",
    }
    return render(request, "listening/desk/pad.html", context, status=problem.status if problem else 200)
