"""Books, accounts, thresholds, funds with their rules, and budget lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import check_days, clean_key, clean_names
from answerable.kernel.money import Amount, known_currency
from answerable.money.models import (
    Account,
    Book,
    BudgetLine,
    BudgetRevision,
    Fund,
    FundArea,
    FundSector,
    FundSubject,
    FundSum,
    Threshold,
)
from answerable.money.problems import (
    AccountUnfit,
    AmountNotAbove,
    ChoiceUnknown,
    CurrencyMismatch,
    DayNotOpen,
    FundClosed,
    FundNotEmpty,
    KeyTaken,
    LineBelowUse,
    LineChanged,
    LineUnfit,
    ReasonUnknown,
)
from answerable.money.rules.stages import BOOK_KINDS, KIND_OF, REVISION_REASONS, Kind, Role
from answerable.places.models import Area, AreaLevel
from answerable.programme.models import Sponsor, Subject
from answerable.projects.models import Project
from answerable.projects.rules.sectors import check_code

#: What the accounts of a new book are called.
ACCOUNT_NAMES: dict[Role, str] = {
    Role.CASH: "Money in hand",
    Role.PLEDGES_DUE: "Pledged, not yet received",
    Role.PLEDGES_GIVEN: "Pledges of sources",
    Role.RECEIVED: "Received from sources",
    Role.ALLOCATED_IN: "Allocated from above",
    Role.ALLOCATED_OUT: "Allocated to books below",
    Role.COMMITTED: "Committed by contracts",
    Role.RESERVE: "Held for contracts",
    Role.SPENT: "Spent",
    Role.CONTRIBUTED: "Given by communities, valued",
    Role.CHARGES: "Charges of banks",
    Role.CONVERSION: "Conversion between currencies",
    Role.OPENING: "Opening balances",
}


def open_book(
    *, actor: Actor, key: str, area: Area, names: Mapping[str, str], opened_on: date, kind: str = "office"
) -> Book:
    """Open the books of an area's office, or of what a village owns together, with one account for each role.

    Raises Denied, KeyTaken, ChoiceUnknown, what kernel.labels raises.
    """
    key, named = clean_key(key), clean_names(names)
    if kind not in BOOK_KINDS:
        raise ChoiceUnknown(field="kind", given=kind[:40], allowed=", ".join(BOOK_KINDS))
    with acting(actor, Right.RULE_FUNDS, area) as act:
        if Book.objects.filter(key=key).exists():
            raise KeyTaken(field="key", key=key)
        book = Book.objects.create(key=key, area=area, kind=kind, names=named, opened_on=opened_on)
        Account.objects.bulk_create(
            Account(
                book=book,
                key=role.value,
                role=role.value,
                kind=kind_of.value,
                names={"en": ACCOUNT_NAMES[role]},
            )
            for role, kind_of in KIND_OF.items()
        )
        act.record("money.book-opened", book=book.pk, kind=kind, opened=opened_on)
    return book


def add_account(
    *,
    actor: Actor,
    book: Book,
    key: str,
    names: Mapping[str, str],
    role: str = Role.CASH.value,
    kind: str = "",
    currency: str = "",
) -> Account:
    """Add a place where money lies (role cash), or any further account (role other, with its kind).

    Raises Denied, KeyTaken, ChoiceUnknown, what kernel.labels and kernel.money raise.
    """
    key, named = clean_key(key), clean_names(names)
    currency = known_currency(currency) if currency.strip() else ""
    allowed = (Role.CASH.value, Role.OTHER.value)
    if role not in allowed:
        raise ChoiceUnknown(field="role", given=role[:40], allowed=", ".join(allowed))
    kind = Kind.ASSET.value if role == Role.CASH.value else kind
    if kind not in [k.value for k in Kind]:
        raise ChoiceUnknown(field="kind", given=kind[:40], allowed=", ".join(k.value for k in Kind))
    with acting(actor, Right.RULE_FUNDS, book.area) as act:
        if Account.objects.filter(book=book, key=key).exists():
            raise KeyTaken(field="key", key=key)
        account = Account.objects.create(
            book=book, key=key, role=role, kind=kind, currency=currency, names=named
        )
        act.record("money.account-added", book=book.pk, account=account.pk, role=role)
    return account


def close_account(*, actor: Actor, account: Account) -> Account:
    """Take no further entries on an account. Raises Denied, AccountUnfit for one that closed before or is needed."""
    with acting(actor, Right.RULE_FUNDS, account.book.area) as act:
        row = Account.objects.select_for_update().get(pk=account.pk)
        if row.closed_on is not None or row.role not in (Role.CASH.value, Role.OTHER.value):
            wanted = "it is closed" if row.closed_on else "every book needs one account of its role"
            raise AccountUnfit(field="account", account=row.key, book=account.book.key, wanted=wanted)
        row.closed_on = clock.today()
        row.save(update_fields=["closed_on"])
        act.record("money.account-closed", book=account.book_id, account=row.pk)
    return row


def close_days(*, actor: Actor, book: Book, through: date) -> Book:
    """Close a book up to a day: nothing is entered on it or before any more. Raises Denied, DayNotOpen."""
    with acting(actor, Right.CHECK_BOOKS, book.area) as act:
        row = Book.objects.select_for_update().get(pk=book.pk)
        first = row.closed_through or row.opened_on
        if not first <= through < clock.today() or through == row.closed_through:
            raise DayNotOpen(
                field="through",
                day=through.isoformat(),
                book=row.key,
                first=first.isoformat(),
                last=clock.today().isoformat(),
            )
        row.closed_through = through
        row.save(update_fields=["closed_through"])
        act.record("money.days-closed", book=row.pk, through=through)
    return row


def set_threshold(
    *, actor: Actor, level: AreaLevel, amount: Amount, valid_from: date | None = None
) -> Threshold:
    """From a day on, books of a level need a second person for entries over an amount. Raises Denied, AmountNotAbove."""
    if amount.units < 0:
        raise AmountNotAbove(field="amount", amount=str(amount))
    with acting(actor, Right.RULE_FUNDS, None) as act:
        row, _ = Threshold.objects.update_or_create(
            level=level,
            currency=amount.currency,
            valid_from=valid_from or clock.today(),
            defaults={"units": amount.units},
        )
        act.record(
            "money.threshold-set",
            level=level.pk,
            currency=amount.currency,
            units=amount.units,
            on=row.valid_from,
        )
    return row


def open_fund(
    *,
    actor: Actor,
    key: str,
    names: Mapping[str, str],
    book: Book,
    currency: str,
    starts_on: date,
    ends_on: date | None = None,
    sponsor: Sponsor | None = None,
    subjects: Sequence[Subject] = (),
    sectors: Sequence[tuple[str, str]] = (),
    areas: Sequence[Area] = (),
) -> Fund:
    """Open a fund: its source, and what for, where and until when it may be spent.

    `sectors` are pairs of vocabulary and code. Raises Denied, KeyTaken, what kernel.labels, kernel.money and
    projects.rules.sectors raise.
    """
    key, named, currency = clean_key(key), clean_names(names), known_currency(currency)
    check_days(starts_on, ends_on)
    own = set(Subject.objects.values_list("key", flat=True)) if sectors else set()
    for vocabulary, code in sectors:
        check_code(vocabulary, code, own)
    with acting(actor, Right.RULE_FUNDS, book.area) as act:
        if Fund.objects.filter(key=key).exists():
            raise KeyTaken(field="key", key=key)
        fund = Fund.objects.create(
            key=key,
            names=named,
            sponsor=sponsor,
            book=book,
            currency=currency,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        FundSubject.objects.bulk_create(FundSubject(fund=fund, subject=subject) for subject in subjects)
        FundSector.objects.bulk_create(
            FundSector(fund=fund, vocabulary=vocabulary, code=code)
            for vocabulary, code in dict.fromkeys(sectors)
        )
        FundArea.objects.bulk_create(FundArea(fund=fund, area=area) for area in areas)
        act.record(
            "money.fund-opened",
            fund=fund.pk,
            book=book.pk,
            currency=currency,
            first=starts_on,
            last=ends_on,
            subjects=[subject.pk for subject in subjects],
            sectors=[f"{vocabulary}:{code}" for vocabulary, code in sectors],
            areas=[area.pk for area in areas],
        )
    return fund


def close_fund(*, actor: Actor, fund: Fund) -> Fund:
    """Take no further entries under a fund; nothing of it may be left in hand or under contract anywhere.

    Raises Denied, FundClosed, FundNotEmpty.
    """
    with acting(actor, Right.RULE_FUNDS, fund.book.area) as act:
        row = Fund.objects.select_for_update().get(pk=fund.pk)
        if row.closed_on is not None:
            raise FundClosed(field="fund", fund=row.key, day=row.closed_on.isoformat())
        left: dict[tuple[int, str], int] = {}
        for sums in FundSum.objects.filter(fund_id=row.pk):
            spot = (sums.account_id, sums.currency)
            left[spot] = left.get(spot, 0) + sums.units
        accounts = Account.objects.select_related("book").in_bulk({account for account, _ in left})
        for (pk, currency), units in sorted(left.items()):
            account = accounts[pk]
            if units and account.role in {Role.CASH.value, Role.COMMITTED.value}:
                raise FundNotEmpty(
                    field="fund", fund=row.key, left=str(Amount(units, currency)), book=account.book.key
                )
        row.closed_on = clock.today()
        row.save(update_fields=["closed_on"])
        act.record("money.fund-closed", fund=row.pk)
    return row


def set_line(
    *,
    actor: Actor,
    book: Book,
    fund: Fund,
    key: str,
    names: Mapping[str, str],
    amount: Amount,
    project: Project | None = None,
) -> BudgetLine:
    """Set a budget line, with its original amount.

    Raises Denied, KeyTaken, AmountNotAbove, LineUnfit for a project elsewhere, what kernel.labels raises.
    """
    key, named = clean_key(key), clean_names(names)
    if amount.units < 0:
        raise AmountNotAbove(field="amount", amount=str(amount))
    with acting(actor, Right.CHECK_BOOKS, book.area) as act:
        if BudgetLine.objects.filter(book=book, key=key).exists():
            raise KeyTaken(field="key", key=key)
        if project is not None and not (project.area.path or "").startswith(book.area.path or "-"):
            raise LineUnfit(field="project", line=key)
        line = BudgetLine.objects.create(
            book=book,
            fund=fund,
            project=project,
            key=key,
            names=named,
            currency=amount.currency,
            original_units=amount.units,
            units=amount.units,
        )
        BudgetRevision.objects.create(
            line=line, n=1, on=clock.today(), units=amount.units, reason="original", post_id=act.post_id
        )
        act.record(
            "money.line-set",
            line=line.pk,
            book=book.pk,
            fund=fund.pk,
            project=project.pk if project else None,
            currency=amount.currency,
            units=amount.units,
        )
    return line


def revise_line(*, actor: Actor, line: BudgetLine, amount: Amount, reason: str, version: int) -> BudgetLine:
    """Set a line to another amount; the old one is kept. `version` is the one that the page showed.

    Raises Denied, ReasonUnknown, AmountNotAbove, CurrencyMismatch, LineChanged, LineBelowUse.
    """
    allowed = [known for known in REVISION_REASONS if known != "original"]
    if reason not in allowed:
        raise ReasonUnknown(field="reason", allowed=", ".join(allowed))
    if amount.units < 0:
        raise AmountNotAbove(field="amount", amount=str(amount))
    with acting(actor, Right.CHECK_BOOKS, line.book.area) as act:
        row = BudgetLine.objects.select_for_update().get(pk=line.pk)
        if amount.currency != row.currency:
            raise CurrencyMismatch(field="amount", given=amount.currency, what=row.key, wanted=row.currency)
        if version != row.version:
            raise LineChanged(line=row.key, units=str(Amount(row.units, row.currency)))
        used = row.committed_units + row.paid_units
        if amount.units < used:
            raise LineBelowUse(
                field="amount", line=row.key, used=str(Amount(used, row.currency)), units=str(amount)
            )
        row.units = amount.units
        row.version += 1
        row.save(update_fields=["units", "version"])
        BudgetRevision.objects.create(
            line=row, n=row.version, on=clock.today(), units=amount.units, reason=reason, post_id=act.post_id
        )
        act.record("money.line-revised", line=row.pk, n=row.version, units=amount.units, reason=reason)
    return row
