"""The record of acts, and the log that is made of it: events, leaves, signed checkpoints, secrets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One act: what, where, by which post, on which day, with a body of codes and numbers.

    Area, post and subject are plain numbers, as this room stands below the rooms that own them.
    A trigger refuses UPDATE and DELETE on either database.
    """

    class By(models.TextChoices):
        """Who acted: a staff member in a post, a resident or visitor, or the machinery."""

        STAFF = "staff"
        PUBLIC = "public"
        SYSTEM = "system"

    kind = models.CharField(max_length=64)
    on = models.DateField()
    by = models.CharField(max_length=8, choices=By)
    post_id = models.BigIntegerField(null=True)
    area_id = models.BigIntegerField(null=True)
    sealed = models.BooleanField(default=False)
    body = models.JSONField()
    #: Table, number and keyed digest of each row that the act wrote (rules.bound).
    rows = models.JSONField(null=True)
    #: What makes digests and commitment unguessable; none where the secret of the matter does.
    salt = models.BinaryField(max_length=32, null=True)
    #: The number of the event under the secret of its matter.
    n = models.BigIntegerField(null=True)
    #: What the sealed leaf says; none: the leaf is open.
    commitment = models.BinaryField(max_length=32, null=True)

    class Meta:
        """Constraints that hold against raw SQL as well."""

        constraints = [
            models.CheckConstraint(
                condition=Q(by__in=["staff", "public", "system"]), name="register_event_by_known"
            ),
            models.CheckConstraint(
                condition=Q(by="staff", post_id__isnull=False) | (~Q(by="staff") & Q(post_id__isnull=True)),
                name="register_event_staff_has_post",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="register_event_kind_given"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Pending(models.Model):
    """An event that has no leaf yet. A trigger of the event table writes it, so no act can forget it."""

    event_id = models.BigIntegerField(primary_key=True)
    open = models.BooleanField()

    class Meta:
        """The sequencer asks for open ones often, for sealed ones once a day."""

        indexes = [models.Index(fields=["open", "event_id"], name="register_pending_open")]

    def __str__(self) -> str:
        return f"pending {self.event_id}"


class Leaf(models.Model):
    """One entry of the log at its place, for ever. A leaf without event is a cover leaf."""

    index = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)
    entry = models.BinaryField(max_length=8192)
    event_id = models.BigIntegerField(null=True, unique=True)
    #: What a cover leaf was made from: without it, a leaf whose event was deleted could pass for one.
    cover = models.BinaryField(max_length=32, null=True)

    class Meta:
        """No place before the first."""

        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="register_leaf_place")]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """A node of the tree that is worth keeping: levels 8 and 16, so that a proof reads a few hundred rows at most."""

    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """Each once."""

        constraints = [models.UniqueConstraint(fields=["level", "place"], name="register_node_once")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.place}"


class Tree(models.Model):
    """How far the log has come: one row, locked by whoever sequences."""

    size = models.BigIntegerField(default=0)
    #: The roots of its complete subtrees, largest first, 32 bytes each.
    range = models.BinaryField(default=b"")
    #: The day of the last batch of sealed leaves.
    sealed_on = models.DateField(null=True)

    class Meta:
        """One row."""

        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_tree_one")]

    def __str__(self) -> str:
        return f"tree of {self.size}"


class Checkpoint(models.Model):
    """A signed size and root, as published."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    on = models.DateField()
    #: The one of the week that every notice board shows.
    board = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Cosignature(models.Model):
    """A witness's line under a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    on = models.DateField()

    class Meta:
        """Each witness once."""

        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="register_cosignature_once")
        ]

    def __str__(self) -> str:
        return f"{self.witness} under {self.checkpoint_id}"


class Secret(models.Model):
    """What opens the sealed leaves of one matter, wrapped by a key that is not in the database. Erasing it is for ever."""

    matter = models.BigIntegerField(primary_key=True)
    wrapping = models.PositiveIntegerField()
    wrapped = models.BinaryField(max_length=80)

    def __str__(self) -> str:
        return f"secret of matter {self.matter}"


class Erasure(models.Model):
    """A matter whose secret was erased; its leaves are named, among others of the day, in an `erasure.batch` leaf."""

    matter = models.BigIntegerField(primary_key=True)
    on = models.DateField()
    reason = models.CharField(max_length=12)
    #: The day on which its leaves were named.
    told_on = models.DateField(null=True)

    class Meta:
        """Reasons are four."""

        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["retention", "subject", "court", "spam"]),
                name="register_erasure_reason",
            )
        ]

    def __str__(self) -> str:
        return f"erasure of matter {self.matter}"


class Audit(models.Model):
    """What an audit found: public."""

    on = models.DateField()
    size = models.BigIntegerField()
    events = models.BigIntegerField()
    found = models.PositiveIntegerField()
    #: The first findings: a code, the table, the row's and the leaf's number.
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"audit of {self.on}"
