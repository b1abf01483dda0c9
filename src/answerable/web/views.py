"""Pages that belong to no subject: refusals by the framework itself."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from answerable.access.problems import Denied, NotThere

from .pages import problem_page, typed_words
from .problems import Broken, FormTokenStale, RequestTooLarge, RequestUnreadable


def form_token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or with an old one."""
    return problem_page(request, FormTokenStale(), typed_words(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many bytes or fields, or bytes that no form sends."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return problem_page(request, RequestTooLarge())
    return problem_page(request, RequestUnreadable())


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not allowed."""
    return problem_page(request, Denied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return problem_page(request, NotThere())


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours; nothing was half-done, as every act is one transaction."""
    return problem_page(request, Broken())
