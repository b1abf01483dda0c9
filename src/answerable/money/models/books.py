"""Books, their accounts, and the thresholds above which an entry needs a second person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.money.rules.stages import BOOK_KINDS, KIND_OF, Kind, Role
from answerable.register.binding import Bound


class Book(Bound):
    """The books of an office, or of what a village owns together."""

    key = models.SlugField(max_length=60, unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="books")
    kind = models.CharField(max_length=8, default="office")
    names = models.JSONField(default=dict)
    opened_on = models.DateField()
    #: Nothing is entered on this day or before it any more.
    closed_through = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(BOOK_KINDS)), name="money_book_kind"),
        ]

    def __str__(self) -> str:
        return self.key


def _role_has_its_kind() -> Q:
    fits = Q(role=Role.OTHER.value, kind__in=[kind.value for kind in Kind])
    for role, kind in KIND_OF.items():
        fits |= Q(role=role.value, kind=kind.value)
    return fits


class Account(Bound):
    """An account of a book. `role` is its part in the stages of money; an empty currency takes any."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=9)
    role = models.CharField(max_length=14, default=Role.OTHER.value)
    currency = models.CharField(max_length=3, default="", blank=True)
    names = models.JSONField(default=dict)
    closed_on = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="money_account_once"),
            models.CheckConstraint(condition=_role_has_its_kind(), name="money_account_role_and_kind"),
            # Only money in hand may lie in several places; every other role has one account in a book.
            models.UniqueConstraint(
                fields=["book", "role"],
                condition=~Q(role__in=[Role.CASH.value, Role.OTHER.value]),
                name="money_account_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.key}"


class Threshold(Bound):
    """From a day on: entries in books of this level over these units need a second person. Without a row: all do."""

    level = models.ForeignKey("places.AreaLevel", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    units = models.BigIntegerField()
    valid_from = models.DateField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["level", "currency", "valid_from"], name="money_threshold_once"),
            models.CheckConstraint(condition=Q(units__gte=0), name="money_threshold_units"),
        ]

    def __str__(self) -> str:
        return f"{self.level_id} {self.currency} {self.units}"
