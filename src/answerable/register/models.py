"""The event table: one row an act, never changed afterwards."""

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
