"""Receipts as files. The code, and the receipt itself, travel in forms only: no address and no log file has them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from answerable.kernel.problem import Problem
from answerable.listening.receipts import own_promise, place_of, proof_of
from answerable.listening.selectors import followed
from answerable.trust.problems import NotInRegisterYet, NotOurReceipt, OverdueInRegister
from answerable.web.pages import sentence, with_wait

_FILE = "text/plain; charset=utf-8"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, lang: str) -> HttpResponse:
    """The receipt that a page has just shown, as a file. Raises NotOurReceipt for any other text."""
    if request.method != "POST":
        return HttpResponseRedirect(f"/{lang}/register/")
    note = own_promise(request.POST.get("note", ""))
    if not note:
        raise NotOurReceipt
    return _file(note, "receipt.txt")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, lang: str) -> HttpResponse:
    """The proof of a matter's leaf, with its opening, for the holder of the code."""
    if request.method != "POST":
        return HttpResponseRedirect(f"/{lang}/code/")
    try:
        return _proof(request)
    except Problem as problem:
        if problem.field != "code" and not isinstance(problem, (NotInRegisterYet, OverdueInRegister)):
            raise
        request.page_path = f"/{lang}/code/"  # type: ignore[attr-defined]
        typed = "".join(char for char in request.POST.get("code", "")[:60] if char.isprintable())
        context = {"typed": typed, "errors": [("code", sentence(problem))]}
        page = render(request, "listening/public/code.html", context, status=problem.status)
        return with_wait(page, problem)


@never_cache
@csrf_exempt  # no cookie speaks here: the code does
@require_POST
def proof_for_programs(request: HttpRequest) -> HttpResponse:
    """The same for a program: `code` in the form, the file or a problem as answer."""
    return _proof(request)


def _proof(request: HttpRequest) -> HttpResponse:
    """Raises the problems of a wrong code, NotInRegisterYet."""
    found = followed(request.POST.get("code", "")[:60])
    text = proof_of(found.feedback)
    if text is None:
        place = place_of(found.feedback)
        if place is not None and place.state == "overdue":
            raise OverdueInRegister(until=place.until)
        raise NotInRegisterYet
    return _file(text, "receipt.tlog-proof")


def _file(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type=_FILE, headers=headers)
