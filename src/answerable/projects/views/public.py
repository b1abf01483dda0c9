"""What villages chose, for everybody: the order, rounded counts, and how it was held."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.problems import NotThere
from answerable.kernel.names import say
from answerable.places.models import Area
from answerable.projects import selectors, words
from answerable.projects.models import Choice
from answerable.safeguards.suppression import PublicCount
from answerable.web.figures import number
from answerable.web.said import name_html, name_text


@require_safe
def area_choices(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """The choices of a village, or of the villages of an area, newest first."""
    area = Area.objects.filter(pk=area_id).select_related("level").first() if area_id < 2**63 else None
    if area is None:
        raise NotThere
    context = {
        "area": area,
        "title": name_text(area.names, area.name, lang),
        "name": name_html(area.names, area.name, lang),
        "choices": [_shown(choice, area, lang) for choice in selectors.choices_in(area)],
    }
    return render(request, "projects/public/choices.html", context)


def _shown(choice: Choice, area: Area, lang: str) -> dict[str, Any]:
    public = selectors.published_choice(choice)
    by_number = {option.n: option for option in choice.options.all()}
    return {
        "what": name_html(choice.names, choice.key, lang),
        "place": name_html(choice.area.names, choice.area.name, lang) if choice.area_id != area.pk else "",
        "on": choice.on,
        "way": words.one_of(words.HOW_HELD, choice.way),
        "each": choice.each,
        "present": _said(public.present),
        "decided": public.decided,
        "options": [
            {
                "place": number(option.place),
                "shared": option.shared,
                "first": option.place == 1,
                "project": by_number[option.n].project,
                "hands": _said(option.hands),
            }
            for option in public.options
        ],
        "how": [words.one_of(words.HOW_WORDS, word) for word in choice.how],
        "told": say(choice.texts, lang) if choice.texts else None,
    }


def _said(count: PublicCount) -> str:
    return gettext("fewer than 10") if count.value is None else number(count.value)
