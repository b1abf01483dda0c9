"""What a village owns together, on the desk: one simple form, and the button that posts a month."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.money import fund_words
from answerable.money.enterprise import currency_of, months
from answerable.money.forms.entering import amount_in
from answerable.money.models import Book, Entry, Posting, Proposal
from answerable.money.rules.drafts import Slip
from answerable.money.rules.villages import ACCOUNTS, DISTRIBUTION, INCOME, SPENDING, after, first_of
from answerable.money.selectors import books_seen
from answerable.money.services.villages import post_month, record_village_entry
from answerable.web import reading

from .saying import say_problem

FIELDS = ("what", "amount", "on", "reference", "members")


@require_safe
@needs(Right.SEE_BOOKS)
def villages_page(request: HttpRequest) -> HttpResponse:
    """The books of common property that one may see, each with its newest posted month and the missing ones."""
    today = clock.today()
    rows = []
    for book in books_seen(actor_of(request)).filter(kind="village")[:200]:
        found = months(book, today)
        posted = [month for month in found if not month.is_missing]
        rows.append((book, posted[0] if posted else None, sum(month.is_missing for month in found)))
    return render(request, "money/desk/villages.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_BOOKS)
def village_page(request: HttpRequest, key: str) -> HttpResponse:
    """One village's books: the form, what was entered this month and last, and the months."""
    actor = actor_of(request)
    book = books_seen(actor).filter(kind="village", key=key).first()
    if book is None:
        raise NotThere
    if request.method != "POST":
        return _page(request, book, {"on": clock.today().isoformat(), "token": str(uuid4())}, None)
    typed = reading.typed_in(request.POST, (*FIELDS, "token"))
    try:
        if not _keeps(actor, book):
            raise Denied
        if request.POST.get("act") == "post-month":
            post_month(actor=actor, book=book, month=_month(request.POST.get("month", "")))
        else:
            _enter(request, actor, book, typed)
    except Problem as problem:
        if problem.status == 403:
            raise
        return _page(request, book, typed, problem)
    return HttpResponseRedirect(f"{reverse('treasury:village', args=[book.key])}?done=1")


def _enter(request: HttpRequest, actor: Actor, book: Book, typed: dict[str, str]) -> None:
    file = request.FILES.get("list")
    # Of the list of members only its digest is kept: the village can show later that its list is this one.
    digest = hashlib.sha256(file.read()).hexdigest() if isinstance(file, UploadedFile) else ""
    record_village_entry(
        actor=actor,
        book=book,
        what=typed["what"],
        amount=amount_in(typed["amount"], currency_of(book)),
        slip=Slip(
            reading.day_in(typed["on"], "on"), token=_token(typed["token"]), reference=typed["reference"]
        ),
        members=reading.number_in(typed["members"]) if typed["members"].strip() else None,
        members_digest=digest,
    )


def _token(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _month(text: str) -> date:
    return reading.day_in(f"{text[:7]}-01", "month")


def _keeps(actor: Actor, book: Book) -> bool:
    try:
        post_for(actor, Right.KEEP_BOOKS, book.area)
    except Denied:
        return False
    return True


def _page(request: HttpRequest, book: Book, typed: dict[str, str], problem: Problem | None) -> HttpResponse:
    today = clock.today()
    found = months(book, today)
    posted = [month for month in found if not month.is_missing]
    following = after(posted[0].month) if posted else first_of(book.opened_on)
    context: dict[str, Any] = {
        "book": book,
        "currency": currency_of(book),
        "typed": {name: reading.shown(value) for name, value in typed.items()},
        "kinds": [
            (gettext("Income"), [(key, fund_words.village(key)) for key in INCOME]),
            (gettext("Spending"), [(key, fund_words.village(key)) for key in SPENDING]),
            (gettext("Members"), [(DISTRIBUTION, fund_words.village(DISTRIBUTION))]),
        ],
        "entries": _newest(book),
        "waiting": Proposal.objects.filter(book=book, state="waiting").count(),
        "months": found,
        "next": following if found and following <= found[0].month else None,
        "may_keep": _keeps(actor_of(request), book),
        "refusal": say_problem(problem),
        "wrong": problem.field if problem else "",
        "done": request.GET.get("done") == "1",
        "latest": today.isoformat(),
    }
    return render(request, "money/desk/village.html", context, status=problem.status if problem else 200)


def _newest(book: Book, limit: int = 30) -> list[dict[str, Any]]:
    """The newest entries with what they are of."""
    entries = list(Entry.objects.filter(book=book).order_by("-on", "-number")[:limit])
    rows = Posting.objects.filter(entry__in=entries, account__key__in=ACCOUNTS).select_related("account")
    by_entry = {posting.entry_id: posting for posting in rows}
    return [
        {
            "entry": entry,
            "what": fund_words.village(by_entry[entry.pk].account.key)
            if entry.pk in by_entry
            else entry.stage,
            "units": -by_entry[entry.pk].units if entry.pk in by_entry else 0,
            "undone": entry.reverses_id is not None,
        }
        for entry in entries
    ]
