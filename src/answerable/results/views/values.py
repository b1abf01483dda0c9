"""One value on the desk: what stands, what is under way, and the acts that lead from a draft to an approved value."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, signed_in
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.evidence.selectors import items_for
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.results import words
from answerable.results.forms import TYPED, WAYS, At, Way
from answerable.results.models import Framework, Indicator, Period
from answerable.results.problems import ActualState
from answerable.results.rules import CORRECTIONS, NO_DATA, RETURNS
from answerable.results.selectors import framework_for, history
from answerable.web import reading
from answerable.web.figures import language_name
from answerable.web.pages import sentence
from answerable.web.problems import RequestUnreadable

from .desk import may, said_to


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def value(request: HttpRequest, framework: str) -> HttpResponse:
    """One value, by `indicator`, `period` and `area`; a form sends `do`, the key of an act."""
    actor = actor_of(request)
    row = framework_for(actor, framework)
    if request.method == "POST" and not (actor.has(Right.RECORD_RESULTS) or actor.has(Right.CHECK_RESULTS)):
        raise Denied
    sent = request.POST if request.method == "POST" else request.GET
    if not {"indicator", "period", "area"} <= set(sent):
        raise RequestUnreadable
    at = _at(actor, row, sent)
    if request.method != "POST":
        return _page(request, row, at)
    typed = reading.typed_in(request.POST, TYPED)
    way = WAYS.get(request.POST.get("do", ""))
    if way is None:
        raise NotThere
    try:
        way.run(at, typed)
    except Problem as problem:
        if problem.status in {403, 404} and problem.code.startswith("access-"):
            raise
        return _page(request, row, _at(actor, row, sent), typed=typed, problem=problem)
    place = {"indicator": at.indicator.key, "period": at.period.key, "area": at.area.pk, "done": way.key}
    return HttpResponseRedirect(reverse("results-desk:value", args=[row.key]) + "?" + urlencode(place))


def _at(actor: Actor, row: Framework, sent: Any) -> At:
    indicator = (
        Indicator.objects.filter(framework=row, key=sent.get("indicator", "")[:60])
        .select_related("goal")
        .first()
    )
    period = Period.objects.filter(framework=row, key=sent.get("period", "")[:20]).first()
    rows = Area.objects.filter(below(placed(row.area)), scope(actor, Right.SEE_PROGRAMME, ""))
    area = rows.filter(pk=reading.number_in(sent.get("area")) or 0).select_related("level").first()
    if indicator is None or period is None or area is None:
        raise NotThere
    indicator.framework = period.framework = row
    revisions = history(indicator, period, area)
    return At(actor, indicator, period, area, revisions[-1] if revisions else None)


def _page(
    request: HttpRequest,
    row: Framework,
    at: At,
    *,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    page = get_language() or "en"
    offered = [way for way in WAYS.values() if _is_offered(way, at)]
    keys = {way.key for way in offered}
    revisions = history(at.indicator, at.period, at.area)
    true = may(at.actor, Right.SEE_FIGURES, at.area)
    done = WAYS.get(request.GET.get("done", ""))
    context = {
        "framework": row,
        "indicator": at.indicator,
        "period": at.period,
        "area": at.area,
        "revisions": [
            {
                "row": one,
                "value": said_to(at.indicator, one.reading, true, at.area.pk == row.area_id),
                "state": words.said(words.STATES, one.state),
                "source": words.said(words.SOURCES, one.source),
                "reason": words.said(words.REASONS, one.correction or one.returned_for),
                "margin": words.plain(words.exact(one.margin_e4)) if one.margin_e4 is not None else "",
                "notes": [note for note in one.notes.all() if note.erased_on is None],
                "evidence": list(one.evidence.all()),
            }
            for one in revisions
        ],
        "computed": words.computation(at.indicator.computed_by),
        "keys": keys,
        "buttons": [(way, gettext(way.words)) for way in offered if way.key in {"submit", "approve", "drop"}],
        "no_data": [(key, words.said(words.REASONS, key)) for key in NO_DATA],
        "corrections": [(key, words.said(words.REASONS, key)) for key in CORRECTIONS],
        "returns": [(key, words.said(words.REASONS, key)) for key in RETURNS],
        "is_correction": at.row is not None and at.row.state == "approved",
        "typed": {name: reading.shown(text) for name, text in (typed or {}).items()} or {"language": page},
        "languages": [(tag, language_name(tag, page)) for tag in reading.reply_languages(())],
        "items": items_for(at.actor)[:30] if "attach" in keys else [],
        "refusal": _say(problem) if problem else "",
        "wrong": problem.field if problem else "",
        "done": gettext("Done: %(act)s.") % {"act": gettext(done.words)} if done else "",
    }
    return render(request, "results/desk/value.html", context, status=problem.status if problem else 200)


def _is_offered(way: Way, at: At) -> bool:
    state = at.row.state if at.row is not None else ""
    right = Right.CHECK_RESULTS if way.checks else Right.RECORD_RESULTS
    if state not in way.states or (at.period.locked_on is not None and way.key != "erase"):
        return False
    if way.key == "compute" and not at.indicator.computed_by:
        return False
    return may(at.actor, right, at.area)


def _say(problem: Problem) -> str:
    """The problem's sentence with its codes in the desk's words."""
    if isinstance(problem, ActualState):
        problem.values["state"] = words.said(words.STATES, str(problem.values["state"]))
    if "allowed" in problem.values:
        codes = str(problem.values["allowed"]).split(", ")
        problem.values["allowed"] = ", ".join(words.said(words.REASONS, code) for code in codes)
    if "computation" in problem.values:
        problem.values["computation"] = words.computation(str(problem.values["computation"]))
    return sentence(problem)
