"""What a village committee can do by itself: looks at its abilities, its facilities, and what it is trained in.

Nobody is named or graded: the committee is, as an office. Training is counted, never listed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.register.binding import Bound
from answerable.results.rules.capacity import (
    ABILITIES,
    BY,
    COACHING,
    FACILITIES,
    FACILITY_STATES,
    GRADES,
    MOST_PRESENT,
)


class AbilityLook(Bound):
    """One word about what the committee of a village can do: its own, or of somebody who looked. Never changed."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    ability = models.CharField(max_length=20)
    by = models.CharField(max_length=5)
    grade = models.CharField(max_length=9)
    on = models.DateField()
    #: The post that wrote it down.
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Fixed words; the last of a kind counts."""

        constraints = [
            models.CheckConstraint(condition=Q(ability__in=list(ABILITIES)), name="results_look_ability"),
            models.CheckConstraint(condition=Q(by__in=BY), name="results_look_by"),
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="results_look_grade"),
        ]
        indexes = [models.Index(fields=["area", "ability", "on"], name="results_look_at")]

    def __str__(self) -> str:
        return f"{self.ability} {self.grade}"


class FacilityLook(Bound):
    """How a facility of the committee was found. Never changed; the last one counts."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    facility = models.CharField(max_length=20)
    state = models.CharField(max_length=8)
    on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Fixed words."""

        constraints = [
            models.CheckConstraint(condition=Q(facility__in=FACILITIES), name="results_facility_known"),
            models.CheckConstraint(condition=Q(state__in=FACILITY_STATES), name="results_facility_state"),
        ]
        indexes = [models.Index(fields=["area", "facility", "on"], name="results_facility_at")]

    def __str__(self) -> str:
        return f"{self.facility} {self.state}"


class Training(Bound):
    """A training or coaching of a committee: about what, planned when, held when, how many came. Counts only."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="trainings")
    kind = models.CharField(max_length=8)
    ability = models.CharField(max_length=20)
    planned_on = models.DateField()
    held_on = models.DateField(null=True)
    present = models.PositiveIntegerField(null=True)
    dropped_on = models.DateField(null=True)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Held with a count, dropped, or still planned."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=COACHING), name="results_training_kind"),
            models.CheckConstraint(condition=Q(ability__in=list(ABILITIES)), name="results_training_ability"),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True, present__isnull=True)
                | Q(held_on__isnull=False, present__lte=MOST_PRESENT, dropped_on__isnull=True),
                name="results_training_held_counted",
            ),
            models.UniqueConstraint(
                fields=["area", "kind", "ability", "planned_on"], name="results_training_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ability}"
