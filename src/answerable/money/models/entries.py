"""Entries and their postings: written once, never changed, undone by another entry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.kernel.money import LARGEST_UNITS
from answerable.money.rules.drafts import MOST_POSTINGS
from answerable.money.rules.stages import Stage
from answerable.register.binding import Bound

from .books import Account, Book
from .funds import BudgetLine, Fund


class EntryFacts(Bound):
    """What an entry says beside its postings; the same whether it waits or is in the books."""

    stage = models.CharField(max_length=12)
    on = models.DateField()
    #: Made by the form: the same form sent twice makes one entry.
    token = models.UUIDField(unique=True)
    maker_post = models.ForeignKey(
        "access.Post", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_on = models.DateField()
    #: SHA-256 of the document; empty where the stage needs none.
    document_digest = models.CharField(max_length=64, default="", blank=True)
    #: 0, or 1, 2, 3 for further payments on purpose under one document.
    document_part = models.PositiveSmallIntegerField(default=0)
    #: The number of a cheque, order or invoice: no spaces, so no name.
    reference = models.CharField(max_length=40, default="", blank=True)
    #: "14 persons, list committed": how many were paid, and the digest of a list that its keeper has.
    payees_count = models.PositiveIntegerField(null=True)
    payees_digest = models.CharField(max_length=64, default="", blank=True)
    #: Of a conversion: units of the second currency for one of the first, as written, and its day.
    rate = models.CharField(max_length=26, default="", blank=True)
    rate_on = models.DateField(null=True)
    #: Why it undoes another one.
    reason = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"


def facts_constraints(table: str) -> list[models.CheckConstraint]:
    """What must hold of an entry's facts, waiting or not."""
    return [
        models.CheckConstraint(
            condition=Q(stage__in=[stage.value for stage in Stage]), name=f"{table}_stage"
        ),
        models.CheckConstraint(
            condition=Q(payees_count__isnull=True, payees_digest="")
            | Q(payees_count__gte=1) & ~Q(payees_digest=""),
            name=f"{table}_payees_with_list",
        ),
        models.CheckConstraint(
            condition=Q(rate="", rate_on__isnull=True)
            | Q(stage="conversion", rate_on__isnull=False) & ~Q(rate=""),
            name=f"{table}_rate_with_day",
        ),
    ]


class Entry(EntryFacts):
    """A balanced entry of one book. Immutable; `postings_count` is how many postings it has, no more and no fewer."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    postings_count = models.PositiveSmallIntegerField()
    posted_on = models.DateField()
    checker_post = models.ForeignKey(
        "access.Post", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    #: Unique by a partial index: SQLite takes a unique one for a quick way to its many NULLs.
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by", db_index=False
    )
    #: The entry of the book that sent what this one receives.
    counterpart = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="received_by", db_index=False
    )
    #: The book to which an allocation or a return is sent; none: to the source.
    to_book = models.ForeignKey(
        Book, null=True, on_delete=models.PROTECT, related_name="sent_to", db_index=False
    )
    #: The contract under which this is paid or released.
    commitment = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="under", db_index=False
    )

    class Meta:
        """What the database refuses; balance, order and lateness are refused by triggers (migration 0002)."""

        constraints = [
            *facts_constraints("money_entry"),
            models.UniqueConstraint(fields=["book", "number"], name="money_entry_number_once"),
            models.UniqueConstraint(
                fields=["book", "document_digest", "document_part"],
                condition=Q(stage="payment", reverses__isnull=True) & ~Q(document_digest=""),
                name="money_entry_document_once",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="money_entry_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(postings_count__gte=2, postings_count__lte=MOST_POSTINGS),
                name="money_entry_postings",
            ),
            models.CheckConstraint(
                condition=Q(checker_post__isnull=True) | ~Q(checker_post=F("maker_post")),
                name="money_entry_two_posts",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, reason="") | Q(reverses__isnull=False) & ~Q(reason=""),
                name="money_entry_reversal_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["book", "on", "number"], name="money_entry_journal"),
            models.Index(fields=["book", "stage", "on"], name="money_entry_stage_on"),
            models.Index(fields=["document_digest"], name="money_entry_document"),
            models.Index(
                fields=["counterpart"], name="money_entry_counterpart", condition=Q(counterpart__isnull=False)
            ),
            models.Index(fields=["to_book"], name="money_entry_to_book", condition=Q(to_book__isnull=False)),
            models.Index(
                fields=["commitment"], name="money_entry_commitment", condition=Q(commitment__isnull=False)
            ),
        ]


class PostingFacts(Bound):
    """One line of an entry: signed units, plus is debit."""

    n = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    units = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.ForeignKey(
        BudgetLine, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    #: The village, or the area, that it is for.
    area = models.ForeignKey(
        "places.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    #: The organisation that gets or gives it; never a natural person.
    payee = models.ForeignKey(
        "programme.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.account_id} {self.units} {self.currency}"


def units_constraint(table: str) -> models.CheckConstraint:
    """No empty line, and none beyond what the books keep."""
    return models.CheckConstraint(
        condition=~Q(units=0) & Q(units__gte=-LARGEST_UNITS, units__lte=LARGEST_UNITS), name=f"{table}_units"
    )


class Posting(PostingFacts):
    """A line of an entry in the books. They come in the order of `n`, 1 to the entry's `postings_count`."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", db_index=False)

    class Meta:
        """What the database refuses, and the ways in which postings are looked up."""

        constraints = [
            models.UniqueConstraint(fields=["entry", "n"], name="money_posting_once"),
            units_constraint("money_posting"),
        ]
        indexes = [
            models.Index(fields=["account", "entry"], name="money_posting_account"),
            models.Index(fields=["fund"], name="money_posting_fund", condition=Q(fund__isnull=False)),
            models.Index(fields=["line"], name="money_posting_line", condition=Q(line__isnull=False)),
            models.Index(
                fields=["project"], name="money_posting_project", condition=Q(project__isnull=False)
            ),
            models.Index(fields=["area"], name="money_posting_area", condition=Q(area__isnull=False)),
            models.Index(fields=["payee"], name="money_posting_payee", condition=Q(payee__isnull=False)),
        ]


class Commitment(Bound):
    """A contract: what is still open of it, kept by triggers from the postings of the entries under it."""

    #: Kept by triggers; the postings it comes from are bound.
    unbound: ClassVar[frozenset[str]] = frozenset({"open_units"})

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="contract")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="commitments")
    units = models.BigIntegerField()
    open_units = models.BigIntegerField(default=0)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0, open_units__gte=0, open_units__lte=F("units")),
                name="money_commitment_not_exceeded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.open_units} of {self.units}"


class NeverHere(models.Model):
    """A table that stays empty: what refers to it is refused when the transaction ends."""

    class Meta:
        """No row can be."""

        constraints = [models.CheckConstraint(condition=Q(id__isnull=True), name="money_neverhere_empty")]

    def __str__(self) -> str:
        return "never"


class OpenEntry(models.Model):
    """SQLite: an entry whose postings have not all come yet. Triggers write and delete it; at COMMIT none may be left."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="+")
    never = models.ForeignKey(NeverHere, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"open {self.entry_id}"
