"""Frameworks on the desk: the list with what waits for approval, one framework in one place, its sheet, its lock."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from answerable.access.decorators import actor_of, needs, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, ImportReport
from answerable.places.models import Area
from answerable.results import services, words
from answerable.results.exporting import framework_file
from answerable.results.imports import take_sheet
from answerable.results.models import Framework, Indicator, Period, Scorecard
from answerable.results.problems import SheetKindUnknown
from answerable.results.published import public_progress, shown, shown_in
from answerable.results.rules import Reading
from answerable.results.rules.measures import SMALL_NUMBERS
from answerable.results.scoring import held_against, scorecards_of, spread_of
from answerable.results.selectors import (
    Cell,
    Line,
    framework_for,
    frameworks_for,
    places_of,
    sheet_of,
    waiting_for,
)
from answerable.results.sheets import read_sent
from answerable.web import reading
from answerable.web.pages import sentence
from answerable.web.problems import RequestUnreadable

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def may(actor: Actor, right: Right, area: Area) -> bool:
    """True when the actor holds the right there."""
    try:
        post_for(actor, right, area)
    except Denied:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_PROGRAMME)
def frameworks(request: HttpRequest) -> HttpResponse:
    """The frameworks of the actor's areas, and what waits for their approval; a sheet is taken in here."""
    actor = actor_of(request)
    context: dict[str, Any] = {
        "frameworks": frameworks_for(actor)[:200],
        "waiting": waiting_for(actor),
        "may_set": actor.has(Right.SET_RESULTS),
    }
    if request.method != "POST":
        return render(request, "results/desk/list.html", context)
    if not actor.has(Right.SET_RESULTS):
        raise Denied
    try:
        file = request.FILES.get("sheet")
        if file is None:
            raise SheetKindUnknown(file="-", field="sheet")
        name = reading.shown(file.name or "")[:80]
        report = ImportReport(files=[name])
        rehearsal = request.POST.get("rehearse") == "yes"
        made = take_sheet(actor=actor, sheet=read_sent(name, file.read()), report=report, dry_run=rehearsal)
    except Problem as problem:
        if problem.status == 403:
            raise
        context |= {"refusal": sentence(problem), "wrong": "sheet"}
        return render(request, "results/desk/list.html", context, status=problem.status)
    if report.faults or rehearsal or made is None:
        context |= {"report": report, "faults": _first(report.faults), "rehearsal": rehearsal}
        return render(request, "results/desk/list.html", context, status=422 if report.faults else 200)
    return HttpResponseRedirect(reverse("results-desk:framework", args=[made.key]) + "?done=sheet")


def _first(faults: list[Fault]) -> list[Fault]:
    return faults[:200]


@require_safe
@signed_in
def framework(request: HttpRequest, framework: str) -> HttpResponse:
    """One framework in one place, a period at a time, with true figures."""
    actor = actor_of(request)
    row = framework_for(actor, framework)
    return page(request, actor, row, done=request.GET.get("done", ""))


def page(
    request: HttpRequest, actor: Actor, row: Framework, *, problem: Problem | None = None, done: str = ""
) -> HttpResponse:
    """The page of a framework, with what was refused or done."""
    places = places_of(row, actor)
    area_id = reading.number_in(request.GET.get("area"))
    area = next((place for place in places if place.pk == area_id), None)
    if area is None:
        inside = [place for place in places if place.pk == row.area_id]
        area = (
            inside[0]
            if inside
            else (places[0] if places and not may(actor, Right.SEE_FIGURES, row.area) else row.area)
        )
    area = Area.objects.select_related("level").get(pk=area.pk)
    sheet = sheet_of(row, area)
    today = clock.today()
    begun = [one for one in sheet.periods if one.starts_on <= today]
    period = next((one for one in sheet.periods if one.key == request.GET.get("period")), None)
    period = period or (begun[-1] if begun else (sheet.periods[0] if sheet.periods else None))
    true = may(actor, Right.SEE_FIGURES, area)
    context = {
        "framework": row,
        "area": area,
        "places": places,
        "periods": sheet.periods,
        "period": period,
        "goals": [
            (
                goal,
                words.said(words.LEVELS, goal.goal.level),
                [_line(line, period, true) for line in goal.lines],
            )
            for goal in sheet.goals
        ],
        "cards": [_card(card, area, period) for card in scorecards_of(row)],
        "may_set": may(actor, Right.SET_RESULTS, row.area),
        "may_record": may(actor, Right.RECORD_RESULTS, area),
        "may_lock": period is not None and period.locked_on is None and period.ends_on < today,
        "refusal": sentence(problem) if problem else "",
        "done": done in {"sheet", "published", "locked"},
    }
    return render(request, "results/desk/framework.html", context, status=problem.status if problem else 200)


def said_to(indicator: Indicator, reading_: Reading | None, true: bool, own: bool) -> str:
    """A value as this reader may see it: true where they hold the right to figures, else as everybody sees it."""
    if true or indicator.counts not in SMALL_NUMBERS:
        return words.reading_said(indicator, reading_)
    return words.value_said(indicator, shown(indicator, reading_, own=own))


def _line(line: Line, period: Period | None, true: bool) -> dict[str, Any]:
    indicator = line.indicator
    found: dict[str, Any] = {
        "indicator": indicator,
        "computed": words.computation(indicator.computed_by),
        "baseline": said_to(indicator, line.baseline.reading if line.baseline else None, true, line.own),
    }
    cell: Cell | None = line.at(period) if period is not None else None
    if cell is None:
        return found
    progress = cell.progress if true else public_progress(indicator, line, cell)
    pending = cell.pending if true else None
    return found | {
        "target": words.reading_said(indicator, cell.target),
        "actual": words.reading_said(indicator, cell.actual)
        if true
        else words.value_said(indicator, shown_in(indicator, cell)),
        "parts": words.parts_said(cell.parts),
        "progress": progress,
        "percent": words.percent(words.towards_zero(progress.percent))
        if progress.percent is not None
        else "",
        "missing": [words.said(words.MISSING, key) for key in progress.missing],
        "pending": words.reading_said(indicator, pending.reading) if pending else "",
        "pending_state": words.said(words.STATES, pending.state) if pending else "",
        "not_public": true
        and indicator.counts in SMALL_NUMBERS
        and cell.actual is not None
        and cell.actual.is_there,
    }


def _card(card: Scorecard, area: Area, period: Period | None) -> dict[str, Any]:
    today = clock.today()
    found: dict[str, Any] = {"card": card, "formula": words.said(words.FORMULAS, card.formula)}
    if not area.level.is_village:
        return found | {"spread": spread_of(card, area, today)}
    _, held = held_against(card, [area.pk], today)
    score = held[area.pk].scores.get(period.pk) if period is not None else None
    return found | {
        "score": score,
        "stands": words.plain(score.stands) if score else "",
        "low": words.plain(score.low) if score else "",
        "high": words.plain(score.high) if score else "",
        "exit": held[area.pk].exit,
    }


@require_safe
@signed_in
def sheet(request: HttpRequest, framework: str, form: str) -> HttpResponse:
    """The framework as a file."""
    row = framework_for(actor_of(request), framework)
    if form not in TYPES or not may(actor_of(request), Right.SEE_FIGURES, row.area):
        raise NotThere
    response = HttpResponse(framework_file(row, form), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{row.key}.{form}"'
    return response


@require_POST
@signed_in
def settle(request: HttpRequest, framework: str) -> HttpResponse:
    """Publish the framework, or lock one of its periods."""
    actor = actor_of(request)
    row = framework_for(actor, framework)
    post_for(actor, Right.SET_RESULTS, row.area)
    act = request.POST.get("act")
    try:
        if act == "publish":
            services.publish_framework(actor=actor, framework=row)
        else:
            period = Period.objects.filter(
                framework=row, pk=reading.number_in(request.POST.get("period")) or 0
            ).first()
            if period is None:
                raise RequestUnreadable
            period.framework = row
            services.lock_period(actor=actor, period=period)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return page(request, actor, row, problem=problem)
    done = "published" if act == "publish" else "locked"
    return HttpResponseRedirect(reverse("results-desk:framework", args=[row.key]) + f"?done={done}")
