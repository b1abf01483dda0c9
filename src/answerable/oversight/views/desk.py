"""One screen of what is promised and not kept, and where; the same as a table to take along."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import needs
from answerable.kernel.problem import gettext_noop
from answerable.listening.figures import Kept
from answerable.money.resting import Rest
from answerable.oversight import map_picture, rules, sheets
from answerable.oversight.selectors import RIGHT, Line, Overview, overview
from answerable.places.models import Boundary
from answerable.safeguards.suppression import HIDDEN_BELOW
from answerable.web.figures import number
from answerable.web.said import name_text

from .asking import Asked, asked

_ORDERS = {
    "name": gettext_noop("by name"),
    "late": gettext_noop("answers overdue or late"),
    "stuck": gettext_noop("open for over 90 days"),
    "silent": gettext_noop("silent projects"),
    "promises": gettext_noop("late promises"),
}


@require_safe
@needs(RIGHT)
def overview_page(request: HttpRequest) -> HttpResponse:
    """An area and those right below: what is late, stuck, silent, owed, resting; and what still works."""
    wanted = asked(request)
    found = overview(wanted.actor, wanted.area, wanted.days)
    lines = found.ordered(wanted.order)
    most = {
        "received": max((line.cases.received for line in found.lines), default=0),
        "open": max((line.cases.open for line in found.lines), default=0),
    }
    context = {
        "wanted": wanted,
        "area": wanted.area,
        "areas": wanted.choices(),
        "periods": wanted.periods,
        "orders": [(key, gettext(words)) for key, words in _ORDERS.items()],
        "found": found,
        "total": _told(found.total, found, wanted, most),
        "lines": [_told(line, found, wanted, most) for line in lines],
        "spread": _spread(found),
        "map": _map(found, wanted),
        "csv": f"{reverse('oversight:csv')}?{wanted.address()}",
    }
    return render(request, "oversight/desk/overview.html", context)


@require_safe
@needs(RIGHT)
def overview_csv(request: HttpRequest) -> HttpResponse:
    """The same numbers as the page, in its order."""
    wanted = asked(request)
    found = overview(wanted.actor, wanted.area, wanted.days)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(sheets.rows(found, wanted.order))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = sheets.file_name(found)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _told(line: Line, found: Overview, wanted: Asked, most: dict[str, int]) -> dict[str, Any]:
    """A line as the page shows it: each share with its two numbers, bars to one scale a column."""
    cases = line.cases
    return {
        "name": name_text(line.area.names, line.area.name) if line.area else gettext("In no area below"),
        "address": wanted.address(line.area.pk) if line.area else "",
        "figures": _figures_address(line, found) if line.area else "",
        "inbox": f"{reverse('desk:inbox')}?whose=area&late=yes&area={line.area.pk}" if line.area else "",
        "silent": f"{reverse('projects-desk:list')}?silent=1&area={line.area.pk}" if line.area else "",
        "line": line,
        "few": cases.received < HIDDEN_BELOW,
        "received_bar": _of(cases.received, most["received"]),
        "late": [
            (gettext("to acknowledge"), *_late(cases.acknowledged)),
            (gettext("to answer"), *_late(cases.answered)),
            (gettext("to resolve"), *_late(cases.resolved)),
        ],
        "answered": share(cases.answered.in_time, cases.answered.due),
        "answered_bar": _of(cases.answered.in_time, cases.answered.due),
        "ages": cases.open_by_age,
        "age_bars": _stacked(cases.open_by_age, most["open"]),
        "confirmed": share(line.projects.confirmed, line.projects.claimed),
        "working": share(line.things.working, line.things.checked),
        "money": [(currency, rest) for currency, rest in sorted(line.money.items()) if _moved(rest)],
    }


def _late(promise: Kept) -> tuple[int, str]:
    return promise.late, two(promise.late, promise.due)


def _moved(rest: Rest) -> bool:
    return bool(rest.left_units or rest.passed_units)


def two(part: int, whole: int) -> str:
    """Two numbers in words."""
    return gettext("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}


def share(part: int, whole: int) -> tuple[str, str]:
    """A percentage, rounded down so that only all is 100, and its two numbers."""
    if not whole:
        return "–", gettext("none yet")
    return f"{number(part * 100 // whole)} %", two(part, whole)


def _of(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def _stacked(ages: tuple[int, ...], most: int) -> list[dict[str, int]]:
    """Where each age begins in the bar, and how wide it is, in hundredths of the longest bar."""
    bars, start = [], 0
    for place, count in enumerate(ages):
        upto = _of(start + count, most)
        begin = _of(start, most)
        bars.append({"x": begin, "wide": upto - begin, "age": place})
        start += count
    return bars


def _figures_address(line: Line, found: Overview) -> str:
    days = found.period
    pk = line.area.pk if line.area else ""
    return f"{reverse('desk:figures')}?area={pk}&from={days.first.isoformat()}&to={days.last.isoformat()}&by=subject"


def _spread(found: Overview) -> list[dict[str, Any]]:
    """How many areas are in each step of what is late: how they are spread, and no place in a row."""
    areas = [line.cases.answered for line in found.lines if line.area is not None]
    counts = rules.spread((one.late, one.due) for one in areas)
    most = max(counts.values(), default=0)
    steps: list[int | None] = [*range(len(rules.STEPS) + 1), None]
    return [
        {
            "step": "none" if step is None else step,
            "words": _step(step),
            "n": counts[step],
            "bar": _of(counts[step], most),
        }
        for step in steps
    ]


def _map(found: Overview, wanted: Asked) -> dict[str, Any]:
    """The areas in their steps, by name; and how many have no outline where others have one. One query."""
    areas = [line for line in found.ordered("name") if line.area is not None]
    outlines = dict(
        Boundary.objects.filter(area__in=[line.area for line in areas]).values_list("area_id", "geometry")
    )
    places = [
        map_picture.Place(
            line.area.pk,
            rules.step_of(line.cases.answered.late, line.cases.answered.due),
            f"?{wanted.address(line.area.pk)}",
        )
        for line in areas
        if line.area is not None
    ]
    picture = map_picture.drawn(places, outlines, mirrored=get_language_bidi())
    without = len(places) - len(outlines) if outlines else 0
    return {"picture": SafeString(picture), "outlined": bool(outlines), "without": without}


def _step(step: int | None) -> str:
    if step is None:
        return gettext("no answer was due")
    if step == 0:
        return gettext("none late")
    if step == len(rules.STEPS):
        return gettext("over %(percent)s %%") % {"percent": number(rules.STEPS[-1])}
    return gettext("up to %(percent)s %%") % {"percent": number(rules.STEPS[step])}
