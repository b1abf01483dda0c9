"""The bank and the books side by side at a day: what agrees, and what stands on one side only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Sum

from .banking.matching import Movement, Proposal, propose
from .models import Account, BankLine, BankMatch, BankStatement, MatchedLine, MatchedPosting, Posting

#: How long before the first statement a cheque may have been written that the bank paid after it.
EARLIER_DAYS = 60


@dataclass(frozen=True)
class Reconciled:
    """One account at the end of a day.

    `bank = books - postings_open + lines_open + before_units`: an equation that a test holds for any books.
    """

    on: date
    currency: str
    #: What the books say, and what the bank says; none before the first statement.
    books_units: int
    bank_units: int | None
    #: The last statement that ends by that day; lines after it are not known.
    through: date | None
    #: Unmatched, or matched with something after that day.
    lines: list[BankLine]
    postings: list[Posting]
    #: Opening balance of the first statement, less what the books had by then and nothing later matches.
    before_units: int = 0
    first_on: date | None = None
    #: Of the weeks before the first statement: in its opening balance, or moved by the bank later. Counted above.
    earlier: tuple[Posting, ...] = ()

    @property
    def lines_open(self) -> int:
        """What the bank moved and the books don't have."""
        return sum(line.units for line in self.lines)

    @property
    def postings_open(self) -> int:
        """What the books have and the bank did not move."""
        return sum(posting.units for posting in self.postings)

    @property
    def difference_units(self) -> int | None:
        """Bank less books."""
        return None if self.bank_units is None else self.bank_units - self.books_units

    @property
    def is_explained(self) -> bool:
        """True when the open lines and postings are the whole difference."""
        return self.bank_units is not None and not self.before_units


def reconciled(account: Account, on: date) -> Reconciled:
    """The account at the end of a day, with everything that is open on either side."""
    booked = Posting.objects.filter(account=account, entry__on__lte=on)
    books = int(booked.aggregate(all=Sum("units"))["all"] or 0)
    statements = BankStatement.objects.filter(account=account)
    first = statements.order_by("n").first()
    if first is None or first.first_on > on:
        rows = (
            booked.filter(matched__isnull=True).select_related("entry", "matched").order_by("entry__on", "pk")
        )
        return Reconciled(on, account.currency, books, None, None, [], list(rows))
    moved = BankLine.objects.filter(statement__account=account, on__lte=on)
    bank = first.opening_units + int(moved.aggregate(all=Sum("units"))["all"] or 0)
    late = _late_matches(account, on)
    known = _settled(account, late)
    lines = moved.exclude(matched__match__in=known).select_related("statement", "matched")
    postings = booked.filter(entry__on__gte=first.first_on).exclude(matched__match__in=known)
    before = booked.filter(entry__on__lt=first.first_on).exclude(matched__match__in=known)
    had = int(before.aggregate(all=Sum("units"))["all"] or 0)
    last = statements.filter(last_on__lte=on).order_by("-n").first()
    return Reconciled(
        on,
        account.currency,
        books,
        bank,
        last.last_on if last else None,
        list(lines.order_by("on", "pk")),
        list(postings.select_related("entry", "matched").order_by("entry__on", "pk")),
        first.opening_units - had,
        first.first_on,
        tuple(
            before.filter(entry__on__gte=first.first_on - timedelta(days=EARLIER_DAYS))
            .select_related("entry", "matched")
            .order_by("entry__on", "pk")
        ),
    )


def _late_matches(account: Account, on: date) -> set[int]:
    """Matches that hold something after the day: until then their other side stood alone."""
    lines = MatchedLine.objects.filter(match__account=account, line__on__gt=on)
    postings = MatchedPosting.objects.filter(match__account=account, posting__entry__on__gt=on)
    return {*lines.values_list("match", flat=True), *postings.values_list("match", flat=True)}


def _settled(account: Account, late: set[int]) -> Any:
    """A query of the matches that were whole by then."""
    return BankMatch.objects.filter(account=account).exclude(pk__in=late).values("pk")


def proposals(found: Reconciled) -> list[Proposal]:
    """What of the open lines and postings is likely the same. Nothing is written."""
    free_lines = [line for line in found.lines if not hasattr(line, "matched")]
    free_postings = [p for p in (*found.earlier, *found.postings) if not hasattr(p, "matched")]
    return propose(
        [Movement(line.pk, line.on, line.units, line.reference) for line in free_lines],
        [Movement(p.pk, p.entry.on, p.units, p.entry.reference) for p in free_postings],
    )


def matches(account: Account, limit: int = 200) -> list[BankMatch]:
    """What was accepted, the newest first, with both sides."""
    return list(
        BankMatch.objects.filter(account=account)
        .prefetch_related(
            Prefetch("lines", MatchedLine.objects.select_related("line__statement")),
            Prefetch("postings", MatchedPosting.objects.select_related("posting__entry")),
        )
        .order_by("-pk")[:limit]
    )


def statements_of(account: Account, limit: int = 100) -> list[BankStatement]:
    """The statements of an account, the newest first."""
    return list(BankStatement.objects.filter(account=account).order_by("-n")[:limit])


def bank_accounts(accounts: Iterable[Account]) -> list[Account]:
    """Those of them that a statement can be of."""
    return [account for account in accounts if account.role == "cash" and account.currency]
