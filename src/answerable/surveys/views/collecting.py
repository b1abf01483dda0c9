"""Collecting on the desk: a village's instructions, its cards, its tally sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel.problem import Problem
from answerable.surveys import forms, services, words
from answerable.surveys.models import Cluster, Tally
from answerable.surveys.paper import draw_cards, draw_instructions
from answerable.surveys.rules.questions import questions_in
from answerable.surveys.rules.sizes import FEWEST_ANSWERS
from answerable.surveys.selectors import answered_by_card, cluster_for, drawn_places, survey_for
from answerable.surveys.walks import steps_for
from answerable.web import reading
from answerable.web.fonts import find_fonts
from answerable.web.problems import RequestUnreadable

from .saying import say


@require_safe
@signed_in
def instructions(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The instructions of all villages that were drawn, for printing: a page each, with a tally sheet."""
    row = survey_for(actor_of(request), survey_id)
    places = drawn_places(row)
    if not places:
        raise NotThere
    return _pdf(draw_instructions(row, places, find_fonts()), f"survey-{row.pk}.pdf")


def _pdf(paper: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def place(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """One village; a form sends `do`: the answer to `cards` is their paper, once."""
    actor = actor_of(request)
    row = cluster_for(actor, cluster_id)
    if request.method != "POST":
        return _page(request, actor, row)
    survey = row.stratum.survey
    post_for(actor, Right.COLLECT_SURVEYS, survey.area)
    try:
        do = request.POST.get("do", "")
        if do == "cards":
            fonts = find_fonts()
            count = forms.whole_in(request.POST, "count")
            numbers = services.print_cards(actor=actor, cluster=row.pk, count=count)
            return _pdf(draw_cards(survey, numbers, fonts), f"cards-{row.pk}.pdf")
        if do != "paper":
            raise RequestUnreadable
        answers, counts = forms.paper_in(survey, request.POST)
        services.count_paper(actor=actor, cluster=row.pk, answers=answers, counts=counts)
    except Problem as problem:
        if problem.code.startswith("access-"):
            raise
        return _page(request, actor, row, problem)
    return HttpResponseRedirect(reverse("surveys-desk:place", args=[row.pk]) + "?done=1")


def _page(request: HttpRequest, actor: Actor, row: Cluster, problem: Problem | None = None) -> HttpResponse:
    survey = row.stratum.survey
    sent: Mapping[str, str] = request.POST if problem else {}
    is_collector = survey.collector_post_id in {held.post_id for held in actor.holdings}
    there = {}
    if is_collector and row.paper:
        rows = Tally.objects.filter(cluster=row).values_list("question", "option", "paper")
        there = {f"{question}.{option}": count for question, option, count in rows}
    context: dict[str, Any] = {
        "cluster": row,
        "survey": survey,
        "counted": words.said(words.COUNTED, survey.population),
        "steps": steps_for(survey, row),
        "left": row.take - row.printed,
        "answered": answered_by_card([row.pk]).get(row.pk, 0),
        "fewest": FEWEST_ANSWERS,
        "questions": [
            {
                "said": words.said(words.QUESTIONS, question.key),
                "key": question.key,
                "options": [
                    (
                        f"{question.key}.{key}",
                        words.said(words.OPTIONS, key),
                        reading.shown(
                            sent.get(f"{question.key}.{key}", str(there.get(f"{question.key}.{key}", "")))
                        )[:10],
                    )
                    for key in question.options
                ],
            }
            for question in questions_in(survey.questions)
        ],
        "typed_answers": reading.shown(sent.get("answers", str(row.paper or "")))[:10],
        "is_collector": is_collector and survey.state == "drawn",
        "refusal": say(problem),
        "wrong": problem.field if problem else "",
        "done": request.GET.get("done") == "1",
    }
    return render(request, "surveys/desk/place.html", context, status=problem.status if problem else 200)
