"""What others published, as far as neither projects nor money have a place for it: identifiers and codes.

`statement` is a piece of IATI XML without what has its place elsewhere and without free texts (published.py says which):
an activity goes out again as its publisher stated it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.register.binding import Bound

#: IATI identifiers are made of an organisation's and one of its own; the longest of real files has about 60 signs.
LONGEST_IDENTIFIER = 150


class IatiActivity(Bound):
    """An activity that was taken in from a file, and the project that it became."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, related_name="iati_activity")
    identifier = models.CharField(max_length=LONGEST_IDENTIFIER, unique=True)
    #: The organisation that reported it: its IATI identifier.
    publisher = models.CharField(max_length=80)
    #: SHA-256 of the whole activity as it was last read.
    digest = models.CharField(max_length=64)
    statement = models.TextField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=~Q(identifier=""), name="opendata_activity_identified"),
        ]
        indexes = [models.Index(fields=["publisher"], name="opendata_activity_publisher")]

    def __str__(self) -> str:
        return self.identifier


class IatiTransaction(Bound):
    """A transaction that was taken in, and its entry in the books of others' figures."""

    activity = models.ForeignKey(IatiActivity, on_delete=models.PROTECT, related_name="transactions")
    entry = models.OneToOneField("money.Entry", on_delete=models.PROTECT, related_name="iati_transaction")
    #: SHA-256 of the transaction as read, and which of several with the same one it is.
    digest = models.CharField(max_length=64)
    n = models.PositiveIntegerField(default=1)
    statement = models.TextField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["activity", "digest", "n"], name="opendata_transaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.digest[:12]}"
