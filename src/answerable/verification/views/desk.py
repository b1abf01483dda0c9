"""Draws on the desk: the list, the plan, committing, drawing and giving up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import in_use
from answerable.verification import forms, services, words
from answerable.verification.listing import facts_of
from answerable.verification.models import Draw, Drawn
from answerable.verification.rules.drawing import REASONS, is_known
from answerable.verification.rules.strata import KINDS
from answerable.verification.selectors import (
    deciding,
    draw_for,
    draws_for,
    findings_of,
    given_up,
    to_visit,
)
from answerable.web import reading
from answerable.web.problems import RequestUnreadable

from .saying import finding, say, unit

#: Units of a draw that its page lists.
MOST = 500


def may(actor: Actor, right: Right, area: Area) -> bool:
    """True when the actor holds the right there."""
    try:
        post_for(actor, right, area)
    except Denied:
        return False
    return True


@require_safe
@needs(Right.SEE_PROGRAMME)
def checks(request: HttpRequest) -> HttpResponse:
    """What one is named to look at, the draws of one's areas, and where to begin the next."""
    actor = actor_of(request)
    sought = request.GET.get("q", "")[:100].replace("\0", "")
    places: list[Area] = []
    if actor.has(Right.DRAW_CHECKS):
        rows = Area.objects.filter(in_use(), scope(actor, Right.DRAW_CHECKS, ""))
        for word in fold(sought).replace("|", " ").split()[:6]:
            rows = rows.filter(search_text__contains=word)
        places = list(rows.select_related("level", "parent").order_by("depth", "name", "pk")[:12])
    mine = list(to_visit(actor)[:100])
    facts = facts_of([one.key for one in mine])
    context = {
        "mine": [(one, unit(one.key, facts.get(one.key))) for one in mine],
        "draws": [
            (row, words.said(words.STATES, row.state), words.kinds(row.kinds))
            for row in draws_for(actor)[:200]
        ],
        "places": places,
        "may_draw": actor.has(Right.DRAW_CHECKS),
        "may_tell": actor.has(Right.RECORD_PROJECTS),
        "sought": reading.shown(sought),
    }
    return render(request, "verification/desk/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.DRAW_CHECKS)
def new(request: HttpRequest, area_id: int) -> HttpResponse:
    """Plan a list of an area, as often as one likes; and commit to it, once."""
    actor = actor_of(request)
    rows = Area.objects.filter(scope(actor, Right.DRAW_CHECKS, ""), pk=area_id).select_related("level")
    area = rows.first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    if request.method != "POST":
        today = clock.today()
        typed = dict.fromkeys(forms.TYPED, "") | {
            "starts_on": (today - timedelta(days=365)).isoformat(),
            "ends_on": today.isoformat(),
            "wanted": "20",
        }
        return _new_page(request, area, typed, ["project"])
    typed = reading.typed_in(request.POST, forms.TYPED)
    kinds = [kind[:10] for kind in request.POST.getlist("kinds")[:10]]
    try:
        asked = forms.draw_in(typed)
        given: dict[str, Any] = {
            "actor": actor, "area": area, "kinds": kinds, "first": asked.first, "last": asked.last,
            "wanted": asked.wanted,
        }  # fmt: skip
        if request.POST.get("do") != "commit":
            return _new_page(request, area, typed, kinds, plan=services.plan_for(**given))
        made = services.commit_draw(**given, lottery=asked.lottery, lottery_on=asked.lottery_on)
    except Problem as problem:
        if problem.code.startswith("access-"):
            raise
        return _new_page(request, area, typed, kinds, problem=problem)
    return HttpResponseRedirect(reverse("verification-desk:draw", args=[made.pk]) + "?done=1")


def _new_page(
    request: HttpRequest,
    area: Area,
    typed: Mapping[str, str],
    kinds: Sequence[str],
    *,
    plan: services.Plan | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    context = {
        "area": area,
        "typed": {key: reading.shown(value) for key, value in typed.items()},
        "kinds": [(key, words.said(words.KINDS, key), key in kinds) for key in KINDS],
        "plan": plan and _strata((key, plan.sizes[key], wanted) for key, wanted in plan.wanted.items()),
        "refusal": say(problem),
        "wrong": problem.field if problem else "",
    }
    return render(request, "verification/desk/new.html", context, status=problem.status if problem else 200)


def _strata(rows: Any) -> list[dict[str, Any]]:
    return [{"said": words.stratum(key), "units": units, "wanted": wanted} for key, units, wanted in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """One draw: what decides it, what was drawn, what was found; and to draw, or to give up."""
    actor = actor_of(request)
    row = draw_for(actor, draw_id)
    if request.method != "POST":
        return _page(request, actor, row)
    what = request.POST.get("do", "")
    try:
        if what == "draw":
            services.draw_units(actor=actor, draw=row.pk, number=request.POST.get("number", "")[:120])
        elif what == "abandon":
            services.abandon_draw(actor=actor, draw=row.pk, reason=request.POST.get("reason", "")[:20])
        else:
            post_for(actor, Right.DRAW_CHECKS, row.area)
            raise RequestUnreadable
    except Problem as problem:
        if not problem.code.startswith("verification-"):
            raise
        return _page(request, actor, draw_for(actor, draw_id), problem)
    return HttpResponseRedirect(reverse("verification-desk:draw", args=[row.pk]) + "?done=1")


def _page(request: HttpRequest, actor: Actor, row: Draw, problem: Problem | None = None) -> HttpResponse:
    value = deciding(row)
    root = value.root if value else ""
    open_ = row.state == "committed"
    sample = list(
        Drawn.objects.filter(draw=row).select_related("area", "visitor_post", "visit").order_by("pk")[:MOST]
    )
    facts = facts_of([one.key for one in sample])
    context: dict[str, Any] = {
        "draw": row,
        "state": words.said(words.STATES, row.state),
        "kinds": words.kinds(row.kinds),
        "value": value,
        "known": is_known(root=root, lottery_on=row.lottery_on, today=clock.today()),
        "strata": _strata(row.strata.order_by("key").values_list("key", "units", "wanted")),
        "given_up": [(one, words.said(words.REASONS, one.reason)) for one in given_up(row)],
        "reason": words.said(words.REASONS, row.reason),
        "reasons": [
            (key, words.said(words.REASONS, key))
            for key in REASONS
            if row.lottery or key != "lottery-not-held"
        ],
        "sample": [
            {"row": one, "unit": unit(one.key, facts.get(one.key)), "visit": getattr(one, "visit", None)}
            for one in sample
        ],
        "findings": [finding(one, one.visit.drawn.key.partition(":")[0]) for one in findings_of(row)[:MOST]],
        "may_draw": open_ and may(actor, Right.DRAW_CHECKS, row.area),
        "typed": reading.shown(request.POST.get("number", "")[:80]),
        "refusal": say(problem),
        "wrong": problem.field if problem else "",
        "done": request.GET.get("done") == "1",
    }
    return render(request, "verification/desk/draw.html", context, status=problem.status if problem else 200)
