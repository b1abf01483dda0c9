"""The books on the desk: which there are, a journal, a trial balance, an entry, and the forms that make one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.money import services, words
from answerable.money.forms import entering
from answerable.money.forms.shares import RowsRefused, rows_in
from answerable.money.models import Book, Entry, Fund, FundSum
from answerable.money.rules.drafts import Slip
from answerable.money.rules.stages import REVERSAL_REASONS
from answerable.money.selectors import (
    book_for,
    books_seen,
    entry_for,
    journal,
    moved,
    on_its_way,
    postings_of,
    seen_among,
    trial_balance,
    waiting,
)
from answerable.web import reading

from .saying import say_problem

PAGE = 50


def may(actor: Actor, right: Right, book: Book) -> bool:
    """True when the actor has the right in the book's area."""
    return Book.objects.filter(scope(actor, right), pk=book.pk).exists()


@require_safe
@needs(Right.SEE_BOOKS, Right.RULE_FUNDS)
def all_books(request: HttpRequest) -> HttpResponse:
    """The books of the actor's areas, with what waits in each and what is on its way between them."""
    actor = actor_of(request)
    rows = books_seen(actor) if actor.has(Right.SEE_BOOKS) else books_seen(actor, Right.RULE_FUNDS)
    rows = rows.annotate(waits=Count("proposals", filter=Q(proposals__state="waiting")))
    seen = books_seen(actor)
    coming, differing = list(on_its_way(seen))[:PAGE], list(on_its_way(seen, differing=True))[:PAGE]
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "waits": waiting(actor).count(),
        "coming": coming,
        "differing": differing,
        "readable": seen_among(actor, (way.sent.book_id for way in [*coming, *differing])),
        "may_rule": actor.has(Right.RULE_FUNDS),
        "may_see": actor.has(Right.SEE_BOOKS),
    }
    return render(request, "money/desk/books.html", context)


@require_safe
@needs(Right.SEE_BOOKS)
def journal_page(request: HttpRequest, book: str) -> HttpResponse:
    """The entries of a book, newest first, by stage, fund, account and days."""
    actor = actor_of(request)
    found = book_for(actor, book)
    typed = reading.typed_in(request.GET, ("stage", "fund", "account", "first", "last"))
    accounts = list(found.accounts.order_by("key"))
    refusal = ""
    try:
        rows = journal(
            found,
            stage=typed["stage"] if typed["stage"] in words.STAGES else "",
            fund=Fund.objects.filter(key=typed["fund"]).first(),
            account=next((row for row in accounts if row.key == typed["account"]), None),
            first=reading.day_in(typed["first"], "first") if typed["first"].strip() else None,
            last=reading.day_in(typed["last"], "last") if typed["last"].strip() else None,
        )
    except Problem as problem:
        rows, refusal = journal(found), say_problem(problem)
    page = Paginator(rows.select_related("to_book"), PAGE).get_page(request.GET.get("page"))
    amounts = moved(list(page.object_list))
    context = {
        "book": found,
        "page": page,
        "rows": [(entry, amounts.get(entry.pk, [])) for entry in page.object_list],
        "typed": typed,
        "refusal": refusal,
        "stages": list(words.STAGES),
        "funds": list(Fund.objects.filter(pk__in=_funds_of(found)).order_by("key")[:200]),
        "accounts": accounts,
        "forms": list(words.FORMS) if may(actor, Right.KEEP_BOOKS, found) else [],
        "query": _query(request),
        "part": "journal",
    }
    return render(request, "money/desk/journal.html", context)


def _funds_of(book: Book) -> Any:
    return FundSum.objects.filter(account_id__in=book.accounts.values("pk")).values("fund_id")


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_safe
@needs(Right.SEE_BOOKS)
def balance_page(request: HttpRequest, book: str) -> HttpResponse:
    """The trial balance of a book, now or up to the end of a month."""
    found = book_for(actor_of(request), book)
    typed, refusal, through = request.GET.get("through", "").strip(), "", None
    if typed:
        try:
            through = reading.day_in(typed if len(typed) > 7 else f"{typed}-01", "through")
        except Problem as problem:
            refusal = say_problem(problem)
    rows = trial_balance(found, through)
    totals: dict[str, list[int]] = {}
    for row in rows:
        total = totals.setdefault(row.currency, [0, 0])
        total[0] += row.debit_units
        total[1] += row.credit_units
    context = {
        "book": found,
        "rows": rows,
        "totals": [(currency, debit, credit) for currency, (debit, credit) in sorted(totals.items())],
        "typed": reading.shown(typed),
        "refusal": refusal,
        "part": "balance",
    }
    return render(request, "money/desk/balance.html", context, status=400 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.KEEP_BOOKS)
def new_entry(request: HttpRequest, book: str, form: str) -> HttpResponse:
    """A form of one stage. What it makes is in the books at once, or waits for somebody else."""
    actor = actor_of(request)
    found = book_for(actor, book, Right.KEEP_BOOKS)
    if form not in entering.FIELDS:
        raise NotThere
    posted = request.method == "POST"
    typed = entering.typed_or_start(request.POST if posted else None, form)
    rows = rows_in(request.POST if posted else None) if form == "payment" else []
    problem: Problem | None = None
    rows_refused = False
    if posted and "more" not in request.POST:
        document = request.FILES.get("document")
        sent = entering.Sent(actor, found, form, typed, document, rows)
        try:
            outcome = entering.CALLS[form](sent)
        except RowsRefused:
            rows_refused = True
        except Problem as refused:
            problem = refused
        else:
            if outcome.entry is not None:
                return HttpResponseRedirect(f"{reverse('books:entry', args=[outcome.entry.pk])}?done=entered")
            assert outcome.proposal is not None  # noqa: S101 - one of the two
            return HttpResponseRedirect(
                f"{reverse('books:proposal', args=[outcome.proposal.pk])}?done=proposed"
            )
    context = {
        "book": found,
        "form": form,
        "title": entering.title(form),
        "fields": entering.shown(form, found, typed, problem.field if problem else ""),
        "typed": typed,
        "currencies": entering.currency_options(found),
        "latest": clock.today().isoformat(),
        "refusal": say_problem(problem),
        "rows": [(row, say_problem(row.problem)) for row in rows],
        "rows_refused": rows_refused,
        "rows_open": any(not row.is_empty for row in rows) or "more" in request.POST,
        "wrong": problem.field if problem else "",
    }
    status = problem.status if problem else 400 if rows_refused else 200
    return render(request, "money/desk/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_BOOKS)
def entry_page(request: HttpRequest, entry_id: int) -> HttpResponse:
    """An entry with its lines; whoever keeps the book can undo it here."""
    actor = actor_of(request)
    entry = entry_for(actor, entry_id)
    keeps = may(actor, Right.KEEP_BOOKS, entry.book)
    problem: Problem | None = None
    if request.method == "POST":
        if not keeps:
            raise Denied
        try:
            outcome = services.reverse_entry(
                actor=actor,
                entry=entry,
                reason=request.POST.get("reason", ""),
                slip=_slip(request),
            )
        except Problem as refused:
            problem = refused
        else:
            if outcome.entry is not None:
                return HttpResponseRedirect(f"{reverse('books:entry', args=[outcome.entry.pk])}?done=undone")
            assert outcome.proposal is not None  # noqa: S101 - one of the two
            return HttpResponseRedirect(
                f"{reverse('books:proposal', args=[outcome.proposal.pk])}?done=proposed"
            )
    undone = Entry.objects.filter(reverses=entry).first()
    received = list(Entry.objects.filter(counterpart=entry).select_related("book"))
    belonging = [*received, *([entry.counterpart] if entry.counterpart else [])]
    context = {
        "entry": entry,
        "book": entry.book,
        "lines": postings_of(entry),
        "undone": undone,
        "received": received,
        "readable": seen_among(actor, (row.book_id for row in belonging)),
        "may_undo": keeps and undone is None and entry.reverses_id is None,
        "reasons": REVERSAL_REASONS,
        "typed": entering.typed_or_start(None, "pledge"),
        "latest": clock.today().isoformat(),
        "done": request.GET.get("done", ""),
        "refusal": say_problem(problem),
    }
    return render(request, "money/desk/entry.html", context, status=problem.status if problem else 200)


def _slip(request: HttpRequest) -> Slip:
    typed = reading.typed_in(request.POST, ("on", "token"))
    return entering.Sent(actor_of(request), Book(), "pledge", typed).slip()
