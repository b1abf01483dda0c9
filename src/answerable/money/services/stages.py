"""What is done with money, stage by stage. Each verb makes one entry (rules/stages.py says which accounts it moves).

All return an Outcome: the entry in the books, or, over the threshold, the proposal that waits for somebody else. All
raise Denied, and what drafting.enter raises; further problems are named at each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from answerable.access.rules import Actor
from answerable.kernel.money import Amount, converted
from answerable.money.models import Account, Book, BudgetLine, Commitment, Entry, Fund, Posting
from answerable.money.problems import (
    AccountUnfit,
    AreaOutside,
    BookUnfit,
    CommitmentUnfit,
    DocumentMissing,
    NotReversible,
    PayeeNeeded,
    RateDiffers,
    ReasonUnknown,
    SharesDiffer,
    SharesUnfit,
    VillageUnclear,
)
from answerable.money.rules.drafts import Slip, check_above, clean_digest
from answerable.money.rules.stages import REVERSAL_REASONS, Role, Stage
from answerable.money.selectors import open_pledge
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .drafting import Draft, DraftLine, Outcome, Purpose, Till, at_till, enter

#: Villages that one payment can be for; more are further payments under the same document.
MOST_SHARES = 100


def record_pledge(
    *, actor: Actor, fund: Fund, amount: Amount, slip: Slip, payee: Organisation | None = None
) -> Outcome:
    """A source promises money to a fund. `payee` is the organisation that gives."""
    check_above(amount)
    with at_till(actor, fund.book) as till:
        lines = till.pair(Role.PLEDGES_DUE, Role.PLEDGES_GIVEN, amount, Purpose(fund=fund, payee=payee))
        return enter(till, Draft(till.book, Stage.PLEDGE, slip, lines))


def record_receipt(
    *,
    actor: Actor,
    fund: Fund,
    account: Account,
    amount: Amount,
    slip: Slip,
    payee: Organisation | None = None,
) -> Outcome:
    """Money of a fund comes in from its source; what was pledged of it is pledged no more."""
    check_above(amount)
    with at_till(actor, fund.book) as till:
        purpose = Purpose(fund=fund, payee=payee)
        lines = till.pair(_cash(account), Role.RECEIVED, amount, purpose)
        due = min(amount.units, open_pledge(fund, amount.currency))
        if due > 0:
            lines += till.pair(Role.PLEDGES_GIVEN, Role.PLEDGES_DUE, Amount(due, amount.currency), purpose)
        return enter(till, Draft(till.book, Stage.RECEIPT, slip, lines))


def send_allocation(
    *, actor: Actor, fund: Fund, account: Account, to_book: Book, amount: Amount, slip: Slip
) -> Outcome:
    """Pass money of a fund down to a book below, which records for itself what comes. Raises BookUnfit."""
    check_above(amount)
    _check_below(to_book.area, account.book.area, to_book)
    with at_till(actor, account.book) as till:
        lines = till.pair(Role.ALLOCATED_OUT, _cash(account), amount, Purpose(fund=fund))
        return enter(till, Draft(till.book, Stage.ALLOCATION, slip, lines, to_book=to_book))


def send_return(
    *, actor: Actor, fund: Fund, account: Account, amount: Amount, slip: Slip, to_book: Book | None = None
) -> Outcome:
    """Send money of a fund back: up to a book above, or, from the fund's own book, to its source. Raises BookUnfit."""
    check_above(amount)
    if to_book is None and account.book_id != fund.book_id:
        raise BookUnfit(field="to_book", book="-")
    if to_book is not None:
        _check_below(account.book.area, to_book.area, to_book)
    with at_till(actor, account.book) as till:
        gives = Role.RECEIVED if to_book is None else Role.ALLOCATED_IN
        lines = till.pair(gives, _cash(account), amount, Purpose(fund=fund))
        return enter(till, Draft(till.book, Stage.RETURN, slip, lines, to_book=to_book))


def receive(*, actor: Actor, sent: Entry, account: Account, amount: Amount, slip: Slip) -> Outcome:
    """Record in this book what came of an allocation or return sent to it: what came, even if another sum was sent.

    Raises what links.check_to_receive raises.
    """
    check_above(amount)
    with at_till(actor, account.book) as till:
        fund = _fund_of(sent)
        from_role = Role.ALLOCATED_IN if sent.stage == Stage.ALLOCATION.value else Role.ALLOCATED_OUT
        lines = till.pair(_cash(account), from_role, amount, Purpose(fund=fund))
        return enter(till, Draft(till.book, Stage(sent.stage), slip, lines, counterpart=sent))


def commit_contract(
    *,
    actor: Actor,
    line: BudgetLine,
    amount: Amount,
    payee: Organisation,
    slip: Slip,
    project: Project | None = None,
    area: Area | None = None,
) -> Outcome:
    """Commit money of a line by a contract with an organisation. Raises DocumentMissing, AreaOutside."""
    check_above(amount)
    if not slip.document_digest:
        raise DocumentMissing(field="document_digest")
    with at_till(actor, line.book) as till:
        purpose = _purpose(till, line, project, area, payee)
        lines = till.pair(Role.COMMITTED, Role.RESERVE, amount, purpose)
        return enter(till, Draft(till.book, Stage.COMMITMENT, slip, lines))


def release_commitment(*, actor: Actor, contract: Commitment, amount: Amount, slip: Slip) -> Outcome:
    """Free what a contract does not need any more."""
    check_above(amount)
    entry = contract.entry
    with at_till(actor, entry.book) as till:
        lines = till.pair(Role.RESERVE, Role.COMMITTED, amount, _purpose_of(entry))
        return enter(till, Draft(till.book, Stage.RELEASE, slip, lines, commitment=entry))


def pay(
    *,
    actor: Actor,
    line: BudgetLine,
    account: Account,
    amount: Amount,
    slip: Slip,
    payee: Organisation | None = None,
    payees_count: int | None = None,
    payees_digest: str = "",
    project: Project | None = None,
    area: Area | None = None,
    contract: Commitment | None = None,
    shares: Sequence[tuple[Area, Amount]] = (),
) -> Outcome:
    """Pay from a line: one organisation, or a number of people whose list its keeper has. Never a name.

    Under a contract the payment takes from what the contract holds. `shares` says what of the amount is for which
    village, where it is for several: one entry, a pair of lines for each. Raises DocumentMissing, PayeeNeeded,
    AreaOutside, CommitmentUnfit, SharesDiffer, SharesUnfit.
    """
    check_above(amount)
    if not slip.document_digest:
        raise DocumentMissing(field="document_digest")
    payees_digest = clean_digest(payees_digest, field="payees_digest")
    people = payees_count is not None and payees_count > 0 and payees_digest != ""
    if (payee is None) != people or (not people and (payees_count is not None or payees_digest)):
        raise PayeeNeeded(field="payee")
    if shares:
        _check_shares(amount, shares, alone=payee is not None and area is None)
    with at_till(actor, line.book) as till:
        places: Sequence[tuple[Area | None, Amount]] = shares or [(area, amount)]
        parts = [(_purpose(till, line, project, where, payee), part) for where, part in places]
        lines = []
        if contract is not None:
            agreed = _purpose_of(contract.entry)
            if contract.line_id != line.pk or agreed.payee != payee or agreed.project != parts[0][0].project:
                raise CommitmentUnfit(field="contract")
            # What the contract held goes first: the line has room for the payment only then.
            lines += till.pair(Role.RESERVE, Role.COMMITTED, amount, agreed)
        for purpose, part in parts:
            lines += till.pair(Role.SPENT, _cash(account), part, purpose)
        draft = Draft(
            till.book,
            Stage.PAYMENT,
            slip,
            lines,
            payees_count=payees_count,
            payees_digest=payees_digest,
            commitment=contract.entry if contract else None,
        )
        return enter(till, draft)


def take_back(
    *, actor: Actor, payment: Entry, account: Account, amount: Amount, slip: Slip, area: Area | None = None
) -> Outcome:
    """Record what a payee gave back of a payment: its line has that much more again.

    `area` says for which village, where the payment was for several. Raises VillageUnclear, and NotReversible where it
    is no payment, or less of it is still out.
    """
    check_above(amount)
    with at_till(actor, payment.book) as till:
        if payment.stage != Stage.PAYMENT.value or payment.reverses_id:
            raise NotReversible(field="payment", number=payment.number, why="no-payment")
        purpose = _spent_for(payment, area)
        lines = till.pair(_cash(account), Role.SPENT, amount, purpose)
        return enter(till, Draft(till.book, Stage.RETURN, slip, lines, counterpart=payment))


def _check_shares(amount: Amount, shares: Sequence[tuple[Area, Amount]], *, alone: bool) -> None:
    """Raise SharesUnfit or SharesDiffer unless they are parts of the amount for different villages."""
    if not alone or not 2 <= len({where.pk for where, _ in shares}) == len(shares) <= MOST_SHARES:
        raise SharesUnfit(field="shares", most=MOST_SHARES)
    for _, part in shares:
        check_above(part)
    total = Amount(sum(part.units for _, part in shares), amount.currency)
    if any(part.currency != amount.currency for _, part in shares) or total != amount:
        raise SharesDiffer(field="shares", total=str(total), amount=str(amount))


def record_contribution(
    *,
    actor: Actor,
    book: Book,
    project: Project,
    amount: Amount,
    slip: Slip,
    area: Area | None = None,
    giver: Organisation | None = None,
) -> Outcome:
    """Enter what the community gave in labour or things, at its value; `giver` when an organisation gave it.

    A source of its own: no fund, no cash. Raises AreaOutside.
    """
    check_above(amount)
    with at_till(actor, book) as till:
        where = _area(till, project, area)
        purpose = Purpose(project=project, area=where, payee=giver)
        lines = till.pair(Role.SPENT, Role.CONTRIBUTED, amount, purpose)
        return enter(till, Draft(till.book, Stage.CONTRIBUTION, slip, lines))


def convert(
    *,
    actor: Actor,
    fund: Fund | None,
    from_account: Account,
    to_account: Account,
    sold: Amount,
    bought: Amount,
    rate: Decimal,
    rate_on: date,
    slip: Slip,
) -> Outcome:
    """Change money of one currency into another, over the conversion account, so that each balances by itself.

    `rate` is units of the second for one of the first. Raises RateDiffers where the amounts are more than one minor
    unit (of the coarser currency) away from it.
    """
    check_above(sold)
    check_above(bought)
    forth, back = converted(sold, bought.currency, rate), converted(bought, sold.currency, 1 / rate)
    if abs(forth.units - bought.units) > 1 and abs(back.units - sold.units) > 1:
        raise RateDiffers(field="rate", sold=str(sold), rate=str(rate), made=str(forth), bought=str(bought))
    with at_till(actor, from_account.book) as till:
        purpose = Purpose(fund=fund)
        lines = till.pair(Role.CONVERSION, _cash(from_account), sold, purpose)
        lines += till.pair(_cash(to_account), Role.CONVERSION, bought, purpose)
        return enter(
            till,
            Draft(till.book, Stage.CONVERSION, slip, lines, rate=f"{rate.normalize():f}", rate_on=rate_on),
        )


def record_charge(
    *, actor: Actor, fund: Fund | None, account: Account, amount: Amount, slip: Slip
) -> Outcome:
    """Enter what a bank or treasury took for its service."""
    check_above(amount)
    with at_till(actor, account.book) as till:
        lines = till.pair(Role.CHARGES, _cash(account), amount, Purpose(fund=fund))
        return enter(till, Draft(till.book, Stage.CHARGE, slip, lines))


def record_opening(
    *, actor: Actor, fund: Fund | None, account: Account, amount: Amount, slip: Slip
) -> Outcome:
    """Enter what lay on an account when the book began."""
    check_above(amount)
    with at_till(actor, account.book) as till:
        lines = till.pair(_cash(account), Role.OPENING, amount, Purpose(fund=fund))
        return enter(till, Draft(till.book, Stage.OPENING, slip, lines))


def reverse_entry(*, actor: Actor, entry: Entry, reason: str, slip: Slip) -> Outcome:
    """Undo an entry by its mirror, line by line from the last to the first.

    Raises ReasonUnknown, and what links.check_reversible raises.
    """
    if reason not in REVERSAL_REASONS:
        raise ReasonUnknown(field="reason", allowed=", ".join(REVERSAL_REASONS))
    beside = [pk for pk in (entry.to_book_id,) if pk is not None]
    with at_till(actor, entry.book, beside=beside) as till:
        rows = list(
            Posting.objects.filter(entry=entry)
            .select_related("account", "fund", "line", "project", "area", "payee")
            .order_by("-n")
        )
        lines = [DraftLine(row.account, -row.units, row.currency, _purpose_in(row)) for row in rows]
        commitment = entry.commitment
        if entry.stage == Stage.COMMITMENT.value:
            commitment = entry
        draft = Draft(
            till.book,
            Stage(entry.stage),
            slip,
            lines,
            payees_count=entry.payees_count,
            payees_digest=entry.payees_digest,
            rate=entry.rate,
            rate_on=entry.rate_on,
            reason=reason,
            reverses=entry,
            counterpart=entry.counterpart,
            to_book=entry.to_book,
            commitment=commitment,
        )
        return enter(till, draft)


def _cash(account: Account) -> Account:
    if account.role != Role.CASH.value:
        raise AccountUnfit(
            field="account",
            account=account.key,
            book=account.book.key,
            wanted="not-cash",
        )
    return account


def _check_below(lower: Area, upper: Area, named: Book) -> None:
    inside = (lower.path or "").startswith(upper.path or "-")
    if not inside or lower.pk == upper.pk:
        raise BookUnfit(field="to_book", book=named.key)


def _purpose(
    till: Till, line: BudgetLine, project: Project | None, area: Area | None, payee: Organisation | None
) -> Purpose:
    project = project or line.project
    return Purpose(fund=line.fund, line=line, project=project, area=_area(till, project, area), payee=payee)


def _area(till: Till, project: Project | None, area: Area | None) -> Area | None:
    """The village that is meant: the one given, or the project's own. Raises AreaOutside."""
    if project is None:
        where = area or till.book.area
    else:
        where = area or project.area
        reach = [project.area, *(row.area for row in project.areas.select_related("area"))]
        if area is not None and not any((area.path or "").startswith(a.path or "-") for a in reach):
            raise AreaOutside(field="area", area=area.name, project=project.key)
    if not (where.path or "").startswith(till.book.area.path or "-"):
        raise AreaOutside(field="area", area=where.name, project=project.key if project else "-")
    return where


def _purpose_in(row: Posting) -> Purpose:
    return Purpose(fund=row.fund, line=row.line, project=row.project, area=row.area, payee=row.payee)


def _purpose_of(entry: Entry) -> Purpose:
    """What the last line of an entry is for: of a payment what was spent, not what its contract held."""
    row = (
        Posting.objects.filter(entry=entry)
        .select_related("fund", "line__book", "project", "area", "payee")
        .order_by("-n")[0]
    )
    return _purpose_in(row)


def _spent_for(payment: Entry, area: Area | None) -> Purpose:
    """What a payment was for, in that village if it was for several. Raises VillageUnclear."""
    rows = Posting.objects.filter(entry=payment, account__role=Role.SPENT.value)
    if area is not None:
        rows = rows.filter(area=area)
    found = list(rows.select_related("fund", "line__book", "project", "area", "payee").order_by("n")[:2])
    if len(found) != 1:
        raise VillageUnclear(field="area", number=payment.number)
    return _purpose_in(found[0])


def _fund_of(entry: Entry) -> Fund | None:
    return _purpose_of(entry).fund
