"""What a village owns together: income, spending, distribution, and the months that are posted for all to see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.money import Amount
from answerable.money.banking.problems import MonthHasWaiting, MonthNotOver, MonthOutOfOrder, NotAVillageBook
from answerable.money.models import Account, Book, PostedMonth, Proposal
from answerable.money.rules.drafts import Slip, check_above, clean_digest
from answerable.money.rules.stages import Role, Stage
from answerable.money.rules.villages import ACCOUNTS, STAGE_OF, after, first_of, last_of
from answerable.places.models import Area

from .drafting import Draft, Outcome, Purpose, at_till, enter
from .setting_up import add_account, open_book


def open_village_book(
    *, actor: Actor, key: str, area: Area, names: Mapping[str, str], currency: str, opened_on: date
) -> Book:
    """Open the books of what a village owns together, with its money in hand in one currency and its usual accounts.

    Raises Denied, KeyTaken, what kernel.labels and kernel.money raise.
    """
    with acting(actor, Right.RULE_FUNDS, area) as act:
        book = open_book(actor=actor, key=key, area=area, names=names, opened_on=opened_on, kind="village")
        add_account(actor=actor, book=book, key="till", names={"en": "Money in hand"}, currency=currency)
        for name, kind in ACCOUNTS.items():
            words = {"en": name.replace("-", " ").capitalize()}
            add_account(actor=actor, book=book, key=name, names=words, role=Role.OTHER.value, kind=kind.value)
        act.idle = True  # its parts have recorded themselves
    return book


def record_village_entry(
    *,
    actor: Actor,
    book: Book,
    what: str,
    amount: Amount,
    slip: Slip,
    members: int | None = None,
    members_digest: str = "",
) -> Outcome:
    """Enter income, spending or a distribution: `what` is a key of rules.villages.ACCOUNTS.

    Members are a number and the digest of a list that the village keeps, never names. Raises Denied,
    NotAVillageBook, ChoiceUnknown, and what drafting.enter raises.
    """
    if what not in ACCOUNTS:
        raise ChoiceUnknown(field="what", given=what[:40], allowed=", ".join(ACCOUNTS))
    check_above(amount)
    stage = STAGE_OF[what]
    digest = clean_digest(members_digest, field="members_digest") if stage is Stage.DISTRIBUTION else ""
    count = members if digest and members else None
    with at_till(actor, book) as till:
        if till.book.kind != "village":
            raise NotAVillageBook(field="book", book=book.key)
        money = Account.objects.get(book=book, key="till")
        other = Account.objects.get(book=book, key=what)
        debit, credit = (money, other) if stage is Stage.INCOME else (other, money)
        return enter(
            till,
            Draft(
                book=till.book,
                stage=stage,
                slip=slip,
                lines=till.pair(debit, credit, amount, Purpose()),
                payees_count=count,
                payees_digest=digest if count else "",
            ),
        )


def post_month(*, actor: Actor, book: Book, month: date) -> PostedMonth:
    """Post a month for all to see; nothing is entered in it any more.

    Raises Denied, NotAVillageBook, MonthNotOver, MonthOutOfOrder, MonthHasWaiting.
    """
    month = first_of(month)
    with acting(actor, Right.KEEP_BOOKS, book.area) as act:
        row = Book.objects.select_for_update(of=("self",)).get(pk=book.pk)
        if row.kind != "village":
            raise NotAVillageBook(field="book", book=row.key)
        if last_of(month) >= clock.today():
            raise MonthNotOver(field="month", month=f"{month:%Y-%m}")
        last = PostedMonth.objects.filter(book=row).order_by("-month").first()
        wanted = after(last.month) if last else first_of(row.opened_on)
        if month != wanted:
            raise MonthOutOfOrder(field="month", month=f"{wanted:%Y-%m}")
        waiting = Proposal.objects.filter(book=row, state="waiting", on__lte=last_of(month)).count()
        if waiting:
            raise MonthHasWaiting(field="month", month=f"{month:%Y-%m}", count=waiting)
        if row.closed_through is None or row.closed_through < last_of(month):
            row.closed_through = last_of(month)
            row.save(update_fields=["closed_through"])
        posted = PostedMonth.objects.create(
            book=row, month=month, posted_on=clock.today(), post_id=act.post_id
        )
        act.record("money.month-posted", book=row.pk, month=month)
    return posted
