"""What a village owns together, as everybody may read it: month by month, and the missing ones as missing.

Only posted months have figures. Members are a number that passes safeguards: below ten it is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from answerable.safeguards.suppression import PublicCount, public_count

from .models import Account, AccountSum, Book, Entry, PostedMonth
from .rules.stages import Kind, Role, Stage
from .rules.villages import DISTRIBUTION, months_over


@dataclass(frozen=True)
class Month:
    """One month: its figures when it was posted, and nothing but its name when it is missing."""

    month: date
    currency: str
    posted_on: date | None = None
    income_units: int = 0
    spending_units: int = 0
    distributed_units: int = 0
    #: Corrections of balances, openings and whatever is none of the three.
    other_units: int = 0
    #: In hand at its end.
    left_units: int = 0
    #: By account key.
    income: dict[str, int] = field(default_factory=dict)
    spending: dict[str, int] = field(default_factory=dict)
    #: Members among whom it was distributed, where that may be said; None: not said or no distribution.
    members: PublicCount | None = None

    @property
    def is_missing(self) -> bool:
        """True when it is over and was not posted."""
        return self.posted_on is None

    @property
    def before_units(self) -> int:
        """In hand at its beginning."""
        return (
            self.left_units
            - self.income_units
            + self.spending_units
            + self.distributed_units
            - self.other_units
        )


def village_books(area_id: int) -> list[Book]:
    """The books of what a village owns together, the oldest first."""
    return list(
        Book.objects.filter(area=area_id, kind="village")
        .select_related("area__level")
        .order_by("opened_on", "pk")
    )


def currency_of(book: Book) -> str:
    """The currency of its money in hand."""
    till = Account.objects.filter(book=book, key="till").values_list("currency", flat=True).first()
    return till or ""


def months(book: Book, today: date, most: int = 24) -> list[Month]:
    """The months that are over, the newest first. Four queries."""
    owed = list(months_over(book.opened_on, today))[-most:]
    if not owed:
        return []
    posted = dict(PostedMonth.objects.filter(book=book).values_list("month", "posted_on"))
    currency = currency_of(book)
    moved = _moved(book, currency)
    members = _members(book, owed[0])
    found = []
    for month in owed:
        if month not in posted:
            found.append(Month(month, currency))
            continue
        own = moved.get(month, {})
        left = sum(
            units
            for when, parts in moved.items()
            if when <= month
            for (_, role, _), units in parts.items()
            if role == "cash"
        )
        income = {key: -units for (key, _, kind), units in own.items() if kind == Kind.INCOME.value and units}
        spending = {
            key: units for (key, _, kind), units in own.items() if kind == Kind.EXPENSE.value and units
        }
        distributed = sum(units for (key, _, _), units in own.items() if key == DISTRIBUTION)
        came = sum(units for (_, role, _), units in own.items() if role == Role.CASH.value)
        total_in, total_out = sum(income.values()), sum(spending.values())
        count = members.get(month)
        found.append(
            Month(
                month,
                currency,
                posted[month],
                total_in,
                total_out,
                distributed,
                came - total_in + total_out + distributed,
                left,
                income,
                spending,
                public_count(count) if count is not None else None,
            )
        )
    return found[::-1]


def _moved(book: Book, currency: str) -> dict[date, dict[tuple[str, str, str], int]]:
    """By month and account (key, role, kind): debits less credits. Two queries, of maintained sums."""
    accounts = {a.pk: (a.key, a.role, a.kind) for a in Account.objects.filter(book=book)}
    rows = AccountSum.objects.filter(account_id__in=list(accounts), currency=currency)
    found: dict[date, dict[tuple[str, str, str], int]] = defaultdict(dict)
    for row in rows:
        if row.units:
            found[row.month][accounts[row.account_id]] = row.units
    return dict(found)


def _members(book: Book, since: date) -> dict[date, int]:
    """Members among whom was distributed, by month, where every distribution of it says so; undone ones aside."""
    rows = Entry.objects.filter(
        book=book,
        stage=Stage.DISTRIBUTION.value,
        on__gte=since,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    found: dict[date, int | None] = {}
    for on, count in rows.values_list("on", "payees_count"):
        month = on.replace(day=1)
        # Several distributions a month go to the same members: the largest says how many there are.
        known = found.get(month, 0)
        found[month] = None if count is None or known is None else max(known, count)
    return {month: count for month, count in found.items() if count is not None}
