"""A unit that was drawn: who looks, what was found, what became of it; and a gap that a team tells of itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.assets.models import Asset
from answerable.kernel.problem import Problem
from answerable.projects.models import Project
from answerable.verification import forms, services, words
from answerable.verification.listing import Facts, facts_for
from answerable.verification.models import Drawn, OwnGap
from answerable.verification.rules.visiting import ANSWERS, CHECKLISTS, SEVERITIES
from answerable.verification.selectors import drawn_for, owners, visitors
from answerable.web import reading
from answerable.web.problems import RequestUnreadable
from answerable.web.said import name_text

from .desk import may
from .saying import finding, say
from .saying import unit as unit_said

#: Projects and things that can be chosen from, each.
MOST = 300


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def unit(request: HttpRequest, drawn_id: int) -> HttpResponse:
    """Name who looks, write down what was found, say that it is put right, check that."""
    actor = actor_of(request)
    row = drawn_for(actor, drawn_id)
    facts = facts_for(row.key)
    kind = (facts.of or facts).kind if facts else "project"
    if request.method != "POST":
        return _page(request, actor, row, facts, kind)
    try:
        _do(request, actor, row, kind)
    except Problem as problem:
        if not problem.code.startswith(("verification-", "day-unreadable")):
            raise
        return _page(request, actor, drawn_for(actor, drawn_id), facts, kind, problem)
    return HttpResponseRedirect(reverse("verification-desk:unit", args=[row.pk]) + "?done=1")


def _do(request: HttpRequest, actor: Actor, row: Drawn, kind: str) -> None:
    sent, what = request.POST, request.POST.get("do", "")
    number = reading.number_in(sent.get("finding")) or 0
    if what == "name":
        services.name_visitor(actor=actor, drawn=row.pk, visitor=reading.number_in(sent.get("visitor")))
    elif what == "visit":
        due = sent.get("due_on", "").strip()
        services.record_visit(
            actor=actor,
            drawn=row.pk,
            answers=forms.answers_in(sent, {one.key: one.counts for one in CHECKLISTS[kind]}),
            severities={one.key: sent.get(f"{one.key}.severity", "")[:12] for one in CHECKLISTS[kind]},
            owner=reading.number_in(sent.get("owner")),
            due=reading.day_in(due, "due_on") if due else None,
        )
    elif what == "repaired":
        services.say_repaired(actor=actor, finding=number)
    elif what in {"holds", "fails"}:
        services.check_repair(actor=actor, finding=number, holds=what == "holds")
    else:
        post_for(actor, Right.DRAW_CHECKS, row.draw.area)
        raise RequestUnreadable


def _page(
    request: HttpRequest,
    actor: Actor,
    row: Drawn,
    facts: Facts | None,
    kind: str,
    problem: Problem | None = None,
) -> HttpResponse:
    visit = getattr(row, "visit", None)
    mine = row.visitor_post_id in {held.post_id for held in actor.holdings}
    sent = request.POST
    questions = [
        {
            "key": one.key,
            "said": words.said(words.QUESTIONS, f"{kind}/{one.key}"),
            "counts": one.counts,
            "options": [(key, words.said(words.ANSWERS, key), sent.get(one.key) == key) for key in ANSWERS],
            "severities": [
                (key, words.said(words.SEVERITIES, key), sent.get(f"{one.key}.severity") == key)
                for key in SEVERITIES
            ],
            "recorded": reading.shown(sent.get(f"{one.key}.recorded", "")[:20]),
            "found": reading.shown(sent.get(f"{one.key}.found", "")[:20]),
            "wrong": problem is not None and problem.field == one.key,
        }
        for one in CHECKLISTS[kind]
    ]
    context: dict[str, Any] = {
        "row": row,
        "unit": unit_said(row.key, facts),
        "stratum": words.stratum(row.stratum),
        "visit": visit,
        "answers": [
            (words.said(words.QUESTIONS, f"{kind}/{key}"), words.answer(given))
            for key, given in (visit.answers.items() if visit else ())
        ],
        "findings": [
            finding(one, kind)
            for one in (visit.findings.select_related("owner_post").order_by("pk") if visit else ())
        ],
        "questions": questions if mine and visit is None and facts else [],
        "second": row.first_id is not None,
        "owners": owners(row.area),
        "owner": sent.get("owner", ""),
        "due_on": reading.shown(sent.get("due_on", "")[:20]),
        "visitors": visitors() if visit is None else [],
        "may_name": visit is None and may(actor, Right.DRAW_CHECKS, row.draw.area),
        "may_repair": may(actor, Right.RECORD_PROJECTS, row.area),
        "may_check": mine or may(actor, Right.VERIFY, row.area),
        "refusal": say(problem, kind),
        "wrong": problem.field if problem else "",
        "done": request.GET.get("done") == "1",
    }
    return render(request, "verification/desk/unit.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_PROJECTS)
def own(request: HttpRequest) -> HttpResponse:
    """Tell of a gap oneself; what was told before."""
    actor = actor_of(request)
    problem: Problem | None = None
    key, question = (reading.shown(request.POST.get(name, "")[:120]) for name in ("key", "question"))
    kind, _, asked = question.partition("/")
    if request.method == "POST":
        try:
            fits = key.startswith(f"{kind}:")
            services.tell_own_gap(actor=actor, key=key, question=asked if fits else "")
            return HttpResponseRedirect(reverse("verification-desk:own") + "?done=1")
        except Problem as refusal:
            if not refusal.code.startswith("verification-"):
                raise
            problem = refusal
    context = {
        "units": _choices(actor, key),
        "questions": [
            (
                words.said(words.ONE, kind),
                [
                    (
                        f"{kind}/{one.key}",
                        words.said(words.QUESTIONS, f"{kind}/{one.key}"),
                        f"{kind}/{one.key}" == question,
                    )
                    for one in CHECKLISTS[kind]
                ],
            )
            for kind in ("project", "asset")
        ],
        "told": [
            (row, words.said(words.QUESTIONS, f"{row.key.partition(':')[0]}/{row.question}"))
            for row in OwnGap.objects.filter(scope(actor, Right.SEE_PROGRAMME))
            .select_related("area")
            .order_by("-pk")[:100]
        ],
        "refusal": say(problem),
        "wrong": problem.field if problem else "",
        "done": request.GET.get("done") == "1",
    }
    return render(request, "verification/desk/own.html", context, status=problem.status if problem else 200)


def _choices(actor: Actor, chosen: str) -> list[tuple[str, str, bool]]:
    where = scope(actor, Right.RECORD_PROJECTS)
    found = [
        (f"project:{one.key}", name_text(one.names, one.key))
        for one in Project.objects.filter(where, first_claimed_on__isnull=False).order_by("-pk")[:MOST]
    ]
    found += [
        (f"asset:{one.pk}", name_text(one.names, f"{one.kind} {one.pk}"))
        for one in Asset.objects.filter(where, struck_on__isnull=True).order_by("-pk")[:MOST]
    ]
    return [(key, said, key == chosen) for key, said in found]
