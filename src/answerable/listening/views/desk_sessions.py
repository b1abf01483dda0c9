"""Listening sessions on the desk: those that were held, and the form that records one."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.problem import Problem
from answerable.listening import desk_words, services
from answerable.listening.models import SESSION_KINDS, Session
from answerable.listening.problems import CountsWrong, VillageUnknown
from answerable.listening.services.sessions import MOST_PRESENT
from answerable.places.models import Area
from answerable.web import reading

from .desk import say_problem, village_for
from .desk_hear import choose_village

FIELDS = ("kind", "on", "languages", "present", "present_women", "key")


@require_safe
@needs(Right.RECORD_SESSION, Right.SEE_CASES)
def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions of the actor's area, newest first. What was said there is counted for ordinary cases only."""
    actor = actor_of(request)
    seen = scope(actor, Right.RECORD_SESSION) | scope(actor, Right.SEE_CASES)
    rows = (
        Session.objects.filter(seen)
        .select_related("area", "post")
        .annotate(heard=Count("feedback", filter=Q(feedback__case__sensitive=False)))
        .order_by("-on", "-pk")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_record": actor.has(Right.RECORD_SESSION),
        "may_hear": actor.has(Right.RECORD_FEEDBACK),
        "done": request.GET.get("done") == "1",
    }
    return render(request, "listening/desk/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_SESSION)
def record(request: HttpRequest) -> HttpResponse:
    """First the village, then the form."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    village = village_for(actor, Right.RECORD_SESSION, sent.get("village"))
    if village is None:
        problem = VillageUnknown(field="village") if sent.get("village") else None
        return choose_village(
            request, Right.RECORD_SESSION, reverse("desk:session-new"), gettext("Record a session"), problem
        )
    today = clock.today()
    if request.method != "POST":
        typed = {"on": today.isoformat(), "key": str(day_key(today)), "kind": "public-meeting"}
        return _form(request, village, typed, None)
    typed = reading.typed_in(request.POST, FIELDS)
    try:
        women = _count(typed["present_women"]) if typed["present_women"].strip() else None
        session = services.record_session(
            actor=actor,
            area=village,
            kind=typed["kind"],
            on=reading.day_in(typed["on"], "on"),
            languages=_languages(typed["languages"]),
            present=_count(typed["present"]),
            present_women=women,
            key=_key(typed["key"]),
        )
    except Problem as problem:
        return _form(request, village, typed, problem)
    if actor.has(Right.RECORD_FEEDBACK):
        return HttpResponseRedirect(f"{reverse('desk:hear')}?village={village.pk}&session={session.pk}")
    return HttpResponseRedirect(f"{reverse('desk:sessions')}?done=1")


def _count(text: str) -> int:
    number = reading.number_in(text)
    if number is None:
        raise CountsWrong(field="present", most=MOST_PRESENT)
    return number


def _languages(text: str) -> list[str]:
    parts = text[:300].replace("،", ",").replace("、", ",").replace("，", ",").split(",")
    return [reading.language_tag_in(part, "languages") for part in parts if part.strip()][:10]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(
    request: HttpRequest, village: Area, typed: dict[str, str], problem: Problem | None
) -> HttpResponse:
    context = {
        "village": village,
        "typed": {name: reading.shown(value) for name, value in typed.items()},
        "kinds": [(kind, gettext(desk_words.SESSION_KINDS[kind])) for kind in SESSION_KINDS],
        "refusal": say_problem(problem) if problem else "",
        "wrong": problem.field if problem else "",
        "latest": clock.today().isoformat(),
    }
    return render(
        request, "listening/desk/session_new.html", context, status=problem.status if problem else 200
    )
