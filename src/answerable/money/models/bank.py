"""What banks and treasuries said, and which of their lines are which postings. Months that a village's books were posted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.kernel.money import LARGEST_UNITS
from answerable.register.binding import Bound

from .books import Account, Book
from .entries import Posting


class BankStatement(Bound):
    """A statement of one account. Append-only; the database refuses one that does not follow the last (migration 0003)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="statements")
    #: 1, 2, 3: each opens with what the one before closed with.
    n = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    opening_units = models.BigIntegerField()
    closing_units = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    lines_count = models.PositiveIntegerField()
    #: SHA-256 of the file, and of what the statement says: the same one is known again in another file.
    file_digest = models.CharField(max_length=64)
    key_digest = models.CharField(max_length=64)
    #: A digest of the bank account's number, where the file gives one.
    account_digest = models.CharField(max_length=64, default="", blank=True)
    kept_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["account", "n"], name="money_statement_numbered"),
            models.UniqueConstraint(fields=["account", "key_digest"], name="money_statement_once"),
            models.CheckConstraint(
                condition=Q(n__gte=1, last_on__gte=F("first_on")), name="money_statement_order"
            ),
        ]
        indexes = [models.Index(fields=["file_digest"], name="money_statement_file")]

    def __str__(self) -> str:
        return f"{self.account_id} #{self.n}"


class BankLine(Bound):
    """A line of a statement: amount, day, the bank's reference and a digest. No name and no words. Append-only."""

    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    n = models.PositiveIntegerField()
    on = models.DateField()
    #: Plus came in, minus went out.
    units = models.BigIntegerField()
    reference = models.CharField(max_length=40, default="", blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["statement", "n"], name="money_bankline_numbered"),
            models.CheckConstraint(
                condition=Q(units__gte=-LARGEST_UNITS, units__lte=LARGEST_UNITS), name="money_bankline_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.n}"


class BankMatch(Bound):
    """Lines of the bank and postings of the books that are the same money: one to one, or one to several.

    Taken apart by deletion; the register keeps that it was, and that it is no more.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="matches")
    on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"match {self.pk}"


class MatchedLine(Bound):
    """A line in a match; no line is in two."""

    match = models.ForeignKey(BankMatch, on_delete=models.CASCADE, related_name="lines")
    line = models.OneToOneField(BankLine, on_delete=models.PROTECT, related_name="matched")

    def __str__(self) -> str:
        return f"{self.match_id}: line {self.line_id}"


class MatchedPosting(Bound):
    """A posting in a match; no posting is in two."""

    match = models.ForeignKey(BankMatch, on_delete=models.CASCADE, related_name="postings")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="matched")

    def __str__(self) -> str:
        return f"{self.match_id}: posting {self.posting_id}"


class PostedMonth(Bound):
    """A month of a village's own books that was posted for all to see, with the day. Append-only, one after the other."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="posted_months")
    #: Its first day.
    month = models.DateField()
    posted_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["book", "month"], name="money_month_once"),
            models.CheckConstraint(condition=Q(posted_on__gt=F("month")), name="money_month_over"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.month}"
