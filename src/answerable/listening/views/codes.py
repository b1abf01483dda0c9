"""The code page: where a matter stands, and what its code allows. The code travels in forms only, never in an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from answerable.access.problems import NotThere
from answerable.kernel import clock
from answerable.kernel.problem import Problem, gettext_noop
from answerable.listening import services, words
from answerable.listening.models import Case, CaseStep
from answerable.listening.problems import StepNotAllowed
from answerable.listening.receipts import place_of
from answerable.listening.rules.states import OPEN_STATES, State, Step
from answerable.listening.selectors import Followed, followed
from answerable.safeguards import codes
from answerable.web.figures import day, number
from answerable.web.pages import sentence
from answerable.web.said import name_html


@dataclass(frozen=True)
class Act:
    """One thing a resident may do: its step, its words on the page, and whether it takes a text."""

    step: Step
    title: str
    button: str
    thanks: str
    hint: str = ""
    label: str = ""
    required: bool = False


ACTS = {
    "confirm": Act(
        Step.CONFIRMED,
        gettext_noop("Was it really done?"),
        gettext_noop("Yes, it was done"),
        gettext_noop("Thank you. It now counts as done, because you said so."),
        gettext_noop("Only residents can say this, not the office."),
    ),
    "not-done": Act(
        Step.NOT_CONFIRMED,
        gettext_noop("Not done, or not done well?"),
        gettext_noop("No, it was not done"),
        gettext_noop("Thank you. It is open again, and the office has to answer for it."),
        gettext_noop("It opens again with its first date. The second time it goes up a level."),
        gettext_noop("What is missing? You may leave this empty."),
    ),
    "add": Act(
        Step.RESIDENT_SPOKE,
        gettext_noop("Add something"),
        gettext_noop("Send"),
        gettext_noop("Thank you. Your words were added."),
        "",
        gettext_noop("What do you want to add?"),
        required=True,
    ),
    "appeal": Act(
        Step.APPEALED,
        gettext_noop("The answer does not settle it: appeal"),
        gettext_noop("Appeal"),
        gettext_noop("Your appeal is in. Another post at another level now decides."),
        gettext_noop("Not the office that answered you decides, but another one at another level."),
        gettext_noop("Why does the answer not settle it?"),
        required=True,
    ),
    "rate": Act(
        Step.RATED,
        gettext_noop("Say how it was handled"),
        gettext_noop("Send"),
        gettext_noop("Thank you for saying so."),
    ),
    "withdraw": Act(
        Step.WITHDRAWN,
        gettext_noop("Take it back"),
        gettext_noop("Take it back …"),
        gettext_noop("It was taken back, and your words were erased."),
        gettext_noop("Your words are erased and nobody works on it any more. You are asked once more first."),
    ),
}
RATINGS = (
    gettext_noop("very badly"),
    gettext_noop("badly"),
    gettext_noop("so-so"),
    gettext_noop("well"),
    gettext_noop("very well"),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest, lang: str) -> HttpResponse:
    """Ask for the code; show the matter behind it."""
    if request.method != "POST":
        return _ask(request)
    typed = request.POST.get("code", "")[:60]
    try:
        found = followed(typed)
    except Problem as problem:
        return _ask(request, typed, problem)
    return _case(request, lang, found, typed)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, lang: str, act: str) -> HttpResponse:
    """Do one thing with the code. Raises NotThere for an unknown act."""
    if act not in ACTS:
        raise NotThere
    if request.method != "POST":
        return HttpResponseRedirect(f"/{lang}/code/")
    request.page_path = f"/{lang}/code/"  # type: ignore[attr-defined]
    code = request.POST.get("code", "")[:60]
    try:
        if act == "withdraw" and request.POST.get("sure") != "yes":
            context = {"code": codes.read_code(code), "languages": ""}
            return render(request, "listening/public/withdraw.html", context)
        found = _DO[act](request, code, lang)
    except Problem as problem:
        return _refused(request, lang, code, act, problem)
    return _case(request, lang, found, code, thanks=gettext(ACTS[act].thanks))


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "")


def _stars(request: HttpRequest) -> int:
    given = request.POST.get("stars", "")
    return int(given) if given in {"1", "2", "3", "4", "5"} else 0


_DO: dict[str, Callable[[HttpRequest, str, str], Followed]] = {
    "confirm": lambda request, code, lang: services.confirm(code=code),
    "not-done": lambda request, code, lang: services.say_not_done(
        code=code, text=_text(request), language=lang
    ),
    "add": lambda request, code, lang: services.add_words(code=code, text=_text(request), language=lang),
    "appeal": lambda request, code, lang: services.appeal(code=code, text=_text(request), language=lang),
    "rate": lambda request, code, lang: services.rate(code=code, stars=_stars(request)),
    "withdraw": lambda request, code, lang: services.withdraw(code=code),
}


def _ask(request: HttpRequest, typed: str = "", problem: Problem | None = None) -> HttpResponse:
    request.page_path = request.path_info.split("/code/")[0] + "/code/"  # type: ignore[attr-defined]
    errors = [("code", sentence(problem))] if problem else []
    shown = "".join(char for char in typed if char.isprintable())
    response = render(
        request,
        "listening/public/code.html",
        {"typed": shown, "errors": errors},
        status=problem.status if problem else 200,
    )
    if problem is not None and problem.status == 429:
        response["Retry-After"] = str(problem.values.get("seconds", 60))
    return response


def _refused(request: HttpRequest, lang: str, code: str, act: str, problem: Problem) -> HttpResponse:
    """The matter again, with what was wrong and the words kept; the code form where the code itself was refused."""
    if problem.field == "code":
        return _ask(request, code, problem)
    try:
        found = followed(code)
    except Problem as other:
        return _ask(request, code, other)
    said = sentence(problem)
    if isinstance(problem, StepNotAllowed):
        said = gettext("That is not possible any more. The page below shows where the matter stands now.")
    status = 422 if problem.status in {400, 413} else problem.status
    return _case(request, lang, found, code, refused=(act, said), status=status)


def _case(
    request: HttpRequest,
    lang: str,
    found: Followed,
    code: str,
    *,
    thanks: str = "",
    refused: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    case = found.case
    own = found.own_case
    gone = found.feedback.withdrawn_on is not None or own.state == State.WITHDRAWN
    state = State.WITHDRAWN.value if gone else case.state
    timeline = [line for step in found.steps if (line := _line(step, lang))]
    context = {
        "case": case,
        "code": codes.read_code(code),
        "thanks": thanks,
        "errors": [refused] if refused else [],
        "state": words.say(words.STATES, state),
        "reason": "" if gone else words.say(words.REASONS, case.closed_reason),
        "subject": name_html(case.subject.names, case.subject.key, lang),
        "place": name_html(case.area.names, case.area.name, lang),
        "late": "" if gone else _late(case),
        "went_up": any(step.step == Step.ESCALATED and step.to_post_id for step in found.steps),
        "dates": _dates(case),
        "owner": name_html(case.owner.names, case.owner.key, lang) if case.owner and _is_open(case) else "",
        "timeline": timeline,
        "last": next((line for line in reversed(timeline) if line["text"]), None),
        "acts": [
            _offer(key, offered, request, refused)
            for key, offered in ACTS.items()
            if offered.step in found.may and not gone
        ],
        "standing": place_of(found.feedback),
        "ratings": [(n, gettext(label)) for n, label in enumerate(RATINGS, start=1)],
        "languages": "",
    }
    return render(request, "listening/public/case.html", context, status=status)


def _offer(key: str, offered: Act, request: HttpRequest, refused: tuple[str, str] | None) -> dict[str, Any]:
    failed = refused is not None and refused[0] == key
    kept = "".join(c for c in _text(request)[:20_000] if c.isprintable() or c in "\n\t") if failed else ""
    return {
        "key": key,
        "title": gettext(offered.title),
        "button": gettext(offered.button),
        "hint": gettext(offered.hint) if offered.hint else "",
        "label": gettext(offered.label) if offered.label else "",
        "text": bool(offered.label),
        "required": offered.required,
        "open": failed or key in {"confirm", "not-done"},
        "error": refused[1] if refused is not None and failed else "",
        "value": kept,
    }


def _is_open(case: Case) -> bool:
    return State(case.state) in OPEN_STATES


def _late(case: Case) -> str:
    """What is late and since when, said honestly; empty when nothing is."""
    today = clock.today()
    if not _is_open(case):
        return ""
    if case.answered_on is None and case.answer_due_on < today:
        return _since(case.answer_due_on, today, gettext("An answer was promised by %(day)s."))
    if case.resolved_on is None and case.resolve_due_on < today:
        return _since(case.resolve_due_on, today, gettext("A solution was promised by %(day)s."))
    return ""


def _since(due: date, today: date, promised: str) -> str:
    days = (today - due).days
    late = ngettext("That was %(days)s day ago.", "That was %(days)s days ago.", days)
    return f"{promised % {'day': day(due)}} {late % {'days': number(days)}}"


def _dates(case: Case) -> list[str]:
    """Each clock: kept on a day, or due by a day."""
    said = [
        gettext("Seen on %(day)s") % {"day": day(case.acknowledged_on)}
        if case.acknowledged_on
        else gettext("To be seen by %(day)s") % {"day": day(case.acknowledge_due_on)},
    ]
    if case.answered_on:
        said.append(gettext("First answered on %(day)s") % {"day": day(case.answered_on)})
    elif _is_open(case):
        said.append(gettext("To be answered by %(day)s") % {"day": day(case.answer_due_on)})
    if case.resolved_on:
        said.append(gettext("Settled, as the office says, on %(day)s") % {"day": day(case.resolved_on)})
    elif _is_open(case):
        said.append(gettext("To be done or planned by %(day)s") % {"day": day(case.resolve_due_on)})
    if case.confirmed_on:
        said.append(gettext("Confirmed by residents on %(day)s") % {"day": day(case.confirmed_on)})
    return said


def _line(step: CaseStep, lang: str) -> dict[str, Any] | None:
    """One line of the timeline; the office's words are shown, a resident's never."""
    what = words.entry(step)
    if not what:
        return None
    post = step.to_post if step.step in {"rerouted", "escalated", "appealed"} else step.post
    word = step.word if step.word is not None and step.word.by_office else None
    return {
        "on": step.on,
        "what": what,
        "who": name_html(post.names, post.key, lang) if post else "",
        "until": step.until,
        "reason": words.say(words.REASONS, step.reason),
        "text": word.text if word else "",
        "language": word.language if word else "",
    }
