"""Published tables of counts: produced once, never changed."""

from __future__ import annotations

from django.db import models

from answerable.register.binding import Bound


class Release(Bound):
    """One table for one quarter, as everybody may read it."""

    table = models.CharField(max_length=20)
    #: The first day of the quarter that it counts.
    quarter = models.DateField()
    made_on = models.DateField()
    #: Of its file (rules.as_csv); the same stands in the register.
    digest = models.CharField(max_length=80)

    class Meta:
        """Once a quarter."""

        constraints = [
            models.UniqueConstraint(fields=["table", "quarter"], name="disclosure_release_once"),
            models.CheckConstraint(
                condition=models.Q(made_on__gt=models.F("quarter")),
                name="disclosure_release_of_a_past_quarter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.quarter}"


class ReleaseLine(Bound):
    """What a release says of one area: rounded counts, and the names of those that are withheld. The rest is below ten."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="lines")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    shown = models.JSONField(default=dict)
    withheld = models.JSONField(default=list)

    class Meta:
        """One line an area."""

        constraints = [
            models.UniqueConstraint(fields=["area", "release"], name="disclosure_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.area_id}"
