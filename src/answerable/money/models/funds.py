"""Funds, what they are for, and budget lines with every revision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.money.rules.stages import REVISION_REASONS
from answerable.register.binding import Bound

from .books import Book


class Fund(Bound):
    """Money of one source under one set of rules. No subjects and sectors: for anything; no areas: anywhere."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    sponsor = models.ForeignKey(
        "programme.Sponsor", null=True, on_delete=models.PROTECT, related_name="funds"
    )
    #: The book in which it is pledged and received from its source.
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="funds")
    #: In which it is pledged and reported; conversions lead to others.
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    #: The last day on which it may be allocated, committed and paid; it can be sent back afterwards.
    ends_on = models.DateField(null=True)
    #: Since when nothing at all is entered under it.
    closed_on = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="money_fund_order"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class FundSubject(Bound):
    """One of the subjects that a fund is for, with those below it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="subjects")
    subject = models.ForeignKey("programme.Subject", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once a fund."""

        constraints = [models.UniqueConstraint(fields=["fund", "subject"], name="money_fund_subject_once")]

    def __str__(self) -> str:
        return f"{self.fund_id} for {self.subject_id}"


class FundSector(Bound):
    """One of the sectors that a fund is for, by the code of a vocabulary (projects.rules.sectors)."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="sectors")
    vocabulary = models.CharField(max_length=8)
    code = models.CharField(max_length=60)

    class Meta:
        """Once a fund."""

        constraints = [
            models.UniqueConstraint(fields=["fund", "vocabulary", "code"], name="money_fund_sector_once")
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} for {self.vocabulary}:{self.code}"


class FundArea(Bound):
    """One of the areas in which, and below which, a fund may be spent."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once a fund."""

        constraints = [models.UniqueConstraint(fields=["fund", "area"], name="money_fund_area_once")]

    def __str__(self) -> str:
        return f"{self.fund_id} in {self.area_id}"


class FundTerm(Bound):
    """The rules of a fund as they were up to a day, kept when they changed. What holds now stands with the fund."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="terms")
    #: The last day on which these rules held.
    through = models.DateField()
    ends_on = models.DateField(null=True)
    #: How many rows of FundTermRule belong to it; the database takes no more.
    rules_count = models.PositiveIntegerField()
    #: Who changed them then.
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One a day: of two changes on one day, the days before keep what held then."""

        constraints = [models.UniqueConstraint(fields=["fund", "through"], name="money_fund_term_once")]

    def __str__(self) -> str:
        return f"{self.fund_id} through {self.through}"


class FundTermRule(Bound):
    """One subject, sector or area of the rules that a fund had."""

    term = models.ForeignKey(FundTerm, on_delete=models.PROTECT, related_name="rules")
    subject = models.ForeignKey("programme.Subject", null=True, on_delete=models.PROTECT, related_name="+")
    vocabulary = models.CharField(max_length=8, default="", blank=True)
    code = models.CharField(max_length=60, default="", blank=True)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False, area__isnull=True, vocabulary="", code="")
                | Q(subject__isnull=True, area__isnull=False, vocabulary="", code="")
                | Q(subject__isnull=True, area__isnull=True) & ~Q(vocabulary="") & ~Q(code=""),
                name="money_fund_term_rule_of_one_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.term_id}: {self.subject_id or self.area_id or self.code}"


class BudgetLine(Bound):
    """What a book may spend of a fund on one thing: now, and as it was first set."""

    #: Kept by triggers; the postings they come from are bound.
    unbound: ClassVar[frozenset[str]] = frozenset({"committed_units", "paid_units"})

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="lines")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="lines")
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.PROTECT, related_name="budget_lines"
    )
    key = models.SlugField(max_length=60)
    names = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    original_units = models.BigIntegerField()
    #: After its last revision.
    units = models.BigIntegerField()
    #: Kept by triggers from the postings: what contracts still hold, and what was paid.
    committed_units = models.BigIntegerField(default=0)
    paid_units = models.BigIntegerField(default=0)
    #: The number of its last revision.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="money_line_once"),
            models.CheckConstraint(
                condition=Q(units__gte=0, original_units__gte=0, committed_units__gte=0, paid_units__gte=0),
                name="money_line_units",
            ),
            models.CheckConstraint(
                condition=Q(units__gte=F("committed_units") + F("paid_units")), name="money_line_not_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.key}"


class BudgetRevision(Bound):
    """What a line was set to, when, by which post and why. The first is the original. Never changed."""

    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveIntegerField()
    on = models.DateField()
    units = models.BigIntegerField()
    reason = models.CharField(max_length=12)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["line", "n"], name="money_revision_once"),
            models.CheckConstraint(
                condition=Q(units__gte=0, n__gte=1, reason__in=list(REVISION_REASONS)),
                name="money_revision_plain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} #{self.n}"
