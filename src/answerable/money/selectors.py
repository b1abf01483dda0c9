"""Asking the books: what one may see, journals, trial balances, what waits, what is on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from answerable.access.models import Holding
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope

from .models import (
    Account,
    AccountSum,
    Book,
    BudgetLine,
    Entry,
    Fund,
    FundSum,
    Posting,
    Proposal,
    ProposalLine,
)
from .rules.stages import Role, Stage


def books_seen(actor: Actor, right: Right = Right.SEE_BOOKS) -> QuerySet[Book]:
    """The books of the actor's areas, from the top, each with its area and level."""
    rows = Book.objects.filter(scope(actor, right)).select_related("area__level")
    return rows.order_by("area__path", "key")


def book_for(actor: Actor, key: str, right: Right = Right.SEE_BOOKS) -> Book:
    """One of them. Raises NotThere."""
    book = books_seen(actor, right).filter(key=key).first()
    if book is None:
        raise NotThere
    return book


def seen_among(actor: Actor, books: Iterable[int]) -> set[int]:
    """Which of these books the actor may see: entries of the others are named without a link. One query."""
    rows = Book.objects.filter(scope(actor, Right.SEE_BOOKS), pk__in=set(books))
    return set(rows.values_list("pk", flat=True))


def entry_for(actor: Actor, pk: int) -> Entry:
    """An entry of a book that the actor may see. Raises NotThere."""
    rows = Entry.objects.filter(scope(actor, Right.SEE_BOOKS, "book__area__"), pk=pk)
    entry = rows.select_related("book__area__level", "to_book", "counterpart__book", "commitment").first()
    if entry is None:
        raise NotThere
    return entry


def proposal_for(actor: Actor, pk: int) -> Proposal:
    """A waiting or decided entry of a book that the actor may see. Raises NotThere."""
    rows = Proposal.objects.filter(scope(actor, Right.SEE_BOOKS, "book__area__"), pk=pk)
    proposal = rows.select_related(
        "book__area__level", "to_book", "entry", "counterpart__book", "maker_post"
    ).first()
    if proposal is None:
        raise NotThere
    return proposal


def waiting(actor: Actor) -> QuerySet[Proposal]:
    """What waits in the books that the actor may see, the oldest first."""
    rows = Proposal.objects.filter(scope(actor, Right.SEE_BOOKS, "book__area__"), state="waiting")
    return rows.select_related("book", "maker_post").order_by("made_on", "pk")


def holders_on(post_id: int | None, day: date) -> set[int]:
    """Who of the staff filled a post on a day."""
    if post_id is None:
        return set()
    rows = Holding.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), post_id=post_id, starts_on__lte=day)
    return set(rows.values_list("staff_id", flat=True))


def journal(
    book: Book,
    *,
    stage: str = "",
    fund: Fund | None = None,
    account: Account | None = None,
    project_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Entry]:
    """The entries of a book, newest first, as far as they fit."""
    rows = Entry.objects.filter(book=book)
    if stage:
        rows = rows.filter(stage=stage)
    if first:
        rows = rows.filter(on__gte=first)
    if last:
        rows = rows.filter(on__lte=last)
    fits = Q()
    if fund is not None:
        fits &= Q(fund=fund)
    if account is not None:
        fits &= Q(account=account)
    if project_id is not None:
        fits &= Q(project_id=project_id)
    if fits:
        rows = rows.filter(Exists(Posting.objects.filter(fits, entry=OuterRef("pk"))))
    return rows.order_by("-on", "-number")


def postings_of(entry: Entry) -> list[Posting]:
    """The lines of an entry in their order, with all that they name. One query."""
    rows = Posting.objects.filter(entry=entry)
    return list(rows.select_related("account", "fund", "line", "project", "area", "payee").order_by("n"))


@dataclass(frozen=True)
class Balance:
    """An account's line of the trial balance, in one currency."""

    account: Account
    currency: str
    debit_units: int
    credit_units: int

    @property
    def units(self) -> int:
        """Debits less credits."""
        return self.debit_units - self.credit_units


def trial_balance(book: Book, through: date | None = None) -> list[Balance]:
    """Debits and credits of each account up to the end of a month (now, for none), from the kept sums. Two queries."""
    accounts = {row.pk: row for row in Account.objects.filter(book=book)}
    rows = AccountSum.objects.filter(account_id__in=Account.objects.filter(book=book).values("pk"))
    if through is not None:
        rows = rows.filter(month__lte=through.replace(day=1))
    sums = rows.values_list("account_id", "currency").annotate(Sum("debit_units"), Sum("credit_units"))
    found = [Balance(accounts[pk], currency, debit, credit) for pk, currency, debit, credit in sums]
    order = [role.value for role in Role]
    return sorted(found, key=lambda row: (order.index(row.account.role), row.account.key, row.currency))


@dataclass(frozen=True)
class Traced:
    """What a fund did in one book, at one stage and role, in one currency: debits less credits."""

    book_id: int
    role: str
    stage: str
    currency: str
    units: int


def fund_trace(fund: Fund) -> list[Traced]:
    """A fund through the books of all levels, from the kept sums. One query, whatever the number of postings."""
    accounts = Account.objects.filter(pk=OuterRef("account_id"))
    rows = (
        FundSum.objects.filter(fund_id=fund.pk)
        .annotate(book=accounts.values("book_id")[:1], role=accounts.values("role")[:1])
        .values_list("book", "role", "stage", "currency")
        .annotate(net=Sum(F("debit_units") - F("credit_units")))
        .order_by("book", "role", "stage", "currency")
    )
    return [Traced(*row) for row in rows]


def open_pledge(fund: Fund, currency: str) -> int:
    """What was pledged to a fund and has not come in yet, in minor units. One query."""
    due = Account.objects.filter(book=fund.book_id, role=Role.PLEDGES_DUE.value).values("pk")
    rows = FundSum.objects.filter(fund_id=fund.pk, account_id__in=due, currency=currency)
    return int(rows.aggregate(units=Sum(F("debit_units") - F("credit_units")))["units"] or 0)


@dataclass(frozen=True)
class OnItsWay:
    """Money sent from one book to another: what was sent, and what the other received, if it has."""

    sent: Entry
    received: Entry | None
    currency: str
    sent_units: int
    received_units: int


def on_its_way(books: QuerySet[Book], *, differing: bool = False) -> Iterator[OnItsWay]:
    """Allocations and returns between books that were not received yet; `differing`: received, but another sum.

    Either book may be among those asked about. Three queries.
    """
    came = Entry.objects.filter(counterpart=OuterRef("pk"), to_book=None, reverses=None, reversed_by=None)
    rows = (
        Entry.objects.filter(
            Q(book__in=books) | Q(to_book__in=books), stage__in=(Stage.ALLOCATION, Stage.RETURN)
        )
        .filter(to_book__isnull=False, counterpart=None, reverses=None, reversed_by=None)
        .annotate(came_id=came.values("pk")[:1])
        .select_related("book", "to_book")
        .order_by("on", "pk")
    )
    rows = rows.filter(came_id__isnull=not differing)
    sent = list(rows)
    theirs = {row.came_id: None for row in sent if row.came_id}
    received = Entry.objects.select_related("book").in_bulk(list(theirs))
    units = _cash_moved([row.pk for row in sent] + list(received))
    for row in sent:
        other = received.get(row.came_id)
        currency, out = units.get(row.pk, ("", 0))
        into = units.get(other.pk, ("", 0))[1] if other else 0
        if not differing or -out != into:
            yield OnItsWay(row, other, currency, -out, into)


def _cash_moved(entries: list[int]) -> dict[int, tuple[str, int]]:
    found: dict[int, tuple[str, int]] = {}
    for start in range(0, len(entries), 500):
        rows = Posting.objects.filter(entry__in=entries[start : start + 500], account__role=Role.CASH.value)
        for pk, currency, units in rows.values_list("entry_id", "currency", "units"):
            found[pk] = (currency, found.get(pk, ("", 0))[1] + units)
    return found


#: Pairs that go along with money, such as what a contract held: beside money itself they are no second amount.
_BESIDE = (Role.RESERVE.value, Role.COMMITTED.value, Role.PLEDGES_DUE.value, Role.PLEDGES_GIVEN.value)


def moved(entries: list[Entry]) -> dict[int, list[tuple[str, int]]]:
    """How much each entry moves by currency, what goes along with money left out. One query."""
    rows = Posting.objects.filter(entry__in=entries, units__gt=0).values_list("entry_id", "currency")
    return _sizes(rows.annotate(debits=Sum("units"), beside=_along()).order_by("entry_id", "currency"))


def moved_by(proposals: list[int]) -> dict[int, list[tuple[str, int]]]:
    """The same of entries that wait, by their proposals."""
    rows = ProposalLine.objects.filter(proposal__in=proposals, units__gt=0)
    named = rows.values_list("proposal_id", "currency")
    return _sizes(named.annotate(debits=Sum("units"), beside=_along()).order_by("proposal_id", "currency"))


def _along() -> Coalesce:
    return Coalesce(Sum("units", filter=Q(account__role__in=_BESIDE)), 0)


def _sizes(rows: Iterable[tuple[int, str, int, int]]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    for pk, currency, debits, beside in rows:
        found.setdefault(pk, []).append((currency, int(debits - beside or debits)))
    return found


def lines_of(book: Book) -> QuerySet[BudgetLine]:
    """The budget lines of a book, each with its fund and project."""
    return BudgetLine.objects.filter(book=book).select_related("fund", "project").order_by("key")
