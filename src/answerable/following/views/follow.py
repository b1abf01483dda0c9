"""A need followed by its code: the code travels in forms only, never in an address, and nothing is kept in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from answerable.following import words
from answerable.following.problems import CodeSpokeAlready, NothingToConfirm, VerdictUnknown
from answerable.following.selectors import has_spoken, links_of_case
from answerable.following.services import say_by_code
from answerable.following.threads import address, thread_of_case
from answerable.kernel.problem import Problem
from answerable.listening.rules.states import State
from answerable.listening.selectors import Followed, followed
from answerable.projects.models import Project
from answerable.safeguards import codes
from answerable.web.pages import sentence
from answerable.web.said import name_html


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, lang: str) -> HttpResponse:
    """The whole thread behind a code. Opened without one: the page that asks for it."""
    if request.method != "POST":
        return HttpResponseRedirect(f"/{lang}/code/")
    return _opened(request, lang, request.POST.get("code", "")[:60])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, lang: str) -> HttpResponse:
    """A resident says whether the thing is done."""
    if request.method != "POST":
        return HttpResponseRedirect(f"/{lang}/code/")
    code = request.POST.get("code", "")[:60]
    try:
        say_by_code(
            code=code, project=request.POST.get("project", "")[:60], verdict=request.POST.get("verdict", "")
        )
    except (CodeSpokeAlready, NothingToConfirm, VerdictUnknown) as problem:
        return _opened(request, lang, code, problem=problem)
    except Problem as problem:
        return _ask(request, lang, code, problem)
    return _opened(
        request, lang, code, thanks=gettext("Thank you. Your word counts; nobody is told whose it is.")
    )


def _opened(
    request: HttpRequest, lang: str, code: str, *, thanks: str = "", problem: Problem | None = None
) -> HttpResponse:
    try:
        found = followed(code)
    except Problem as refused:
        return _ask(request, lang, code, refused)
    request.page_path = f"/{lang}/code/"  # type: ignore[attr-defined]
    case = found.case
    gone = found.feedback.withdrawn_on is not None or case.sensitive
    projects = [] if gone else [link.project for link in links_of_case(case)]
    project = _chosen(projects, request.POST.get("project", ""))
    context = {
        "code": codes.read_code(code),
        "thanks": thanks,
        "errors": [("verdict", sentence(problem))] if problem else [],
        "subject": name_html(case.subject.names, case.subject.key, lang),
        "place": name_html(case.area.names, case.area.name, lang),
        "area_id": case.area_id,
        "case": case,
        "rings": thread_of_case(case, found.steps, project),
        "others": [row for row in projects if project is not None and row.pk != project.pk],
        "project": project,
        "page": address("following:project", lang=lang, key=project.key) if project else "",
        "may_say": _may_say(found, project),
        # What the page of the code asks, or was told: the same is not asked twice in the same words.
        "matter_asks": case.state == State.CLAIMED_DONE,
        "matter_said": case.state == State.CONFIRMED,
        "verdicts": [(key, gettext(said)) for key, said in words.VERDICTS.items()],
        "languages": "",
    }
    return render(request, "following/follow.html", context, status=problem.status if problem else 200)


def _chosen(projects: list[Project], key: str) -> Project | None:
    """The one asked for, else the one that waits for a word, else the newest."""
    asked = next((row for row in projects if row.key == key), None)
    waiting = next((row for row in projects if row.claimed_on and not row.confirmed_on), None)
    return asked or waiting or next(iter(projects), None)


def _may_say(found: Followed, project: Project | None) -> bool:
    return project is not None and project.claimed_on is not None and not has_spoken(found.feedback, project)


def _ask(request: HttpRequest, lang: str, typed: str, problem: Problem) -> HttpResponse:
    """The code page again, with what was wrong."""
    request.page_path = f"/{lang}/code/"  # type: ignore[attr-defined]
    shown = "".join(char for char in typed if char.isprintable())
    context = {"typed": shown, "errors": [("code", sentence(problem))]}
    response = render(request, "listening/public/code.html", context, status=problem.status)
    if problem.status == 429:
        response["Retry-After"] = str(problem.values.get("seconds", 60))
    return response
