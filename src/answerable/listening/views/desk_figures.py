"""Figures for staff: true counts of their own area, each share with its two numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem, gettext_noop
from answerable.listening import desk_words
from answerable.listening.figures import (
    AGES,
    SPLITS,
    AreaFigures,
    Days,
    Figures,
    Kept,
    Period,
    area_figures,
    sensitive_figures,
)
from answerable.places.models import Area
from answerable.places.selectors import ancestors, children
from answerable.safeguards.suppression import HIDDEN_BELOW
from answerable.web import reading
from answerable.web.figures import number
from answerable.web.said import name_text

from .desk import area_for, own_areas, say_problem

_SPLITS = {
    "child": gettext_noop("areas below"),
    "subject": gettext_noop("subjects"),
    "post": gettext_noop("posts"),
    "kind": gettext_noop("kinds"),
}


@require_safe
@needs(Right.SEE_FIGURES, Right.SEE_SENSITIVE)
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of an area and a period, split by what lies below, subject, post or kind.

    A focal point's are those of the sensitive cases, never split: small as they are, a part would point at somebody.
    """
    actor = actor_of(request)
    asked = request.GET
    # Who fills posts of both kinds sees the ordinary figures here, and the others when asked for.
    sealed = actor.has(Right.SEE_SENSITIVE) and (
        asked.get("of") == "sensitive" or not actor.has(Right.SEE_FIGURES)
    )
    right = Right.SEE_SENSITIVE if sealed else Right.SEE_FIGURES
    own = own_areas(actor, right)
    area = area_for(actor, (right,), asked.get("area")) or (own[0] if len(own) == 1 else None)
    today = clock.today()
    first, last = today.replace(day=1, year=today.year - 1), today
    by = asked.get("by", "child") if asked.get("by", "child") in SPLITS else "child"
    problem: Problem | None = None
    found: AreaFigures | None = None
    try:
        if asked.get("from"):
            first = reading.day_in(asked["from"], "from")
        if asked.get("to"):
            last = reading.day_in(asked["to"], "to")
        period = Period(first, last)
        found = sensitive_figures(actor, area, period) if sealed else area_figures(actor, area, period, by)
    except Problem as refused:
        problem = refused
    context: dict[str, Any] = {
        "sealed": sealed,
        "both": actor.has(Right.SEE_SENSITIVE) and actor.has(Right.SEE_FIGURES),
        "area": area,
        "areas": _areas(own, area),
        "first": reading.shown(asked.get("from", "")) or first.isoformat(),
        "last": reading.shown(asked.get("to", "")) or last.isoformat(),
        "by": by,
        "splits": [(key, gettext(words)) for key, words in _SPLITS.items()],
        "split_words": gettext(_SPLITS[by]),
        "refusal": say_problem(problem) if problem else "",
        "found": found,
        "groups": _groups(found.total) if found else [],
        "parts": _parts(found, by) if found and not sealed else [],
        "on": today,
    }
    return render(request, "listening/desk/figures.html", context, status=problem.status if problem else 200)


def _areas(own: list[Area], area: Area | None) -> list[Area]:
    """What the area filter offers: the way up within one's own, the area itself, and what lies right below."""
    if area is None:
        return own
    paths = [top.path or "" for top in own]
    chain = [step for step in ancestors(area) if any((step.path or "").startswith(path) for path in paths)]
    return [*chain, *children(area)]


def _groups(total: Figures) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The figures of the whole, in groups: words, figure, and what stands behind it."""
    # In words: signs and dashes between numbers turn around in a text from right to left.
    starts = [0, *(end + 1 for end in AGES[:-1])]
    ages = [
        gettext("%(start)s to %(end)s") % {"start": number(start), "end": number(end)}
        for start, end in zip(starts, AGES, strict=True)
    ]
    ages.append(gettext("over %(days)s") % {"days": number(AGES[-1])})
    behind = " · ".join(f"{age}: {number(count)}" for age, count in zip(ages, total.open_by_age, strict=True))
    return [
        (
            gettext("Heard"),
            [
                (gettext("Received"), number(total.received), ""),
                (gettext("Open now"), number(total.open), gettext("by age in days") + ": " + behind),
                (gettext("Joined to like cases"), number(total.joined), ""),
                (gettext("Taken back"), number(total.withdrawn), ""),
            ],
        ),
        (
            gettext("In time"),
            [
                (gettext("Acknowledged in time"), *kept(total.acknowledged)),
                (gettext("Answered in time"), *kept(total.answered)),
                (gettext("Resolved in time"), *kept(total.resolved)),
                (gettext("Days to an answer"), *days(total.answer_days)),
                (gettext("Days to an outcome"), *days(total.resolve_days)),
            ],
        ),
        (
            gettext("Residents' word"),
            [
                (gettext("Confirmed of received"), *share(total.confirmed, total.received)),
                (gettext("Claimed done, not confirmed"), number(total.claimed_not_confirmed), ""),
                (gettext("Unconfirmed"), number(total.unconfirmed), ""),
                (gettext("Reopened"), number(total.reopened), ""),
                (gettext("Appealed"), number(total.appealed), ""),
                (gettext("Appeals upheld"), *share(total.upheld, total.appealed)),
                (gettext("Rated"), *stars(total)),
            ],
        ),
        (
            gettext("On the way"),
            [
                (gettext("Re-routed"), *share(total.bounced, total.received)),
                (gettext("Went up a level"), number(total.escalated), ""),
                (gettext("Ended without delivery"), number(total.not_delivered), ""),
            ],
        ),
    ]


def share(part: int, whole: int) -> tuple[str, str]:
    """A percentage, rounded down so that only all is 100, and its two numbers."""
    if not whole:
        return "–", gettext("none yet")
    return f"{number(part * 100 // whole)} %", gettext("%(part)s of %(whole)s") % {
        "part": number(part),
        "whole": number(whole),
    }


def kept(promise: Kept) -> tuple[str, str]:
    """The share of a promise that was kept, of those that can be judged."""
    return share(promise.in_time, promise.due)


def days(taken: Days) -> tuple[str, str]:
    """The median, with the 90th percentile and how many stand behind it."""
    if taken.median is None or taken.p90 is None:
        return "–", gettext("none yet")
    return number(taken.median), gettext("median; 9 of 10 within %(p90)s; of %(n)s") % {
        "p90": number(taken.p90),
        "n": number(taken.n),
    }


def stars(total: Figures) -> tuple[str, str]:
    """The mean rating, never without its coverage: how many rated of how many that ended."""
    if not total.rated:
        return "–", gettext("none yet")
    return f"{number(round(total.stars / total.rated, 1))}/5", gettext(
        "mean of %(part)s of %(whole)s that ended: %(percent)s %% rated, and what the others think is not known"
    ) % {
        "part": number(total.rated),
        "whole": number(total.ended),
        "percent": number(total.rated * 100 // total.ended) if total.ended else "–",
    }


def _parts(found: AreaFigures, by: str) -> list[dict[str, Any]]:
    lines = []
    most = max((part.figures.received for part in found.parts), default=0) or 1
    for part in found.parts:
        one = part.figures
        said = (
            desk_words.one_of(desk_words.KINDS, str(part.key))
            if by == "kind"
            else name_text(part.names, part.name) or gettext("none")
        )
        lines.append(
            {
                "name": said,
                "area": part.key if by == "child" else None,
                "received": one.received,
                "bar": one.received * 100 // most,
                # True here, but too small to be published or passed on.
                "few": one.received < HIDDEN_BELOW,
                "open": one.open,
                "answered": kept(one.answered),
                "resolved": kept(one.resolved),
                "days": days(one.answer_days)[0],
                "confirmed": share(one.confirmed, one.received),
                "waiting_word": one.claimed_not_confirmed,
            }
        )
    return lines
