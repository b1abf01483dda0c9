"""What surrounds every page, from the outside in."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import brotli
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from answerable.access.rules import PUBLIC
from answerable.access.selectors import actor_for
from answerable.kernel.problem import Problem

from .pages import problem_page
from .problems import NotThatWay

View = Callable[[HttpRequest], HttpResponse]
DESK = "/desk/"
LEAST_TO_COMPRESS = 900
#: Headers that say where or on what somebody reads; no later code gets to see them.
FORGOTTEN = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_USER_AGENT",
    "HTTP_REFERER",
    "REMOTE_HOST",
)


def forget_the_visitor(get_response: View) -> View:
    """Drop the address and the device of whoever asks, before anything could store them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - says nothing; it is no bind
        keep_referer = settings.HTTPS  # the CSRF check needs it there
        for name in FORGOTTEN:
            if name != "HTTP_REFERER" or not keep_referer:
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def desk_only_sessions(get_response: View) -> View:
    """Sessions and sign-in exist below /desk/ only; residents' pages never read or set that cookie."""
    with_session = SessionMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DESK):
            request.actor = PUBLIC  # type: ignore[attr-defined]
            request.user = AnonymousUser()
            return get_response(request)
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
        request.actor = SimpleLazyObject(lambda: _desk_actor(request))  # type: ignore[attr-defined]
        return with_session(request)  # type: ignore[return-value] # our chain is synchronous

    return middleware


def _desk_actor(request: HttpRequest) -> Any:
    user = request.user
    return actor_for(user) if user.is_authenticated else PUBLIC


def page_language(get_response: View) -> View:
    """The language: first part of a resident's address; on the desk the staff member's own."""
    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        # `OPTIONS *` is an address without a slash.
        first = request.path_info.removeprefix("/").split("/", 1)[0]
        if first in known:
            language = first
        elif request.path_info.startswith(DESK) and request.user.is_authenticated:
            language = request.user.language if request.user.language in known else settings.LANGUAGE_CODE
        else:
            language = translation.get_language_from_request(request)
            if language not in known:
                language = settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            if first not in known:
                patch_vary_headers(response, ("Accept-Language",))
            return response

    return middleware


def problems_become_pages(get_response: View) -> View:
    """A Problem that a view lets through becomes a page (or JSON) with its status; so does a bare 405."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = problem_page(request, NotThatWay())
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_page(request, error) if isinstance(error, Problem) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def small_on_the_wire(get_response: View) -> View:
    """Compress pages where the reader's browser takes it: 14 KB are seconds on a slow line.

    Secrets in compressed pages leak only to who can make a reader's browser ask for them again and again with
    chosen words beside them. A form's token changes its mask with each page, and a page with a tracking code
    answers a POST, which nobody else can send (a strict cookie and that token).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            response.streaming
            or len(response.content) < LEAST_TO_COMPRESS
            or not response.headers.get("Content-Type", "").startswith("text/")
            or response.has_header("Content-Encoding")
        ):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        accepted = request.headers.get("Accept-Encoding", "")
        if "br" in accepted:
            response.content = brotli.compress(response.content, quality=4)
            response.headers["Content-Encoding"] = "br"
        elif "gzip" in accepted:
            response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
        if response.has_header("Content-Encoding"):
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


def page_headers(get_response: View) -> View:
    """Nothing from elsewhere may load, and what a code or a desk shows is kept nowhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy())
        if request.path_info.startswith(DESK) or request.method == "POST":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _policy() -> str:
    from .styles import style_hash

    return (
        f"default-src 'none'; style-src 'self' 'sha256-{style_hash()}'; img-src 'self' data:; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
