"""A Problem as a page or as JSON, in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext

from answerable.kernel.problem import Problem

from . import figures

#: As long as a text may be.
MOST_RESCUED = 4_000


def sentence(problem: Problem) -> str:
    """The problem's sentence in the active language."""
    return gettext(problem.sentence).format(**{key: _said(value) for key, value in problem.values.items()})


def _said(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return figures.number(value)
    return str(value)


def heading(status: int) -> str:
    """The few words above a refusal."""
    return {
        401: gettext("Sign in first"),
        403: gettext("That is not possible here"),
        404: gettext("Nothing here"),
        413: gettext("Too much at once"),
        429: gettext("Please wait a moment"),
        500: gettext("Something broke on our side"),
    }.get(status) or gettext("That did not work")


def wants_json(request: HttpRequest) -> bool:
    """True when a program asks: its reply is JSON."""
    return (
        "application/json" in request.headers.get("Accept", "") or request.content_type == "application/json"
    )


def problem_page(request: HttpRequest, problem: Problem, rescued: Sequence[str] = ()) -> HttpResponse:
    """The page (or JSON, where that is asked for) of a refusal, with its status; `rescued` is what was typed."""
    if wants_json(request):
        body = {"code": problem.code, "sentence": sentence(problem), "field": problem.field}
        return with_wait(JsonResponse(body, status=problem.status), problem)
    desk = request.path_info.startswith("/desk/")
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    context = {
        "problem": problem,
        "sentence": sentence(problem),
        "heading": heading(problem.status),
        "shell": "web/desk.html" if desk else "web/resident.html",
        "start": "/desk/" if desk else f"/{language}/",
        "back": _back(request, problem),
        "rescued": rescued,
    }
    page = render(request, "web/problem.html", context, status=problem.status)
    return with_wait(page, problem)


def with_wait(answer: HttpResponse, problem: Problem) -> HttpResponse:
    """The answer, with the seconds after which to come again where the refusal names them."""
    if problem.status == 429 and "seconds" in problem.values:
        answer.headers["Retry-After"] = str(problem.values["seconds"])
    return answer


def typed_words(request: HttpRequest) -> list[str]:
    """The texts of a form that could not be taken, for its sender to copy: readable, and at most 4,000 characters."""
    try:
        sent = [request.POST.get(name, "")[:MOST_RESCUED] for name in ("text", "public_text")]
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, UnreadablePostError):
        return []
    shown = ["".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C") for text in sent]
    return [text for text in shown if text.strip()]


def _back(request: HttpRequest, problem: Problem) -> str:
    """Where the refused form can be opened again; steps of the code page begin at the code page."""
    if request.method != "POST" or problem.status in {404, 401}:
        return ""
    head, mark, _ = request.path_info.partition("/code/")
    return head + mark if mark else request.path_info
