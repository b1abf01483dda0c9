"""Recording what was said: for a session, from a paper slip, or from a call; and the slip to hand over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from answerable.access.decorators import actor_of, needs
from answerable.access.rules import Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.names import direction
from answerable.kernel.problem import Problem
from answerable.listening import desk_words, services
from answerable.listening.models import KINDS, Session
from answerable.listening.problems import FormStale, SubjectUnknown, VillageUnknown
from answerable.listening.receipts import receipt_of
from answerable.listening.selectors import received_event
from answerable.listening.services.core import TEXT_LIMIT
from answerable.listening.services.intake import LATEST_RECORD_DAYS, FormToken
from answerable.places.models import Area
from answerable.programme.models import Subject
from answerable.safeguards import codes
from answerable.web import reading
from answerable.web.said import same_language

from .desk import FEW, page_language, say_problem, village_for, villages_for

#: How staff hear things; `session` needs a session that is recorded.
WAYS = ("session", "paper", "call")
FIELDS = (
    "channel",
    "session",
    "on",
    "kind",
    "subject",
    "language",
    "other_language",
    "text",
    "serial",
    "urgent",
    "sensitive",
)


@dataclass
class HearForm:
    """The form's values as typed, and what is wrong with them."""

    typed: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def wrong(self) -> str:
        """The field that was refused."""
        return self.problem.field if self.problem else ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_FEEDBACK)
def hear(request: HttpRequest) -> HttpResponse:
    """First the village, then the form; the answer to the form is the slip."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    village = village_for(actor, Right.RECORD_FEEDBACK, sent.get("village"))
    if village is None:
        problem = VillageUnknown(field="village") if sent.get("village") else None
        return choose_village(
            request, Right.RECORD_FEEDBACK, reverse("desk:hear"), gettext("Record what was said"), problem
        )
    sessions = _sessions(village)
    if request.method != "POST":
        chosen = next((row for row in sessions if str(row.pk) == sent.get("session")), None)
        typed = _first_values(sent.get("channel", ""), chosen, sessions)
        return _form(request, village, sessions, HearForm(typed))
    form = HearForm(reading.typed_in(request.POST, FIELDS))
    form.typed["sensitive"] = "yes" if reading.ticked(request.POST.getlist("sensitive")) else ""
    try:
        session = _session(form.typed, sessions)
        language = _language(form.typed)
        printed = services.slip_for(village, form.typed["serial"]) if form.typed["serial"].strip() else None
        heard = services.receive_feedback(
            actor=actor,
            area=village,
            kind=form.typed["kind"],
            subject=_subject(form.typed["subject"]),
            text=form.typed["text"],
            language=language,
            channel=reading.choice_in(form.typed["channel"], WAYS, "channel"),
            token=_token(request.POST.get("token", "")),
            session=session,
            on=session.on if session else reading.day_in(form.typed["on"], "on"),
            urgent=form.typed["urgent"] == "yes",
            sensitive=form.typed["sensitive"] == "yes",
            slip=printed,
        )
    except Problem as problem:
        form.problem = problem
        return _form(request, village, sessions, form)
    return _slip_page(request, village, heard, form.typed, language)


def choose_village(
    request: HttpRequest, right: Right, onward: str, heading: str, problem: Problem | None = None
) -> HttpResponse:
    """The village picker: a search within the actor's own area, without script."""
    sought = request.GET.get("q", "")[:100]
    found = villages_for(actor_of(request), right, sought, FEW + 1)
    keep = {name: request.GET[name] for name in ("channel",) if request.GET.get(name) in WAYS}
    context = {
        "heading": heading,
        "onward": onward,
        "sought": reading.shown(sought),
        "villages": found[:FEW],
        "more": len(found) > FEW,
        "few": FEW,
        "keep": urlencode(keep),
        "refusal": say_problem(problem) if problem else "",
    }
    return render(request, "listening/desk/village.html", context, status=problem.status if problem else 200)


def _sessions(village: Area) -> list[Session]:
    since = clock.today() - timedelta(days=LATEST_RECORD_DAYS)
    return list(Session.objects.filter(area=village, on__gte=since).order_by("-on", "-pk")[:30])


def _first_values(channel: str, session: Session | None, sessions: list[Session]) -> dict[str, str]:
    spoken = [tag for tag in (session.languages if session else []) if tag]
    usual = "session" if session or sessions else "paper"
    return {
        "channel": channel if channel in WAYS and not session else usual,
        "session": str(session.pk) if session else "",
        "on": clock.today().isoformat(),
        "language": spoken[0] if spoken else page_language(),
        "kind": "need",
    }


def _session(typed: dict[str, str], sessions: list[Session]) -> Session | None:
    if typed["channel"] != "session":
        return None
    found = next((row for row in sessions if str(row.pk) == typed["session"]), None)
    if found is None:
        raise ChoiceUnknown(
            field="session", given="-", allowed=", ".join(str(row.on) for row in sessions[:10]) or "-"
        )
    return found


def _language(typed: dict[str, str]) -> str:
    if typed["other_language"].strip():
        return reading.language_tag_in(typed["other_language"], "other_language")
    return reading.language_tag_in(typed["language"], "language")


def _subject(key: str) -> Subject:
    found = Subject.objects.select_related("parent").filter(key=key[:60].replace("\0", "")).first()
    if found is None:
        raise SubjectUnknown(field="subject")
    return found


def _token(sealed: str) -> FormToken:
    try:
        return services.open_form_token(sealed)
    except FormStale as stale:
        stale.field = "token"
        raise


def _form(request: HttpRequest, village: Area, sessions: list[Session], form: HearForm) -> HttpResponse:
    tops = list(Subject.objects.filter(offered=True).order_by("position", "key"))
    spoken = {tag for row in sessions for tag in row.languages}
    context = {
        "village": village,
        "sessions": sessions,
        "typed": {name: reading.shown(value) for name, value in form.typed.items()},
        "refusal": say_problem(form.problem) if form.problem else "",
        "wrong": form.wrong,
        "token": services.new_form_token(),
        "ways": [(way, desk_words.one_of(desk_words.CHANNELS, way)) for way in WAYS],
        "kinds": [(kind, gettext(desk_words.KINDS[kind])) for kind in KINDS],
        "subjects": [
            (top, [row for row in tops if row.parent_id == top.pk]) for top in tops if top.parent_id is None
        ],
        "languages": reading.reply_languages(sorted(spoken)),
        "earliest": (clock.today() - timedelta(days=LATEST_RECORD_DAYS)).isoformat(),
        "latest": clock.today().isoformat(),
        "limit": TEXT_LIMIT,
    }
    status = form.problem.status if form.problem else 200
    return render(request, "listening/desk/hear.html", context, status=status)


def _slip_page(
    request: HttpRequest, village: Area, heard: services.Heard, typed: dict[str, str], language: str
) -> HttpResponse:
    again = {"village": village.pk, "channel": typed["channel"]}
    if typed["channel"] == "session":
        again["session"] = typed["session"]
    context = {
        "slip": slip(heard, village, language, request.build_absolute_uri("/")),
        "again": urlencode(again),
        "channel": typed["channel"],
        "village": village,
    }
    return render(request, "listening/desk/slip.html", context)


def slip(heard: services.Heard, village: Area, language: str, site: str) -> dict[str, Any]:
    """What is handed over, in the resident's language where the product speaks it, else in English.

    It says nothing of the subject: whoever finds the slip learns only that somebody spoke. Without a code: the
    resident has a printed slip with one under its fold, or the same form was sent before.
    """
    known = [tag for tag, _ in settings.LANGUAGES]
    tag = next((own for own in known if same_language(language, own)), "en")
    context = {
        "code": codes.shown(heard.code) if heard.code else "",
        "receipt": receipt_of(heard.event or received_event(heard.feedback)),
        "case": heard.case,
        "village": village,
        "programme_name": settings.PROGRAMME_NAME,
        "address": f"{site}{tag}/code/",
        "given": heard.case.received_on,
    }
    with translation.override(tag):
        html = render_to_string("listening/desk/_slip.html", context)
    return {
        "html": html,
        "language": tag,
        "direction": direction(tag),
        "other": not same_language(language, tag),
    }
