"""What was reached: each value with where it comes from, who entered and who approved it. Revisions, never changes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound
from answerable.register.erasable import Erasable
from answerable.results.rules import CORRECTIONS, NO_DATA, RETURNS, SOURCES, STATES

from .framework import Indicator, Measured, Period, numbers_hold


class Actual(Measured):
    """A value of an indicator in a period and place. Approved it stays; a correction is the next one, with its reason."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="actuals")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="actuals")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    #: 1 for the first one, one more for each correction.
    n = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, default="draft")
    source = models.CharField(max_length=8)
    #: Half the width of the interval around a value that rests on a sample, and how many answers it rests on.
    margin_e4 = models.BigIntegerField(null=True)
    sample = models.PositiveIntegerField(null=True)
    correction = models.CharField(max_length=20, default="", blank=True)
    returned_for = models.CharField(max_length=20, default="", blank=True)
    maker_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    checker_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField(null=True)

    class Meta:
        """What the database refuses; a trigger refuses changes of what is approved or locked."""

        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "area", "n"], name="results_actual_numbered"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="results_actual_state"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="results_actual_source"),
            models.CheckConstraint(
                condition=Q(no_data="")
                | Q(no_data__in=NO_DATA, value_e4__isnull=True, numerator_e4__isnull=True),
                name="results_actual_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(n=1, correction="") | Q(n__gt=1, correction__in=CORRECTIONS),
                name="results_actual_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_for__in=RETURNS)
                | ~Q(state="returned") & Q(returned_for=""),
                name="results_actual_returned_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", checked_on__isnull=False)
                | ~Q(state="approved") & Q(checked_on__isnull=True, checker_post__isnull=True),
                name="results_actual_approved_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(checker_post__isnull=True)
                | Q(maker_post__isnull=True)
                | ~Q(checker_post=F("maker_post")),
                name="results_actual_two_posts",
            ),
            models.CheckConstraint(
                condition=Q(margin_e4__isnull=True, sample__isnull=True)
                | Q(margin_e4__gte=0, sample__gte=1, no_data=""),
                name="results_actual_sampled",
            ),
            *numbers_hold("results_actual"),
        ]
        indexes = [
            models.Index(fields=["period", "area", "state"], name="results_actual_by_place"),
        ]

    def __str__(self) -> str:
        return f"actual {self.pk}"


class ActualNote(Erasable):
    """How a value is known, in the office's words. Erasable, should it point at a person; the value stays."""

    actual = models.ForeignKey(Actual, on_delete=models.PROTECT, related_name="notes")
    on = models.DateField()

    class Meta:
        """An erased text is gone."""

        constraints = [
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(text=""), name="results_note_erased_is_empty"
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ActualEvidence(Bound):
    """What a value rests on: a picture or a document by its digest."""

    actual = models.ForeignKey(Actual, on_delete=models.PROTECT, related_name="evidence")
    item = models.ForeignKey("evidence.Item", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Each item once."""

        constraints = [models.UniqueConstraint(fields=["actual", "item"], name="results_evidence_once")]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.actual_id}"
