"""Two closer looks: problems that come back, and patterns that are questions to offices."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import needs
from answerable.kernel.problem import gettext_noop
from answerable.oversight import questions, recurring
from answerable.oversight.selectors import RIGHT
from answerable.safeguards.suppression import HIDDEN_BELOW
from answerable.web.figures import month, number
from answerable.web.said import name_text

from .asking import asked
from .desk import share

_PATTERNS = {
    "last-days": (
        gettext_noop("Ended on the due day or the day before"),
        gettext_noop(
            "Of the cases that a post ended in time. Why do so many wait for the last day: are days counted instead of work?"
        ),
    ),
    "templates": (
        gettext_noop("Replies that are a template, unchanged"),
        gettext_noop("Of a post's replies. Did whoever asked learn what they asked for?"),
    ),
    "round-end": (
        gettext_noop("Called done in the last week of a round"),
        gettext_noop(
            "Of a post's claims, cases and projects together. Are these finished, or was there a day to meet?"
        ),
    ),
}


@require_safe
@needs(RIGHT)
def recurring_page(request: HttpRequest) -> HttpResponse:
    """Themes that come back in the same place, month by month."""
    wanted = asked(request)
    months = recurring.months_to(wanted.today)
    lines = []
    for one in recurring.recurring(wanted.actor, wanted.area):
        place = one.place or wanted.area
        days = {"from": months[0].isoformat(), "to": wanted.today.isoformat(), "by": "subject"}
        lines.append(
            {
                "place": name_text(one.place.names, one.place.name)
                if one.place
                else gettext("In no area below"),
                "theme": name_text(one.theme.names, one.theme.key),
                "figures": f"{reverse('desk:figures')}?{urlencode({'area': place.pk if place else '', **days})}",
                "times": one.times,
                "counts": [
                    (month(first), n, n >= recurring.LEAST_A_MONTH)
                    for first, n in zip(months, one.counts, strict=True)
                ],
                "few": min(one.counts) < HIDDEN_BELOW,
            }
        )
    context = {
        "wanted": wanted,
        "area": wanted.area,
        "areas": wanted.choices(),
        "months": [month(first) for first in months],
        "lines": lines,
        "least": recurring.LEAST_A_MONTH,
        "times": recurring.RECURS_IN,
        "of": recurring.MONTHS,
    }
    return render(request, "oversight/desk/recurring.html", context)


@require_safe
@needs(RIGHT)
def questions_page(request: HttpRequest) -> HttpResponse:
    """Patterns in the figures that are worth a question to an office."""
    wanted = asked(request)
    found = [
        {
            "title": gettext(_PATTERNS[one.key][0]),
            "words": gettext(_PATTERNS[one.key][1]),
            "percent": number(one.percent),
            "posts": one.posts,
            "lines": [
                (
                    name_text(row.post.names, row.post.key),
                    *share(row.part, row.whole),
                    row.part * 100 // row.whole,
                )
                for row in one.questions
            ],
        }
        for one in questions.patterns(wanted.actor, wanted.area, wanted.days)
    ]
    context = {
        "wanted": wanted,
        "area": wanted.area,
        "areas": wanted.choices(),
        "periods": wanted.periods,
        "found": found,
        "least": questions.LEAST,
    }
    return render(request, "oversight/desk/questions.html", context)
