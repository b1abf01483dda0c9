"""What was wanted and what was reached, for everybody: of the programme, and of an area. Nothing here ranks places."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import ancestors
from answerable.results import words
from answerable.results.capacity import capacity_of
from answerable.results.models import Framework, Period, Scorecard, ScorecardPart
from answerable.results.published import public_progress, shown, shown_in, wanted
from answerable.results.rules import Progress
from answerable.results.rules.measures import Measure
from answerable.results.rules.scores import Score
from answerable.results.scoring import held_against, scorecards_of, spread_of
from answerable.results.selectors import (
    Cell,
    Line,
    Sheet,
    frameworks_at,
    places_with_values,
    public_notes,
    published_frameworks,
    sheet_of,
)
from answerable.web.figures import in_digits
from answerable.web.said import name_html, name_text

from .capacity import conditions_said

MOST_FRAMEWORKS = 200


@require_safe
def programme(request: HttpRequest, lang: str) -> HttpResponse:
    """The frameworks that are published, the widest first."""
    rows = [
        {
            "name": name_html(row.names, row.key, lang),
            "place": name_html(row.area.names, row.area.name, lang),
            "area_id": row.area_id,
            "key": row.key,
        }
        for row in published_frameworks()[:MOST_FRAMEWORKS]
    ]
    return render(request, "results/public/programme.html", {"frameworks": rows})


@require_safe
def area_results(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """One framework as it stands in a place; `?framework=` another of those that cover it, `?period=` another period."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    frameworks = frameworks_at(area)
    chosen = next((row for row in frameworks if row.key == request.GET.get("framework")), None)
    framework = chosen or (frameworks[-1] if frameworks else None)
    context: dict[str, Any] = {
        "area": area,
        "title": name_text(area.names, area.name, lang),
        "name": name_html(area.names, area.name, lang),
        "crumbs": [(step.pk, name_html(step.names, step.name, lang)) for step in ancestors(area)],
        "frameworks": [
            (row.key, name_html(row.names, row.key, lang), row == framework) for row in frameworks
        ],
        "framework": framework,
    }
    if area.level.is_village and (found := capacity_of(area, clock.today())).is_known:
        context |= {"found": found, "conditions": conditions_said(found)}
    if framework is not None:
        context |= _framework(framework, area, request.GET.get("period", ""), lang)
    return render(request, "results/public/area.html", context)


def _framework(framework: Framework, area: Area, wanted_period: str, lang: str) -> dict[str, Any]:
    today = clock.today()
    sheet = sheet_of(framework, area)
    begun = [period for period in sheet.periods if period.starts_on <= today]
    period = next((one for one in sheet.periods if one.key == wanted_period), None) or _latest(sheet, begun)
    goals: list[dict[str, Any]] = []
    reached = judged = missing = 0
    cells = [line.at(period) for line in sheet.lines] if period is not None else []
    notes = public_notes(cell.row for cell in cells if cell is not None)
    for goal in sheet.goals:
        lines = []
        for line in goal.lines:
            cell = line.at(period) if period is not None else None
            row = _line(line, cell, notes)
            if row is None:
                continue
            lines.append(row)
            judged += row["reached"] is not None
            reached += row["reached"] is True
            missing += row["reached"] is None and row["wanted"]
        goals.append(
            {
                "name": name_html(goal.goal.names, goal.goal.key, lang),
                "level": words.said(words.LEVELS, goal.goal.level),
                "lines": lines,
            }
        )
    return {
        "framework_name": name_html(framework.names, framework.key, lang),
        "period": period,
        "periods": begun,
        "goals": goals,
        "reached": reached,
        "judged": judged,
        "missing": missing,
        "places": [] if area.level.is_village else places_with_values(framework, area),
        "cards": [_card(card, area, period, lang) for card in scorecards_of(framework)],
    }


def _latest(sheet: Sheet, begun: list[Period]) -> Period | None:
    """The last period that has begun and in which a value stands; else the last that has begun, or the first."""
    for period in reversed(begun):
        if any((cell := line.at(period)) is not None and cell.actual is not None for line in sheet.lines):
            return period
    return begun[-1] if begun else (sheet.periods[0] if sheet.periods else None)


def _line(line: Line, cell: Cell | None, notes: dict[int, Any]) -> dict[str, Any] | None:
    """One indicator as the page shows it; None where nothing is said of it in this place."""
    indicator, baseline = line.indicator, line.baseline
    progress = public_progress(indicator, line, cell) if cell is not None else Progress()
    actual = shown_in(indicator, cell) if cell is not None else None
    row = cell.row if cell is not None else None
    if baseline is None and actual is None and row is None and (cell is None or cell.target is None):
        return None
    began = words.value_said(
        indicator, shown(indicator, baseline.reading, own=line.own) if baseline is not None else None
    )
    unknown = baseline is not None and bool(baseline.no_data)
    year = f" ({in_digits(str(baseline.year))})" if baseline is not None and baseline.year else ""
    target = words.value_said(indicator, wanted(cell.target) if cell is not None else None)
    missing = [] if indicator.measure == Measure.QUALITATIVE else progress.missing
    facts = [
        gettext("no baseline: %(reason)s") % {"reason": began} if unknown else "",
        gettext("began at %(value)s") % {"value": began + year} if began and not unknown else "",
        gettext("wanted: %(value)s") % {"value": target} if target else "",
        gettext("%(percent)s of the way") % {"percent": words.percent(words.towards_zero(progress.percent))}
        if progress.percent is not None
        else "",
        # That there is no value is said above already.
        *(
            words.said(words.MISSING, key)
            for key in missing
            if key != "actual" and not (unknown and key == "baseline")
        ),
        words.said(words.SOURCES, row.source) if row is not None else "",
        words.parts_said(cell.parts) if cell is not None else "",
    ]
    return {
        "name": indicator.names,
        "unit": indicator.unit_words,
        "actual": words.value_said(indicator, actual),
        "is_number": actual is not None and actual.value is not None,
        "margin": words.plain(words.exact(row.margin_e4))
        if row is not None and row.margin_e4 and actual is not None and actual.value is not None
        else "",
        "progress": progress,
        "facts": [fact for fact in facts if fact],
        "reached": progress.reached,
        "wanted": bool(target),
        "note": notes.get(row.pk) if row is not None else None,
    }


def _card(card: Scorecard, area: Area, period: Period | None, lang: str) -> dict[str, Any]:
    today = clock.today()
    context: dict[str, Any] = {
        "name": name_html(card.names, card.key, lang),
        "formula": words.said(words.FORMULAS, card.formula),
        "passes": words.plain(words.exact(card.passes_e4)),
        "in_a_row": card.in_a_row,
        "needs": card.needs_percent,
    }
    if not area.level.is_village:
        return context | {"spread": spread_of(card, area, today)}
    _, held = held_against(card, [area.pk], today)
    score = held[area.pk].scores.get(period.pk) if period is not None else None
    return context | {"score": _score(card, score) if score is not None else None, "exit": held[area.pk].exit}


def _score(card: Scorecard, score: Score) -> dict[str, Any]:
    names = dict(
        ScorecardPart.objects.filter(scorecard=card).values_list("indicator__key", "indicator__names")
    )
    return {
        "stands": words.plain(score.stands) if score.stands is not None else "",
        "out_of": score.out_of,
        "low": words.plain(score.low),
        "high": words.plain(score.high),
        "uncertain": score.is_uncertain,
        "missing": score.missing,
        "weight": score.weight,
        "stars": score.formula == "stars",
        "parts": [
            {
                "name": names.get(given.part.key, {}),
                "weight": given.part.weight,
                "gives": words.plain(given.stands) if given.stands is not None else "",
            }
            for given in score.parts
        ],
    }
