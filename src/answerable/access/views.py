"""Signing in and out, and one's own password. The only pages of the desk that anybody may open are here."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from answerable.kernel.problem import Problem
from answerable.safeguards.limits import TokenBucket

from . import services
from .decorators import actor_of, needs
from .models import Staff
from .problems import PasswordsDiffer, SignInFailed, SignInTooOften
from .rules import Right

DESK = "/desk/"
#: Wrong tries for one user name: five at once, then one in two minutes.
TRIES = TokenBucket(0.5, 5)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; on success on to the page that was asked for."""
    onward = _safe_next(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(onward)
        return _form(request, onward, "", None)
    username = request.POST.get("username", "").strip().lower()[:60]
    if not TRIES.take(username):
        minutes = -(-TRIES.wait_seconds(username) // 60)
        return _form(request, onward, username, SignInTooOften(minutes=minutes))
    # More than anybody types; hashing a megabyte would be work done for a stranger.
    password = request.POST.get("password", "")[:1000]
    # No name of that form is given out, and not every database takes every sign.
    known_form = username if services.USERNAME.match(username) else ""
    staff = authenticate(request, username=known_form, password=password)
    if staff is None:
        return _form(request, onward, username, SignInFailed())
    TRIES.give_back(username)
    login(request, staff)
    return HttpResponseRedirect(onward)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(DESK + "sign-in/")


@sensitive_post_parameters("present", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.OWN_ACCOUNT)
def change_own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the session goes on."""
    problem: Problem | None = None
    if request.method == "POST":
        staff = request.user
        assert isinstance(staff, Staff)  # noqa: S101 - `needs` let only staff in
        try:
            new = request.POST.get("new", "")[:1000]
            if new != request.POST.get("again", "")[:1000]:
                raise PasswordsDiffer(field="again")
            present = request.POST.get("present", "")[:1000]
            services.change_own_password(actor=actor_of(request), staff=staff, present=present, new=new)
        except Problem as refused:
            problem = refused
        else:
            update_session_auth_hash(request, staff)
            return HttpResponseRedirect(DESK + "password/?changed=1")
    context = {
        "problem": problem,
        "sentence": _sentence(problem),
        "changed": request.method != "POST" and request.GET.get("changed") == "1",
    }
    return render(request, "access/password.html", context, status=problem.status if problem else 200)


def _form(request: HttpRequest, onward: str, username: str, problem: Problem | None) -> HttpResponse:
    context = {"next": onward, "username": username, "problem": problem, "sentence": _sentence(problem)}
    response = render(request, "access/sign_in.html", context, status=problem.status if problem else 200)
    if isinstance(problem, SignInTooOften):
        response.headers["Retry-After"] = str(problem.values["minutes"] * 60)
    return response


def _safe_next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or DESK
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith(DESK)
    return asked if safe else DESK


def _sentence(problem: Problem | None) -> str:
    return gettext(problem.sentence).format(**problem.values) if problem else ""
