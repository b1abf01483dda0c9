"""Books, accounts, thresholds and budget lines. Funds: funds.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import clean_key, clean_names
from answerable.kernel.money import Amount, known_currency
from answerable.kernel.problem import gettext_noop
from answerable.money.models import (
    Account,
    Book,
    BudgetLine,
    BudgetRevision,
    Fund,
    Threshold,
)
from answerable.money.problems import (
    AccountUnfit,
    AmountNotAbove,
    ChoiceUnknown,
    CurrencyMismatch,
    DayNotOpen,
    KeyTaken,
    LineBelowUse,
    LineChanged,
    LineUnfit,
    ReasonUnknown,
)
from answerable.money.rules.stages import BOOK_KINDS, KIND_OF, REVISION_REASONS, Kind, Role
from answerable.places.models import Area, AreaLevel
from answerable.projects.models import Project

#: What the accounts of a new book are called; pages say it in the reader's language (templatetags/books.py).
ACCOUNT_NAMES: dict[str, str] = {
    Role.CASH.value: gettext_noop("Money in hand"),
    Role.PLEDGES_DUE.value: gettext_noop("Pledged, not yet received"),
    Role.PLEDGES_GIVEN.value: gettext_noop("Pledges of sources"),
    Role.RECEIVED.value: gettext_noop("Received from sources"),
    Role.ALLOCATED_IN.value: gettext_noop("Allocated from above"),
    Role.ALLOCATED_OUT.value: gettext_noop("Allocated to books below"),
    Role.COMMITTED.value: gettext_noop("Committed by contracts"),
    Role.RESERVE.value: gettext_noop("Held for contracts"),
    Role.SPENT.value: gettext_noop("Spent"),
    Role.CONTRIBUTED.value: gettext_noop("Given by communities, valued"),
    Role.CHARGES.value: gettext_noop("Charges of banks"),
    Role.CONVERSION.value: gettext_noop("Conversion between currencies"),
    Role.OPENING.value: gettext_noop("Opening balances"),
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
                names={"en": ACCOUNT_NAMES[role.value]},
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
            wanted = "closed" if row.closed_on else "needed"
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
