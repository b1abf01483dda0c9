"""Surveys on the desk: the list, the plan with its formula, the draw, what stands, closing and publishing."""

from __future__ import annotations

from collections.abc import Mapping
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
from answerable.places.selectors import in_use, villages_below
from answerable.programme.models import Organisation
from answerable.surveys import forms, services, words
from answerable.surveys.models import Estimate, Survey
from answerable.surveys.published import may_be_said, villages_listed
from answerable.surveys.rules.questions import BANK
from answerable.surveys.rules.sizes import ALLOCATIONS, POPULATIONS, QUANTILES, Wanted, size_for
from answerable.surveys.selectors import (
    answered_by_card,
    collecting_posts,
    drawn_places,
    rated_in,
    survey_for,
    surveys_for,
)
from answerable.web import reading
from answerable.web.problems import RequestUnreadable

from .saying import say

#: More villages than this are not written into the form beforehand.
MOST_LISTED = 400


def may(actor: Actor, right: Right, area: Area) -> bool:
    """True when the actor holds the right there."""
    try:
        post_for(actor, right, area)
    except Denied:
        return False
    return True


@require_safe
@needs(Right.SEE_PROGRAMME)
def surveys(request: HttpRequest) -> HttpResponse:
    """The surveys of one's areas, and where to design the next."""
    actor = actor_of(request)
    sought = request.GET.get("q", "")[:100].replace("\0", "")
    places: list[Area] = []
    if actor.has(Right.SET_RESULTS):
        rows = Area.objects.filter(in_use(), scope(actor, Right.SET_RESULTS, ""), level__is_village=False)
        for word in fold(sought).replace("|", " ").split()[:6]:
            rows = rows.filter(search_text__contains=word)
        places = list(rows.select_related("level", "parent").order_by("depth", "name", "pk")[:12])
    context = {
        "surveys": [(row, words.said(words.STATES, row.state)) for row in surveys_for(actor)[:200]],
        "places": places,
        "may_design": actor.has(Right.SET_RESULTS),
        "sought": reading.shown(sought),
    }
    return render(request, "surveys/desk/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_RESULTS)
def new(request: HttpRequest, area_id: int) -> HttpResponse:
    """Plan a survey of an area, as often as one likes; and design it, once."""
    actor = actor_of(request)
    rows = Area.objects.filter(scope(actor, Right.SET_RESULTS, ""), pk=area_id).select_related("level")
    area = rows.first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    if request.method != "POST":
        return _design_page(request, area, _usual(area), [])
    typed = reading.typed_in(request.POST, forms.TYPED)
    questions = request.POST.getlist("questions")[:20]
    plan = None
    try:
        wanted, sizes = forms.wanted_in(typed), forms.sizes_in(typed["sizes"], area)
        minimum = forms.whole_in(typed, "minimum")
        plan = services.plan_for(
            actor=actor,
            area=area,
            sizes=sizes,
            wanted=wanted,
            allocation=typed["allocation"],
            minimum=minimum,
        )
        if request.POST.get("do") != "design":
            return _design_page(request, area, typed, questions, plan=plan)
        made = services.design_survey(
            actor=actor,
            area=area,
            population=typed["population"],
            questions=questions,
            sizes=sizes,
            wanted=wanted,
            allocation=typed["allocation"],
            minimum=minimum,
            starts_on=reading.day_in(typed["starts_on"], "starts_on"),
            ends_on=reading.day_in(typed["ends_on"], "ends_on"),
            collector=forms.collector_in(typed),
            collector_post=forms.post_in(typed),
        )
    except Problem as problem:
        if problem.code.startswith("access-"):
            raise
        return _design_page(request, area, typed, questions, problem=problem, plan=plan)
    return HttpResponseRedirect(reverse("surveys-desk:survey", args=[made.pk]) + "?done=1")


def _usual(area: Area) -> dict[str, str]:
    today = clock.today()
    villages = list(villages_below(area).order_by("name", "pk")[: MOST_LISTED + 1])
    listed = "" if len(villages) > MOST_LISTED else "".join(f"{row.name}, \n" for row in villages)
    return forms.USUAL | {"starts_on": today.isoformat(), "ends_on": "", "sizes": listed}


def _design_page(
    request: HttpRequest,
    area: Area,
    typed: Mapping[str, str],
    questions: list[str],
    *,
    problem: Problem | None = None,
    plan: services.Plan | None = None,
) -> HttpResponse:
    today = clock.today()
    context: dict[str, Any] = {
        "area": area,
        "typed": {key: reading.shown(value) for key, value in typed.items()},
        "questions": [(key, words.said(words.QUESTIONS, key), key in questions) for key in BANK],
        "populations": [(key, words.said(words.POPULATIONS, key)) for key in POPULATIONS],
        "allocations": [(key, words.said(words.ALLOCATIONS, key)) for key in ALLOCATIONS],
        "confidences": [str(key) for key in QUANTILES],
        "organisations": Organisation.objects.order_by("key")[:300],
        "posts": collecting_posts(area, today),
        "plan": plan,
        "steps": _steps(plan) if plan else [],
        "refusal": say(problem),
        "wrong": problem.field if problem else "",
    }
    return render(request, "surveys/desk/new.html", context, status=problem.status if problem else 200)


def _steps(plan: services.Plan) -> dict[str, Any]:
    size = plan.size
    return {
        "endless": round(float(size.endless), 1),
        "finite": round(float(size.finite), 1),
        "deff": round(float(size.deff), 2),
        "needed": size.needed,
        "population": size.population,
        "response": words.thousandths(size.wanted.response),
        "take": size.wanted.take,
        "alike": words.thousandths(size.wanted.alike),
        "margin": words.thousandths(size.wanted.margin),
        "expected": words.thousandths(size.wanted.expected),
        "confidence": size.wanted.confidence,
        "quantile": QUANTILES[size.wanted.confidence] / 10_000,
        "everybody": size.is_everybody,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """One survey; a form sends `do`."""
    actor = actor_of(request)
    row = survey_for(actor, survey_id)
    if request.method != "POST":
        return _page(request, actor, row)
    do = request.POST.get("do", "")
    post_for(actor, Right.CHECK_RESULTS if do == "publish" else Right.SET_RESULTS, row.area)
    try:
        if do == "draw":
            services.draw_survey(actor=actor, survey=row.pk, dice=request.POST.get("dice", "")[:200])
        elif do == "close":
            services.close_survey(actor=actor, survey=row.pk)
        elif do == "publish":
            services.publish_survey(actor=actor, survey=row.pk)
        elif do == "drop":
            services.drop_survey(actor=actor, survey=row.pk)
        else:
            raise RequestUnreadable
    except Problem as problem:
        if problem.code.startswith("access-"):
            raise
        return _page(request, actor, survey_for(actor, survey_id), problem)
    return HttpResponseRedirect(reverse("surveys-desk:survey", args=[row.pk]) + "?done=1")


def _page(request: HttpRequest, actor: Actor, row: Survey, problem: Problem | None = None) -> HttpResponse:
    places = drawn_places(row)
    by_card = answered_by_card(place.pk for place in places)
    answered = {place.pk: by_card.get(place.pk, 0) + place.paper for place in places}
    strata = list(row.strata.select_related("area").order_by("area__name", "pk"))
    wanted = Wanted(row.margin, row.confidence, row.expected, row.alike, row.take, row.response)
    population = sum(stratum.size for stratum in strata)
    context: dict[str, Any] = {
        "survey": row,
        "state": words.said(words.STATES, row.state),
        "population": words.said(words.POPULATIONS, row.population),
        "counted": words.said(words.COUNTED, row.population),
        "questions": [words.said(words.QUESTIONS, key) for key in row.questions],
        "days": words.days(row.starts_on, row.ends_on),
        "listed": words.listed(villages_listed(row), row.villages),
        "rated": ", ".join(team.name for team in rated_in(row.area, row.starts_on, row.ends_on)),
        "margin": words.thousandths(row.margin),
        "whole": population,
        "size": size_for(wanted, population, clustered=any(one.places > 1 for one in strata)),
        "strata": strata,
        "places": [{"row": place, "answered": answered[place.pk]} for place in places],
        "asked": sum(place.take for place in places),
        "answered": sum(answered.values()),
        "estimates": _estimates(row) if may(actor, Right.SEE_FIGURES, row.area) else [],
        "may_set": may(actor, Right.SET_RESULTS, row.area),
        "may_publish": may(actor, Right.CHECK_RESULTS, row.area),
        "is_collector": row.collector_post_id in {held.post_id for held in actor.holdings},
        "typed": reading.shown(request.POST.get("dice", "")[:80]),
        "refusal": say(problem),
        "done": request.GET.get("done") == "1",
    }
    return render(request, "surveys/desk/survey.html", context, status=problem.status if problem else 200)


def _estimates(survey: Survey) -> list[dict[str, Any]]:
    rows = (
        Estimate.objects.filter(survey=survey)
        .select_related("stratum__area")
        .order_by("stratum__area__name", "pk")
    )
    order = {key: place for place, key in enumerate(survey.questions)}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        at = order[row.question], row.stratum_id or 0
        line = found.setdefault(at, {"question": words.said(words.QUESTIONS, row.question)})
        line |= {
            "place": row.stratum.area if row.stratum else None,
            "answers": row.answers,
            "asked": row.asked,
        }
        decimals = 1 if row.measure == "share" else 2
        form = words.percent if row.measure == "share" else words.plain
        line[row.measure] = {
            "value": form(row.value_e4, decimals),
            "low": form(row.low_e4, decimals),
            "high": form(row.high_e4, decimals),
            "deff": words.plain(row.deff_e4),
            "error": form(row.error_e4, decimals),
        }
        if row.measure == "share":
            line["secret"] = row.stratum_id is not None or may_be_said(row).withheld
    return [found[at] for at in sorted(found)]
