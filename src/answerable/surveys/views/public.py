"""For everybody: the page on which a card is used, the surveys that were published, and the lists that were drawn from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.problems import NotThere
from answerable.kernel.problem import Problem
from answerable.safeguards.suppression import PublicCount
from answerable.surveys import services, words
from answerable.surveys.models import Survey
from answerable.surveys.published import as_csv, lines_of, villages_listed
from answerable.surveys.rules.drawing import frame_text
from answerable.surveys.rules.questions import questions_in
from answerable.surveys.selectors import Card, card_for, check_open, published_surveys
from answerable.web import reading
from answerable.web.figures import number
from answerable.web.said import name_html

from .saying import say

MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, lang: str) -> HttpResponse:
    """Type the card's number; the questions come; send them, once. Nothing of it stands in an address or a cookie."""
    if request.method != "POST":
        return _ask_for_card(request)
    typed = request.POST.get("code", "")[:200]
    found = None
    try:
        found = card_for(typed)
        check_open(found.cluster.stratum.survey)
        if request.POST.get("do") != "answer":
            return _questions(request, typed, found)
        services.answer(code=typed, sent=request.POST)
    except Problem as problem:
        if problem.code == "surveys-answer-missing" and found is not None:
            return _questions(request, typed, found, problem)
        return _ask_for_card(request, problem, reading.shown(typed)[:60])
    return _kept_nowhere(render(request, "surveys/public/thanks.html", {}))


def _ask_for_card(request: HttpRequest, problem: Problem | None = None, typed: str = "") -> HttpResponse:
    context = {"refusal": say(problem), "typed": typed}
    page = render(request, "surveys/public/card.html", context, status=problem.status if problem else 200)
    return _kept_nowhere(page)


def _questions(request: HttpRequest, typed: str, found: Card, problem: Problem | None = None) -> HttpResponse:
    survey = found.cluster.stratum.survey
    chosen = request.POST if problem else {}
    context: dict[str, Any] = {
        "code": reading.shown(typed),
        "area": survey.area,
        "questions": [
            {
                "key": question.key,
                "said": words.said(words.QUESTIONS, question.key),
                "options": [
                    (key, words.said(words.OPTIONS, key), chosen.get(question.key) == key)
                    for key in question.options
                ],
                "wrong": problem is not None and problem.field == question.key,
            }
            for question in questions_in(survey.questions)
        ],
        "refusal": say(problem),
        # Links to other languages would lead away from a number that was typed.
        "languages": "",
    }
    page = render(
        request, "surveys/public/questions.html", context, status=problem.status if problem else 200
    )
    return _kept_nowhere(page)


def _kept_nowhere(page: HttpResponse) -> HttpResponse:
    page.headers["Cache-Control"] = "no-store"
    return page


@require_safe
def published(request: HttpRequest, lang: str) -> HttpResponse:
    """The surveys that were published, the newest first."""
    rows = [_published(row, lang) for row in published_surveys()[:MOST]]
    return render(request, "surveys/public/published.html", {"surveys": rows})


def _published(survey: Survey, lang: str) -> dict[str, Any]:
    return {
        "pk": survey.pk,
        "area_id": survey.area_id,
        "place": name_html(survey.area.names, survey.area.name, lang),
        "collector": name_html(survey.collector.names, survey.collector.key, lang),
        "days": words.collected(survey.starts_on, survey.ends_on, survey.closed_on),
        "listed": words.listed(villages_listed(survey), survey.villages),
        "confidence": survey.confidence,
        "digest": survey.published_digest,
        "lines": [
            {
                "question": words.said(words.QUESTIONS, line.question),
                "good": words.said(words.GOOD, line.question),
                "said": line.said,
                "answers": count_said(line.said.answers),
                "asked": line.asked,
            }
            for line in lines_of(survey)
        ],
    }


def count_said(count: PublicCount) -> str:
    """A count as it may be published; nothing for one that is hidden."""
    return "" if count.value is None else number(count.value)


@require_safe
def file(request: HttpRequest, survey_id: int) -> HttpResponse:
    """What was published of one survey, as the file whose digest stands in the register."""
    row = published_surveys().filter(pk=survey_id).first() if survey_id < 2**63 else None
    if row is None:
        raise NotThere
    return _csv(as_csv(row), f"survey-{row.pk}.csv")


@require_safe
def frame(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The list that a survey was drawn from, whose digest the office committed to: everybody can draw again."""
    rows = Survey.objects.exclude(drawn_on__isnull=True)
    row = rows.filter(pk=survey_id).first() if survey_id < 2**63 else None
    if row is None:
        raise NotThere
    strata = [
        (stratum.area_id, stratum.places, {one.area_id: one.size for one in stratum.clusters.all()})
        for stratum in row.strata.prefetch_related("clusters")
    ]
    return _csv(frame_text(strata), f"survey-{row.pk}-draw.csv")


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
