"""An entry under way: what it will say, how it is checked against the books, and how it is written.

`enter` is the one door: it locks the book, knows a form that comes twice, checks, and either writes the entry or, over
the threshold, lets it wait for somebody else (checking.py). Nothing is half-posted: all is one act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import F, Sum

from answerable.access.gate import Act, acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.money.auditing import told_line, told_lines
from answerable.money.models import (
    Account,
    AccountSum,
    Book,
    BudgetLine,
    Commitment,
    Entry,
    Fund,
    FundSum,
    Posting,
    Proposal,
    ProposalLine,
    Threshold,
)
from answerable.money.problems import (
    AccountMissing,
    AccountUnfit,
    CommitmentExceeded,
    CurrencyMismatch,
    DocumentTwice,
    FormUsed,
    FundShort,
    LineExceeded,
    LineUnfit,
)
from answerable.money.rules.drafts import (
    Slip,
    check_day,
    check_lines,
    clean_digest,
    clean_reference,
    is_over,
    moved_by_currency,
    size_by_currency,
)
from answerable.money.rules.stages import Role, Stage
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .links import check_reversible, check_still_out, check_to_receive
from .purposes import check_fund


@dataclass(frozen=True)
class Purpose:
    """What a line of an entry is for. Never a person."""

    fund: Fund | None = None
    line: BudgetLine | None = None
    project: Project | None = None
    area: Area | None = None
    payee: Organisation | None = None


@dataclass(frozen=True)
class DraftLine:
    """A posting before it is one: plus is debit."""

    account: Account
    units: int
    currency: str
    purpose: Purpose = Purpose()


@dataclass(frozen=True)
class Draft:
    """An entry before it is one."""

    book: Book
    stage: Stage
    slip: Slip
    lines: Sequence[DraftLine]
    payees_count: int | None = None
    payees_digest: str = ""
    rate: str = ""
    rate_on: date | None = None
    reason: str = ""
    document_part: int = 0
    reverses: Entry | None = None
    counterpart: Entry | None = None
    to_book: Book | None = None
    commitment: Entry | None = None

    def facts(self) -> dict[str, Any]:
        """The columns that entries and proposals share."""
        return {
            "book": self.book,
            "stage": self.stage.value,
            "on": self.slip.on,
            "token": self.slip.token,
            "document_digest": self.slip.document_digest,
            "reference": self.slip.reference,
            "document_part": self.document_part,
            "payees_count": self.payees_count,
            "payees_digest": self.payees_digest,
            "rate": self.rate,
            "rate_on": self.rate_on,
            "reason": self.reason,
            "reverses": self.reverses,
            "counterpart": self.counterpart,
            "to_book": self.to_book,
            "commitment": self.commitment,
        }


@dataclass(frozen=True)
class Outcome:
    """What became of it: an entry in the books, or a proposal that waits. `again`: the form came a second time."""

    entry: Entry | None = None
    proposal: Proposal | None = None
    again: bool = False

    def posted(self) -> Entry:
        """The entry, for whoever knows that nothing had to wait. Raises LookupError where it does."""
        if self.entry is None:
            raise LookupError("the entry waits for somebody's check")
        return self.entry


@dataclass
class Till:
    """The book under an act: locked, with its accounts by role."""

    book: Book
    act: Act
    accounts: dict[str, Account] = field(default_factory=dict)

    def account(self, role: Role) -> Account:
        """The book's account for a role that has one only. Raises AccountMissing."""
        if not self.accounts:
            rows = Account.objects.filter(book=self.book, closed_on=None).exclude(role=Role.OTHER.value)
            self.accounts = {row.role: row for row in rows if row.role != Role.CASH.value}
        if role.value not in self.accounts:
            raise AccountMissing(field="account", book=self.book.key, role=role.value)
        return self.accounts[role.value]

    def pair(
        self, debit: Account | Role, credit: Account | Role, amount: Amount, purpose: Purpose
    ) -> list[DraftLine]:
        """Two lines: one account gets what the other gives."""
        plus = self.account(debit) if isinstance(debit, Role) else debit
        minus = self.account(credit) if isinstance(credit, Role) else credit
        return [
            DraftLine(plus, amount.units, amount.currency, purpose),
            DraftLine(minus, -amount.units, amount.currency, purpose),
        ]


@contextmanager
def at_till(
    actor: Actor, book: Book, *, right: Right = Right.KEEP_BOOKS, beside: Iterable[int] = ()
) -> Iterator[Till]:
    """Open an act on a book and lock it, with other books that the act looks at, in one order. Raises Denied."""
    with acting(actor, right, book.area) as act:
        wanted = sorted({book.pk, *beside})
        locked = {
            row.pk: row
            for row in Book.objects.select_for_update(of=("self",))
            .select_related("area__level")
            .filter(pk__in=wanted)
            .order_by("pk")
        }
        yield Till(book=locked[book.pk], act=act)


def enter(till: Till, draft: Draft) -> Outcome:
    """Check the draft and write it, or let it wait for its checker.

    Raises FormUsed, and everything that `checked` raises.
    """
    before = _came_before(draft)
    if before is not None:
        till.act.idle = True
        return before
    draft = checked(draft)
    moves = moved_by_currency((line.account.role, line.units, line.currency) for line in draft.lines)
    if is_over(moves, thresholds(draft.book, draft.slip.on)):
        return Outcome(proposal=_propose(till.act, draft))
    return Outcome(
        entry=write(till.act, draft, maker_post=till.act.post_id, made_on=clock.today(), checker_post=None)
    )


def _came_before(draft: Draft) -> Outcome | None:
    """What this form made before, if it is the same. Raises FormUsed."""
    entry = Entry.objects.filter(token=draft.slip.token).first()
    proposal = Proposal.objects.filter(token=draft.slip.token).select_related("entry").first()
    if entry is None and proposal is None:
        return None
    found = entry or proposal
    assert found is not None  # noqa: S101 - one of the two is there
    rows = Posting.objects.filter(entry=entry) if entry else ProposalLine.objects.filter(proposal=proposal)
    same = found.book_id == draft.book.pk and found.stage == draft.stage.value and found.on == draft.slip.on
    kept = list(rows.order_by("n").values_list("account_id", "units", "currency"))
    if not same or kept != [(line.account.pk, line.units, line.currency) for line in draft.lines]:
        raise FormUsed
    return Outcome(entry=entry, proposal=None if entry else proposal, again=True)


def thresholds(book: Book, on: date) -> dict[str, int]:
    """By currency: how much an entry may move without a second person. One query."""
    rows = Threshold.objects.filter(level=book.area.level, valid_from__lte=on).order_by("valid_from")
    return dict(rows.values_list("currency", "units"))


def checked(draft: Draft) -> Draft:
    """The draft as it may be written, after every rule.

    Raises the problems of rules.drafts and links.py, AccountUnfit, CurrencyMismatch, the fund's (purposes.check_fund), LineUnfit,
    LineExceeded, CommitmentExceeded, FundShort, DocumentTwice.
    """
    book, slip = draft.book, draft.slip
    check_lines(draft.lines)
    check_day(
        slip.on, today=clock.today(), opened=book.opened_on, closed_through=book.closed_through, book=book.key
    )
    slip = replace(
        slip, document_digest=clean_digest(slip.document_digest), reference=clean_reference(slip.reference)
    )
    draft = replace(draft, slip=slip)
    _check_links(draft)
    for line in draft.lines:
        _check_account(draft, line)
    seen: set[Purpose] = set()
    for line in draft.lines:
        if line.purpose not in seen:
            seen.add(line.purpose)
            _check_line(draft, line)
            if line.purpose.fund is not None:
                purpose = line.purpose
                check_fund(
                    line.purpose.fund,
                    book=book,
                    stage=draft.stage,
                    on=slip.on,
                    project=purpose.project,
                    area=purpose.area,
                    to_area=draft.to_book.area if draft.to_book and draft.counterpart is None else None,
                    undoing=draft.reverses is not None,
                    agreed_on=draft.commitment.on if draft.commitment is not None else None,
                )
    _check_room(draft)
    _check_cash(draft)
    return _numbered_document(draft)


def _check_links(draft: Draft) -> None:
    """Raise what links.py raises for the entry that this one undoes, receives, or takes back from."""
    other = draft.counterpart
    if draft.reverses is not None:
        check_reversible(draft.reverses)
    elif other is not None and other.stage == Stage.PAYMENT.value:
        back = [line for line in draft.lines if line.units < 0]
        area = back[0].purpose.area if back else None
        check_still_out(other, -sum(line.units for line in back), area.pk if area else None)
    elif other is not None:
        check_to_receive(other, draft.book)


def _check_account(draft: Draft, line: DraftLine) -> None:
    account = line.account
    if account.book_id != draft.book.pk:
        raise AccountUnfit(field="account", account=account.key, book=draft.book.key, wanted="other-book")
    if account.closed_on is not None:
        raise AccountUnfit(field="account", account=account.key, book=draft.book.key, wanted="closed")
    if account.currency and account.currency != line.currency:
        raise CurrencyMismatch(
            field="account", given=line.currency, what=account.key, wanted=account.currency
        )


def _check_line(draft: Draft, line: DraftLine) -> None:
    budget = line.purpose.line
    if budget is None:
        return
    purpose = line.purpose
    fits = budget.book_id == draft.book.pk and purpose.fund is not None and budget.fund_id == purpose.fund.pk
    own = budget.project_id is None or (
        purpose.project is not None and budget.project_id == purpose.project.pk
    )
    if not fits or not own:
        raise LineUnfit(field="line", line=budget.key)
    if budget.currency != line.currency:
        raise CurrencyMismatch(field="amount", given=line.currency, what=budget.key, wanted=budget.currency)


def _check_room(draft: Draft) -> None:
    """Raise LineExceeded or CommitmentExceeded where the entry takes more than a line or contract has left."""
    taken: dict[int, int] = defaultdict(int)
    held = 0
    for line in draft.lines:
        if line.account.role in {Role.COMMITTED.value, Role.SPENT.value} and line.purpose.line is not None:
            taken[line.purpose.line.pk] += line.units
        if line.account.role == Role.COMMITTED.value:
            held += line.units
    for budget in BudgetLine.objects.select_for_update(of=("self",)).filter(
        pk__in=[pk for pk, u in taken.items() if u > 0]
    ):
        left = budget.units - budget.committed_units - budget.paid_units
        if taken[budget.pk] > left:
            raise LineExceeded(
                field="amount",
                line=budget.key,
                left=str(Amount(left, budget.currency)),
                needed=str(Amount(taken[budget.pk], budget.currency)),
            )
    if draft.commitment is not None and held < 0:
        contract = Commitment.objects.select_related("line").get(entry=draft.commitment)
        if -held > contract.open_units:
            currency = contract.line.currency
            raise CommitmentExceeded(
                field="amount",
                left=str(Amount(contract.open_units, currency)),
                needed=str(Amount(-held, currency)),
            )


def _check_cash(draft: Draft) -> None:
    """Raise FundShort where more would leave an account than it holds of a fund."""
    moved: dict[tuple[int, int | None, str], int] = defaultdict(int)
    by_pk: dict[int, Account] = {}
    funds: dict[int, Fund] = {}
    for line in draft.lines:
        if line.account.role == Role.CASH.value:
            fund = line.purpose.fund
            by_pk[line.account.pk] = line.account
            if fund is not None:
                funds[fund.pk] = fund
            moved[line.account.pk, fund.pk if fund else None, line.currency] += line.units
    for (account, fund_pk, currency), units in moved.items():
        if units >= 0:
            continue
        there = in_hand(account, fund_pk, currency)
        if there + units < 0:
            raise FundShort(
                field="amount",
                account=by_pk[account].key,
                fund=funds[fund_pk].key if fund_pk else "-",
                left=str(Amount(max(there, 0), currency)),
                needed=str(Amount(-units, currency)),
            )


def in_hand(account: int, fund: int | None, currency: str) -> int:
    """What lies on an account: of one fund, or of none. One query, or two."""
    total = F("debit_units") - F("credit_units")
    if fund is not None:
        rows = FundSum.objects.filter(account_id=account, fund_id=fund, currency=currency)
        return int(rows.aggregate(units=Sum(total))["units"] or 0)
    whole = AccountSum.objects.filter(account_id=account, currency=currency).aggregate(units=Sum(total))[
        "units"
    ]
    of_funds = FundSum.objects.filter(account_id=account, currency=currency).aggregate(units=Sum(total))[
        "units"
    ]
    return int(whole or 0) - int(of_funds or 0)


def _numbered_document(draft: Draft) -> Draft:
    """A payment under a document that was paid before gets the next part, when that is said. Raises DocumentTwice."""
    slip = draft.slip
    if draft.stage is not Stage.PAYMENT or draft.reverses is not None or not slip.document_digest:
        return draft
    rows = Entry.objects.filter(
        book=draft.book, stage=Stage.PAYMENT.value, document_digest=slip.document_digest, reverses=None
    ).order_by("-document_part")
    last = rows.first()
    if last is None:
        return draft
    standing = rows.filter(reversed_by=None).first()
    if standing is not None and not slip.again:
        raise DocumentTwice(field="document_digest", number=standing.number, day=standing.on.isoformat())
    return replace(draft, document_part=last.document_part + 1)


def _propose(act: Act, draft: Draft) -> Proposal:
    row = Proposal.objects.create(**draft.facts(), maker_post_id=act.post_id, made_on=clock.today())
    ProposalLine.objects.bulk_create(
        ProposalLine(proposal=row, n=n, **_columns(line)) for n, line in enumerate(draft.lines, 1)
    )
    act.record("money.entry-proposed", proposal=row.pk, **_told(draft))
    return row


def write(
    act: Act, draft: Draft, *, maker_post: int | None, made_on: date, checker_post: int | None
) -> Entry:
    """Put a checked draft into the books."""
    last = Entry.objects.filter(book=draft.book).order_by("-number").values_list("number", flat=True).first()
    entry = Entry.objects.create(
        **draft.facts(),
        number=1 + (last or 0),
        postings_count=len(draft.lines),
        posted_on=clock.today(),
        maker_post_id=maker_post,
        made_on=made_on,
        checker_post_id=checker_post,
    )
    if draft.stage is Stage.COMMITMENT and draft.reverses is None:
        held = next(line for line in draft.lines if line.account.role == Role.COMMITTED.value)
        if held.purpose.line is None:
            raise LineUnfit(field="line", line="-")
        Commitment.objects.create(entry=entry, line=held.purpose.line, units=held.units)
    Posting.objects.bulk_create(
        Posting(entry=entry, n=n, **_columns(line)) for n, line in enumerate(draft.lines, 1)
    )
    act.record(
        "money.entry-posted",
        entry=entry.pk,
        number=entry.number,
        checker=checker_post,
        **_told(draft),
        **told_lines([_told_line(line) for line in draft.lines]),
    )
    return entry


def _columns(line: DraftLine) -> dict[str, Any]:
    return {
        "account": line.account,
        "units": line.units,
        "currency": line.currency,
        "fund": line.purpose.fund,
        "line": line.purpose.line,
        "project": line.purpose.project,
        "area": line.purpose.area,
        "payee": line.purpose.payee,
    }


def _told_line(line: DraftLine) -> dict[str, Any]:
    to = line.purpose
    named = (one.pk if one is not None else None for one in (to.fund, to.line, to.project, to.area))
    return told_line(line.account.key, line.units, line.currency, *named)


def _told(draft: Draft) -> dict[str, Any]:
    """What the record keeps of it: codes, numbers and digests."""
    sizes = size_by_currency(draft.lines)
    funds = {line.purpose.fund.pk for line in draft.lines if line.purpose.fund is not None}
    projects = {line.purpose.project.pk for line in draft.lines if line.purpose.project is not None}
    return {
        "book": draft.book.pk,
        "stage": draft.stage.value,
        "on": draft.slip.on,
        "currencies": list(sizes),
        "units": list(sizes.values()),
        "funds": sorted(funds),
        "projects": sorted(projects),
        "document": draft.slip.document_digest,
        "reverses": draft.reverses.pk if draft.reverses else None,
        "counterpart": draft.counterpart.pk if draft.counterpart else None,
    }
