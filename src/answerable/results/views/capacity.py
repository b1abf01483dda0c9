"""The capacity of a village committee on the desk: its checklist, facilities, training, and when no team is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import in_use
from answerable.results import services, words
from answerable.results.capacity import Capacity, capacity_of
from answerable.results.problems import PresentWrong
from answerable.results.rules.capacity import (
    ABILITIES,
    COACHING,
    FACILITIES,
    FACILITY_STATES,
    GRADES,
    MOST_PRESENT,
    Condition,
)
from answerable.web import reading
from answerable.web.pages import sentence
from answerable.web.problems import RequestUnreadable

from .desk import may


@require_safe
@needs(Right.SEE_PROGRAMME)
def villages(request: HttpRequest) -> HttpResponse:
    """Choose the village."""
    actor, sought = actor_of(request), request.GET.get("q", "")[:100]
    rows = Area.objects.filter(in_use(), scope(actor, Right.SEE_PROGRAMME, ""), level__is_village=True)
    for word in fold(sought.replace("\0", "")).replace("|", " ").split()[:6]:
        rows = rows.filter(search_text__contains=word)
    found = list(rows.select_related("parent").order_by("name", "pk")[:40])
    return render(request, "results/desk/villages.html", {"villages": found, "sought": sought})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def village(request: HttpRequest, area_id: int) -> HttpResponse:
    """One committee; a form sends `do`."""
    actor = actor_of(request)
    rows = Area.objects.filter(scope(actor, Right.SEE_PROGRAMME, ""), pk=area_id, level__is_village=True)
    area = (
        rows.select_related("level").first() if actor.has(Right.SEE_PROGRAMME) and area_id < 2**63 else None
    )
    if area is None:
        raise NotThere
    if request.method != "POST":
        return _page(request, actor, area)
    post_for(actor, Right.RECORD_RESULTS, area)
    try:
        _do(actor, area, request.POST)
    except Problem as problem:
        if problem.code.startswith("access-"):
            raise
        return _page(request, actor, area, problem)
    return HttpResponseRedirect(reverse("results-desk:village", args=[area.pk]) + "?done=1")


def _do(actor: Actor, area: Area, sent: Mapping[str, str]) -> None:
    do = sent.get("do", "")
    if do in {"self", "other"}:
        grades = {key: sent[f"a-{key}"] for key in ABILITIES if sent.get(f"a-{key}")}
        services.look_at_abilities(actor=actor, area=area, by=do, grades=grades)
    elif do == "facilities":
        states = {key: sent[f"f-{key}"] for key in FACILITIES if sent.get(f"f-{key}")}
        services.look_at_facilities(actor=actor, area=area, states=states)
    elif do == "plan":
        services.plan_training(
            actor=actor,
            area=area,
            kind=sent.get("kind", ""),
            ability=sent.get("ability", ""),
            on=reading.day_in(sent.get("on", ""), "on"),
        )
    elif do == "held":
        present = reading.number_in(sent.get("present"))
        if present is None:
            raise PresentWrong(field="present", most=MOST_PRESENT)
        services.hold_training(
            actor=actor, training=reading.number_in(sent.get("training")) or 0, present=present
        )
    elif do == "drop":
        services.drop_training(actor=actor, training=reading.number_in(sent.get("training")) or 0)
    else:
        raise RequestUnreadable


def _page(request: HttpRequest, actor: Actor, area: Area, problem: Problem | None = None) -> HttpResponse:
    today = clock.today()
    found = capacity_of(area, today)
    context = {
        "area": area,
        "abilities": [
            {
                "standing": one,
                "said": words.said(words.ABILITIES, one.ability),
                "own": words.said(words.GRADES, one.own.grade) if one.own else "",
                "checked": words.said(words.GRADES, one.checked.grade) if one.checked else "",
            }
            for one in found.abilities
        ],
        "grades": [(key, words.said(words.GRADES, key)) for key in GRADES],
        "facilities": [
            (key, words.said(words.FACILITIES, key), found.facilities.get(key)) for key in FACILITIES
        ],
        "states": [(key, words.said(words.FACILITY_STATES, key)) for key in FACILITY_STATES],
        "trainings": found.trainings,
        "kinds": [(key, words.said(words.COACHING, key)) for key in COACHING],
        "conditions": conditions_said(found),
        "found": found,
        "may_record": may(actor, Right.RECORD_RESULTS, area),
        "may_check": may(actor, Right.CHECK_RESULTS, area),
        "today": today.isoformat(),
        "refusal": sentence(problem) if problem else "",
        "done": request.GET.get("done") == "1",
    }
    return render(request, "results/desk/village.html", context, status=problem.status if problem else 200)


def conditions_said(found: Capacity) -> list[tuple[Condition, str, list[str]]]:
    """The conditions for doing without a team: each with its words, and the words of what it lacks."""
    table: dict[str, Any] = {"abilities": words.ABILITIES, "facilities": words.FACILITIES}
    return [
        (
            one,
            words.said(words.CONDITIONS, one.key),
            [words.said(table.get(one.key, {}), key) for key in one.lacks],
        )
        for one in found.without_team.conditions
    ]
