"""Banks and treasuries on the desk: take statements in, see bank and books side by side, accept what matches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.decorators import actor_of, needs
from answerable.access.gate import post_for
from answerable.access.problems import Denied, NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.money import Amount, parse_amount
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault
from answerable.money import fund_words
from answerable.money.banking.mapping import read_statement_mapping
from answerable.money.banking.problems import FileMissing
from answerable.money.banking.tables import OnPaper
from answerable.money.models import Account
from answerable.money.reconciliation import Reconciled, matches, proposals, reconciled, statements_of
from answerable.money.rules.stages import Role
from answerable.money.services.statements import Taken, accept_match, take_statements, undo_match
from answerable.web import reading

from .saying import say_problem

#: Lines of either side on the page; the rest is reached by matching these.
MOST_OPEN = 200


def accounts_seen(actor: Actor) -> Any:
    """Accounts of banks and treasuries in the books that the actor may see."""
    rows = Account.objects.filter(scope(actor, Right.SEE_BOOKS, "book__area__"), role=Role.CASH.value)
    return rows.exclude(currency="").select_related("book__area__level").order_by("book__area__path", "pk")


def account_for(actor: Actor, pk: int) -> Account:
    """One of them. Raises NotThere."""
    account: Account | None = accounts_seen(actor).filter(pk=pk).first() if pk < 2**63 else None
    if account is None:
        raise NotThere
    return account


@require_safe
@needs(Right.SEE_BOOKS)
def banks_page(request: HttpRequest) -> HttpResponse:
    """The accounts that statements can be of, each with bank and books side by side."""
    today = clock.today()
    accounts = list(accounts_seen(actor_of(request))[:100])
    rows = [(account, reconciled(account, today)) for account in accounts]
    return render(request, "money/desk/banks.html", {"rows": rows, "on": today})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_BOOKS)
def bank_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account at a day: what agrees, what is open, what is proposed; and the forms that change it."""
    actor = actor_of(request)
    account = account_for(actor, account_id)
    if request.method != "POST":
        return _page(request, account)
    try:
        if not keeps(actor, account):
            raise Denied
        taken = _act(request, actor, account)
    except Problem as problem:
        if problem.status == 403:
            raise
        return _page(request, account, problem=problem)
    if taken is not None and not taken.report.kept:
        return _page(request, account, faults=taken.report.faults)
    return HttpResponseRedirect(f"{reverse('treasury:bank', args=[account.pk])}?done=1")


def keeps(actor: Actor, account: Account) -> bool:
    """True for who keeps the account's books."""
    try:
        post_for(actor, Right.KEEP_BOOKS, account.book.area)
    except Denied:
        return False
    return True


def _act(request: HttpRequest, actor: Actor, account: Account) -> Taken | None:
    sent = request.POST
    what = sent.get("act", "")
    if what == "match":
        accept_match(
            actor=actor,
            account=account,
            lines=_ids(sent.getlist("line")),
            postings=_ids(sent.getlist("posting")),
        )
        return None
    if what == "unmatch":
        undo_match(actor=actor, account=account, match_id=reading.number_in(sent.get("match")) or 0)
        return None
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise FileMissing(field="file")
    with _kept_for_a_moment(file, request.FILES.get("mapping")) as (path, mapping):
        return take_statements(
            actor=actor,
            account=account,
            path=path,
            mapping=read_statement_mapping(mapping) if mapping else None,
            paper=_paper(sent, account.currency),
            name=(file.name or "file")[:80],
        )


@contextmanager
def _kept_for_a_moment(file: Any, mapping: Any) -> Iterator[tuple[Path, Path | None]]:
    """The files on disk while they are read; nothing of them stays. A refusal names them as their sender does."""
    with tempfile.TemporaryDirectory(prefix="answerable-statement-") as folder:
        path, second = Path(folder) / "statement", None
        path.write_bytes(file.read())
        if isinstance(mapping, UploadedFile):
            second = Path(folder) / "mapping.toml"
            second.write_bytes(mapping.read())
        names = {str(path): file, str(second): mapping}
        try:
            yield path, second
        except Problem as problem:
            sent = names.get(problem.values.get("file", ""))
            if sent is not None:
                problem.values["file"] = (sent.name or "file")[:80]
            raise


def _paper(sent: Any, currency: str) -> OnPaper:
    """Balances and days that were typed in from the bank's paper, where any were."""

    def amount(name: str) -> Amount | None:
        return parse_amount(sent[name], currency, field=name) if sent.get(name, "").strip() else None

    first, last = sent.get("first_on", ""), sent.get("last_on", "")
    return OnPaper(
        amount("opening"),
        amount("closing"),
        reading.day_in(first, "first_on") if first else None,
        reading.day_in(last, "last_on") if last else None,
    )


def _ids(sent: list[str]) -> list[int]:
    return [pk for text in sent[:200] if (pk := reading.number_in(text)) is not None]


def _page(
    request: HttpRequest,
    account: Account,
    *,
    problem: Problem | None = None,
    faults: list[Fault] | None = None,
) -> HttpResponse:
    today = clock.today()
    try:
        on = min(reading.day_in(request.GET["on"], "on"), today) if request.GET.get("on") else today
    except Problem as refused:
        on, problem = today, problem or refused
    found = reconciled(account, on)
    context = {
        "account": account,
        "found": found,
        "on": on,
        "today": today,
        "may_keep": keeps(actor_of(request), account),
        "proposals": _proposals(found) if on == today else [],
        "lines": found.lines[:MOST_OPEN],
        "postings": [*found.earlier, *found.postings][:MOST_OPEN],
        "matches": matches(account, 50),
        "statements": statements_of(account, 24),
        "refusal": say_problem(problem),
        "faults": faults or [],
        "done": request.GET.get("done") == "1",
        "typed": {
            name: reading.shown(request.POST.get(name, ""))
            for name in ("opening", "closing", "first_on", "last_on")
        },
    }
    status = problem.status if problem else 422 if faults else 200
    return render(request, "money/desk/bank.html", context, status=status)


def _proposals(found: Reconciled) -> list[dict[str, Any]]:
    lines = {line.pk: line for line in found.lines}
    postings = {posting.pk: posting for posting in (*found.earlier, *found.postings)}
    return [
        {
            "lines": [lines[pk] for pk in one.lines],
            "postings": [postings[pk] for pk in one.postings],
            "why": fund_words.why(one.why),
            "units": sum(lines[pk].units for pk in one.lines),
        }
        for one in proposals(found)[:MOST_OPEN]
    ]
