"""Who may open a view: `@signed_in`, or `@needs(Right.SEE_CASES)` for staff who hold the right somewhere.

They keep the door of a page; what the page lists is filtered by `selectors.scope`, and every write
asks the gate again, for its own area.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from .problems import Denied, SignInNeeded
from .rules import Actor, Right

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let staff in; send a visitor's GET to the sign-in page, answer anything else with 401."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).kind != "staff":
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def needs(*rights: Right) -> Callable[[View], View]:
    """Let in staff who hold any one of the rights somewhere; the others get Denied (403)."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.kind != "staff":
                return _to_sign_in(request)
            if not any(actor.has(right) for right in rights):
                raise Denied
            return view(request, *args, **kwargs)

        guarded.needed_rights = rights  # type: ignore[attr-defined]
        return guarded

    return guard


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: `request.actor`, typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    wants_json = "application/json" in request.headers.get("Accept", "")
    if request.method not in {"GET", "HEAD"} or wants_json:
        raise SignInNeeded
    return HttpResponseRedirect(f"{reverse('access:sign-in')}?{urlencode({'next': request.get_full_path()})}")
