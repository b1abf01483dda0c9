"""The inbox: what waits, the next due first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, signed_in
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import gettext_noop
from answerable.listening import desk_words
from answerable.listening.models import KINDS, Word
from answerable.listening.rules.clocks import APPEAL_DAYS
from answerable.listening.rules.states import OPEN_STATES, State
from answerable.listening.selectors import InboxFilter, cases_for, inbox
from answerable.places.models import Area
from answerable.places.selectors import ancestors, children, work_calendars
from answerable.programme.models import Subject
from answerable.web import reading

from .desk import area_for, filled_today, own_areas

ROWS = 50
AGES = (7, 14, 30, 60, 90, 180)
SEES = (Right.SEE_CASES, Right.SEE_SENSITIVE)
#: What an act says once the case is out of sight, or gone to another page.
SAID = {
    "sealed": gettext_noop("Done. The focal point has it now, and nobody else sees it."),
    "passed": gettext_noop("Done. The case is with another post now."),
}
_OPEN = [state.value for state in OPEN_STATES]


@require_safe
@signed_in
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The cases that wait: one's own, those of vacant posts, or all of the area."""
    actor = actor_of(request)
    if not any(actor.has(right) for right in SEES):
        if actor.has(Right.SEE_PROGRAMME):
            return HttpResponseRedirect(reverse("desk:programme"))
        return render(request, "listening/desk/no_post.html")
    asked = request.GET
    area = area_for(actor, SEES, asked.get("area"))
    whose = _whose(actor, asked.get("whose", ""))
    wanted = InboxFilter(
        mine=whose == "mine",
        state=asked.get("state", "") if asked.get("state") in desk_words.STATES else "",
        subject_id=_id(asked.get("subject")),
        area=area,
        kind=asked.get("kind", "") if asked.get("kind") in KINDS else "",
        late=asked.get("late") == "yes",
        older_than_days=_age(asked.get("age")),
        text=asked.get("q", "")[:200],
        open_only=asked.get("all") != "yes",
    )
    rows: QuerySet[Any] = inbox(actor, wanted).annotate(filled=filled_today(), first=_first_words())
    if whose == "vacant":
        rows = rows.filter(filled=False)
    paginator = Paginator(rows, ROWS)
    page = paginator.get_page(asked.get("page"))
    shown = list(page.object_list)
    _measure(shown)
    context = {
        "rows": shown,
        "page": page,
        "count": paginator.count,
        "whose": whose,
        "tabs": _tabs(actor, whose),
        "wanted": wanted,
        "words": reading.shown(wanted.text),
        "area": area,
        "areas": _areas(actor, area),
        "subjects": _subjects(),
        "kinds": [(kind, gettext(desk_words.KINDS[kind])) for kind in KINDS],
        "states": [(state.value, desk_words.state(state.value)) for state in State],
        "ages": AGES,
        "filtered": any(asked.get(name) for name in ("q", "state", "subject", "area", "kind", "age", "late")),
        "said": gettext(SAID[asked["said"]]) if asked.get("said") in SAID else "",
        "onward": urlencode([(k, v) for k, v in asked.items() if k not in {"page", "said"} and v]),
        "kept": urlencode([(k, v) for k, v in asked.items() if k not in {"page", "said", "whose"} and v]),
        "sealed": not actor.has(Right.SEE_CASES),
    }
    return render(request, "listening/desk/inbox.html", context)


def _whose(actor: Actor, asked: str) -> str:
    """Which list: those who handle begin with their own work, those who only read with the whole area."""
    if asked == "vacant" and actor.has(Right.REASSIGN):
        return "vacant"
    if asked in {"mine", "area"}:
        return asked
    return "mine" if actor.has(Right.HANDLE) or actor.has(Right.HANDLE_SENSITIVE) else "area"


def _tabs(actor: Actor, whose: str) -> list[dict[str, Any]]:
    """The lists with their counts: one query for all of them."""
    posts = [holding.post_id for holding in actor.holdings]
    own = Q(owner_id__in=posts) | Q(appeal_post_id__in=posts)
    counts = {"mine": Count("pk", filter=own), "area": Count("pk")}
    if actor.has(Right.REASSIGN):
        counts["vacant"] = Count("pk", filter=Q(filled=False))
    found = cases_for(actor).filter(state__in=_OPEN).annotate(filled=filled_today()).aggregate(**counts)
    names = [
        ("mine", gettext("My work")),
        ("vacant", gettext("Vacant posts")),
        ("area", gettext("Whole area")),
    ]
    return [
        {"key": key, "words": words, "count": found[key], "here": key == whose}
        for key, words in names
        if key in found
    ]


def _first_words() -> Subquery:
    """The beginning of what was said first."""
    words = Word.objects.filter(case=OuterRef("pk"), by_office=False).order_by("pk")
    return Subquery(
        words.annotate(start=Substr("text", 1, 140)).values("start")[:1], output_field=CharField()
    )


def _measure(rows: list[Any]) -> None:
    """Give each row its days: to the due day (None: nothing owed), and since it was received."""
    today = clock.today()
    appealed = [row for row in rows if row.state == State.APPEALED and row.appealed_on]
    calendars = work_calendars(row.area for row in appealed) if appealed else {}
    for row in rows:
        row.days = None
        row.paused = row.state == State.AWAITING_RESIDENT
        row.age = (today - row.received_on).days
        if row.state == State.APPEALED and row.appealed_on:
            row.due_on = calendars[row.area_id].add(row.appealed_on, APPEAL_DAYS)
        if row.state in _OPEN and not row.paused:
            row.days = (row.due_on - today).days


def _areas(actor: Actor, area: Area | None) -> list[Area]:
    """What the area filter offers: the way up, the area itself, and what lies right below."""
    own = own_areas(actor, Right.SEE_CASES if actor.has(Right.SEE_CASES) else Right.SEE_SENSITIVE)
    if area is None:
        if len(own) == 1:
            return [*own, *children(own[0])]
        return own
    paths = [top.path or "" for top in own]
    chain = [step for step in ancestors(area) if any((step.path or "").startswith(path) for path in paths)]
    return [*chain, *children(area)]


def _subjects() -> list[tuple[Subject, list[Subject]]]:
    rows = list(Subject.objects.order_by("position", "key"))
    return [(top, [row for row in rows if row.parent_id == top.pk]) for top in rows if top.parent_id is None]


def _id(sent: str | None) -> int | None:
    pk = reading.number_in(sent)
    return pk if pk is not None and pk <= reading.LARGEST else None


def _age(sent: str | None) -> int | None:
    age = reading.number_in(sent)
    return age if age in AGES else None
