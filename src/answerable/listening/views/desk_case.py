"""One case on the desk: its timeline, its clocks, and the forms for what can be done now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, signed_in
from answerable.access.gate import post_for
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.names import say
from answerable.kernel.problem import Problem
from answerable.listening import desk_words
from answerable.listening.forms.acts import BY_KEY, ActForm, Choices, offered_acts, reasons_for
from answerable.listening.models import KINDS, Case, CaseStep, Feedback, PublicAnswer, ReplyTemplate
from answerable.listening.problems import CaseChanged
from answerable.listening.rules.clocks import Logged
from answerable.listening.rules.shown import shown_clocks
from answerable.listening.rules.states import OPEN_STATES, State, Step
from answerable.listening.selectors import case_for, cases_for, timeline
from answerable.listening.services.core import TEXT_LIMIT
from answerable.listening.services.lookups import times_of
from answerable.places.selectors import work_calendar
from answerable.programme.models import OutsideBody
from answerable.web import reading
from answerable.web.figures import day
from answerable.web.pages import problem_page, typed_words
from answerable.web.problems import RequestUnreadable
from answerable.web.said import name_text, same_language

from .desk import filled_today, page_language, say_problem

TYPED = (
    "subject",
    "kind",
    "urgent",
    "decision",
    "upheld",
    "reason",
    "until",
    "body",
    "post",
    "into",
    "into_other",
    "session",
    "done",
    "sure",
    "language",
    "text",
    "public_text",
    "public_read",
)


@dataclass
class DrawnForm:
    """An act's form as the page draws it: what it offers, what was typed, what is wrong."""

    act: ActForm
    typed: dict[str, str]
    languages: list[str]
    spoken: list[str]
    wrong: str = ""
    template: str = ""
    template_missing: bool = False
    offers: dict[str, Any] = field(default_factory=dict)
    limit: int = TEXT_LIMIT

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["offers"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def said(self) -> str:
        """The act in words."""
        return gettext(self.act.words)

    @property
    def hint(self) -> str:
        """What to know before."""
        return gettext(self.act.hint) if self.act.hint else ""


@require_safe
@signed_in
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The case; `?act=` opens a form, `?template=` and `?language=` fill it."""
    actor = actor_of(request)
    case = case_for(actor, case_id)
    asked = BY_KEY.get(request.GET.get("act", ""))
    return _page(
        request,
        actor,
        case,
        act=asked,
        template=request.GET.get("template", ""),
        done=BY_KEY.get(request.GET.get("done", "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case_act(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    """Do one act. Refused, the page comes back with its status, what changed, and all that was typed."""
    try:
        return _acted(request, case_id, act)
    except NotThere as gone:
        # Sealed or gone while somebody wrote: nothing is said of it, and their words are theirs.
        return problem_page(request, gone, typed_words(request) if request.method == "POST" else ())


def _acted(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    actor = actor_of(request)
    form = BY_KEY.get(act)
    case = case_for(actor, case_id)
    if form is None:
        raise NotThere
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('desk:case', args=[case_id])}?act={act}")
    typed = reading.typed_in(request.POST, TYPED)
    version = reading.number_in(request.POST.get("version"))
    spoken = _spoken(case)
    choices = Choices(actor, case, reading.reply_languages(spoken))
    try:
        # Who may not act is told so first, whatever else is wrong with the form.
        post_for(actor, Right.HANDLE_SENSITIVE if case.sensitive else form.right, case.area)
        if version is None or version > case.version:
            raise RequestUnreadable
        if "sure" in form.fields and typed["sure"] != "yes":
            raise ChoiceUnknown(field="sure", given="-", allowed=gettext("Yes, I am sure"))
        form.run(actor, case, version, typed, choices)
    except Problem as problem:
        if isinstance(problem, NotThere):
            raise
        fresh = case_for(actor, case_id)
        return _page(request, actor, fresh, act=form, problem=problem, typed=typed, version=version)
    return HttpResponseRedirect(_onward(actor, case_id, form))


def _onward(actor: Actor, pk: int, act: ActForm) -> str:
    """Back to the case with a word of what was done, or to the inbox when the case is out of sight."""
    if cases_for(actor).filter(pk=pk).exists():
        return f"{reverse('desk:case', args=[pk])}?done={act.key}"
    said = "passed" if act.key == "clear-sensitive" else "sealed"
    return f"{reverse('desk:inbox')}?said={said}"


def _page(
    request: HttpRequest,
    actor: Actor,
    case: Case,
    *,
    act: ActForm | None = None,
    template: str = "",
    done: ActForm | None = None,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    version: int | None = None,
) -> HttpResponse:
    steps = timeline(case)
    ways = offered_acts(actor, case)
    choices = Choices(actor, case)
    like = choices.like() if ways and State(case.state) in OPEN_STATES else []
    form = None
    if act is not None and act in ways and not act.at_once:
        form = _drawn(request, choices, act, typed, template)
        form.wrong = problem.field if problem is not None else ""
    news: list[CaseStep] = []
    if isinstance(problem, CaseChanged) and version is not None:
        news = [entry for entry in steps if entry.n > version]
    changes = ", ".join(f"{desk_words.entry(entry)} ({day(entry.on)})" for entry in news)
    joined = list(cases_for(actor).filter(duplicate_of=case).only("pk").order_by("pk")[:50])
    context = {
        "case": case,
        # What was said first stands at the top: whoever acts should have read it.
        "opening": next((e.word for e in steps if e.word and not e.word.by_office and e.word.text), None),
        "timeline": _told(actor, steps),
        "clocks": _clocks(case, steps),
        "vacant": _vacant(case),
        "voices": _voices(case),
        "joined": joined,
        "main_seen": case.duplicate_of_id and cases_for(actor).filter(pk=case.duplicate_of_id).exists(),
        "like": like,
        "public": PublicAnswer.objects.filter(case=case).first(),
        "ways": [
            {"key": way.key, "said": gettext(way.words), "tone": way.tone, "at_once": way.at_once}
            for way in ways
        ],
        "form": form,
        "done": _done(done, steps),
        "refusal": say_problem(problem, changes) if problem is not None else "",
        "news": news,
        "rescued": _rescued(typed) if form is None and problem is not None else [],
    }
    return render(
        request, "listening/desk/case.html", context, status=problem.status if problem is not None else 200
    )


#: Steps of acts whose outcome is chosen in the form.
_OUTCOMES = {
    "decide-appeal": {Step.APPEAL_UPHELD, Step.APPEAL_REFUSED},
    "residents-word": {Step.CONFIRMED, Step.NOT_CONFIRMED},
}


def _done(act: ActForm | None, steps: list[CaseStep]) -> str:
    """That an act was done, if the log says that it was done today: an address alone claims nothing."""
    if act is None:
        return ""
    meant = _OUTCOMES.get(act.key, {act.step})
    if not any(entry.step in meant and entry.on == clock.today() for entry in steps):
        return ""
    return gettext("Done: %(act)s.") % {"act": gettext(act.words)}


def _told(actor: Actor, steps: list[CaseStep]) -> list[CaseStep]:
    """The steps with their reasons in words; links only to cases that the actor may see."""
    others = {entry.other_case_id for entry in steps if entry.other_case_id}
    seen = set(cases_for(actor).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    bodies = {entry.reason for entry in steps if entry.step in {Step.REFERRED, Step.OUT_OF_SCOPE}} - {""}
    names = {body.key[:40]: name_text(body.names, body.key) for body in _bodies(bodies)}
    for entry in steps:
        shown: Any = entry
        shown.other_seen = entry.other_case_id in seen
        shown.reason_said = names.get(entry.reason) or desk_words.reason(entry.reason)
    return steps


def _bodies(keys: set[str]) -> list[OutsideBody]:
    return list(OutsideBody.objects.filter(key__in=keys)) if keys else []


def _clocks(case: Case, steps: list[CaseStep]) -> list[Any]:
    log = [
        Logged(Step(s.step), s.on, State(s.state), s.reason, s.until, s.number)
        for s in sorted(steps, key=lambda s: s.n)
    ]
    return list(shown_clocks(log, times_of(case), work_calendar(case.area), clock.today())) if log else []


def _vacant(case: Case) -> bool:
    if case.owner_id is None:
        return False
    filled = Case.objects.filter(pk=case.pk).annotate(filled=filled_today()).values_list("filled", flat=True)
    return not filled[0]


def _voices(case: Case) -> list[Feedback]:
    own = Q(case=case) | Q(case__duplicate_of=case)
    rows = Feedback.objects.filter(own, case__sensitive=case.sensitive).select_related("session")
    return list(rows.order_by("received_on", "pk")[:100])


def _spoken(case: Case) -> list[str]:
    """The languages in which the matter was raised, the first voice's first."""
    return list(dict.fromkeys(voice.language for voice in _voices(case) if voice.language))


def _rescued(typed: dict[str, str] | None) -> list[str]:
    return [
        reading.shown(typed[name])
        for name in ("text", "public_text")
        if typed and typed.get(name, "").strip()
    ]


def _drawn(
    request: HttpRequest,
    choices: Choices,
    act: ActForm,
    typed: dict[str, str] | None,
    template: str,
) -> DrawnForm:
    case = choices.case
    spoken = _spoken(case)
    languages = reading.reply_languages(spoken)
    choices.languages = languages
    values = {name: reading.shown(value) for name, value in (typed or {}).items()}
    if typed is None:
        asked = request.GET.get("language", "")
        values = {
            "subject": case.subject.key,
            "kind": case.kind,
            "urgent": "yes" if case.urgent else "",
            "language": asked if asked in languages else languages[0],
        }
    form = DrawnForm(act=act, typed=values, languages=languages, spoken=spoken)
    if "text" in act.fields:
        form.offers["templates"] = list(ReplyTemplate.objects.order_by("key"))
        if template and typed is None:
            _fill(form, template)
    offers = {
        "subject": ("subjects", choices.subjects),
        "body": ("bodies", choices.bodies),
        "body_or_none": ("bodies", choices.bodies),
        "post": ("posts", choices.posts),
        "session": ("sessions", choices.sessions),
    }
    for name in act.fields:
        if name in offers:
            key, ask = offers[name]
            form.offers[key] = ask()
    form.offers["kinds"] = [(kind, gettext(desk_words.KINDS[kind])) for kind in KINDS]
    form.offers["reasons"] = [(key, desk_words.reason(key)) for key in reasons_for(act, case)]
    return form


def _fill(form: DrawnForm, key: str) -> None:
    """Put a template's text into the form, in the chosen language or, with a note, in another one."""
    row = next((row for row in form.offers["templates"] if row.key == key), None)
    if row is None:
        return
    form.template = row.key
    said = say(row.texts, form.typed["language"], fallback=(page_language(), "en"))
    form.typed["text"] = said.text
    form.template_missing = not same_language(said.language, form.typed["language"])
