"""Kept pictures and the digests of documents: one row for the same bytes, whoever brings them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.register.binding import Bound

KINDS = ("picture", "document")
#: What a document is. Documents themselves are kept by their owners (docs/decisions/0013).
SORTS = ("contract", "invoice", "receipt", "minutes", "list", "plan", "certificate", "statement", "other")
#: Why a picture was taken down.
REASONS = ("recognisable", "wrong", "asked")


class Item(Bound):
    """One piece of evidence by the SHA-256 of its bytes.

    A picture's bytes are the ones we wrote (rebuilt from its pixels), a document's the ones that its keeper has:
    of a document we keep the digest only. A picture is public while `publishable`: somebody ticked that no person
    can be recognised in it, and nobody took it down.
    """

    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    #: Of a document: what it is.
    sort = models.CharField(max_length=20, default="", blank=True)
    octets = models.PositiveBigIntegerField()
    #: Of a picture: the digest of its small version, and the size of the large one.
    thumb = models.CharField(max_length=64, default="", blank=True)
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    #: The day it was taken or drawn up, as its bringer says: what a file says of itself is dropped unread.
    taken_on = models.DateField()
    received_on = models.DateField()
    publishable = models.BooleanField(default=False)
    taken_down_on = models.DateField(null=True)
    taken_down_for = models.CharField(max_length=20, default="", blank=True)
    #: Its bytes are gone for good; the row stays and says so.
    erased_on = models.DateField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            # Not over both kinds: who states the digest of a picture as a document's must not come to see it by that.
            models.UniqueConstraint(fields=["digest", "kind"], name="evidence_item_once"),
            models.CheckConstraint(
                condition=(
                    Q(kind="picture", sort="", width__gte=1, height__gte=1) & ~Q(thumb="")
                    | Q(
                        kind="document",
                        sort__in=SORTS,
                        thumb="",
                        width__isnull=True,
                        height__isnull=True,
                        publishable=False,
                        taken_down_on__isnull=True,
                        erased_on__isnull=True,
                    )
                ),
                name="evidence_item_picture_or_document",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_on__isnull=True, taken_down_for="")
                | Q(taken_down_on__isnull=False, taken_down_for__in=REASONS, publishable=False),
                name="evidence_item_taken_down",
            ),
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(taken_down_on__isnull=False),
                name="evidence_item_erased_is_down",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:12]}"


class ItemArea(Bound):
    """An area in which an item was brought, by which post: who may see it at the desk."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    #: Nobody's when the machinery brought it.
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        """Once an area."""

        constraints = [models.UniqueConstraint(fields=["item", "area"], name="evidence_itemarea_once")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.area_id}"
