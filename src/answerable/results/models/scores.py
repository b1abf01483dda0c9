"""Scorecards: which indicators make one, with which weights. Once published, they stay."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.register.binding import Bound
from answerable.results.rules.scores import FORMULAS, MOST_WEIGHT

from .framework import Framework, Indicator


class Scorecard(Bound):
    """A composite of a framework's indicators: its formula, and from which score on a place passes."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="scorecards")
    key = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    formula = models.CharField(max_length=8)
    #: The points or stars from which a place passes; None: nothing depends on it.
    passes_e4 = models.BigIntegerField(null=True)
    #: The periods in a row before passing counts.
    in_a_row = models.PositiveSmallIntegerField(default=2)
    #: Percent of the weight that has to be judged before a score is said.
    needs_percent = models.PositiveSmallIntegerField(default=100)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="results_scorecard_once"),
            models.CheckConstraint(condition=Q(formula__in=FORMULAS), name="results_scorecard_formula"),
            models.CheckConstraint(
                condition=Q(in_a_row__gte=1, in_a_row__lte=12, needs_percent__gte=1, needs_percent__lte=100),
                name="results_scorecard_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ScorecardPart(Bound):
    """One indicator of a scorecard: its weight or stars, and from where to where it is judged."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="parts")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    weight = models.PositiveSmallIntegerField()
    #: The value that gives nothing, and the one that gives all; None: the baseline, and the target of the period.
    floor_e4 = models.BigIntegerField(null=True)
    full_e4 = models.BigIntegerField(null=True)

    class Meta:
        """An indicator once a scorecard."""

        constraints = [
            models.UniqueConstraint(fields=["scorecard", "indicator"], name="results_part_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT), name="results_part_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id}/{self.indicator_id}"
