"""A framework: its goals, indicators, periods, baselines and targets."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound
from answerable.results.rules import COUNTS, LARGEST, LEVELS, NO_BASELINE, Reading
from answerable.results.rules.measures import MEASURES, MOST_STEPS


def _number() -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(null=True)


def numbers_hold(name: str) -> list[models.CheckConstraint]:
    """What no reading can be: half a share, more than the whole, a share of nothing, a number that no sheet holds."""
    return [
        models.CheckConstraint(
            condition=Q(numerator_e4__isnull=True, denominator_e4__isnull=True)
            | Q(
                numerator_e4__gte=0,
                denominator_e4__gt=0,
                numerator_e4__lte=F("denominator_e4"),
                value_e4__isnull=True,
            ),
            name=f"{name}_share",
        ),
        models.CheckConstraint(
            condition=Q(value_e4__isnull=True) | Q(value_e4__gte=-LARGEST, value_e4__lte=LARGEST),
            name=f"{name}_size",
        ),
    ]


class Measured(Bound):
    """A number, or a part and its whole, or the reason why there is none."""

    value_e4 = _number()
    numerator_e4 = _number()
    denominator_e4 = _number()
    no_data = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def reading(self) -> Reading:
        """As the rules read it."""
        return Reading(self.value_e4, self.numerator_e4, self.denominator_e4, self.no_data)


class Framework(Bound):
    """What is wanted in an area and everything below it, as a whole."""

    key = models.CharField(max_length=60, unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="frameworks")
    #: The project whose results these are; None: of the programme.
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.PROTECT, related_name="frameworks"
    )
    names = models.JSONField(default=dict)
    recorded_on = models.DateField()
    #: From this day on everybody can read it.
    published_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.key


class Goal(Bound):
    """What is wanted: an impact, an outcome below it, an output below that."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="goals")
    key = models.CharField(max_length=60)
    level = models.CharField(max_length=8)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField(default=0)
    names = models.JSONField(default=dict)

    class Meta:
        """One of a key in a framework."""

        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="results_goal_once"),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="results_goal_level"),
        ]

    def __str__(self) -> str:
        return self.key


class Indicator(Bound):
    """How it is measured whether a goal is reached."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="indicators")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="indicators")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    names = models.JSONField(default=dict)
    measure = models.CharField(max_length=12)
    ascending = models.BooleanField(default=True)
    #: The parts' values add up to the whole's.
    adds_up = models.BooleanField(default=False)
    counts = models.CharField(max_length=6, default="things")
    decimals = models.PositiveSmallIntegerField(default=0)
    #: Of an ordinal scale: how many steps it has.
    steps = models.PositiveSmallIntegerField(null=True)
    #: What one of it is called, by language.
    unit_words = models.JSONField(default=dict)
    #: The computation that gives it from the records; empty: it is entered.
    computed_by = models.CharField(max_length=30, default="", blank=True)
    #: Of money: in which currency.
    currency = models.CharField(max_length=3, default="", blank=True)

    class Meta:
        """One of a key in a framework; a scale has steps."""

        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="results_indicator_once"),
            models.CheckConstraint(condition=Q(measure__in=MEASURES), name="results_indicator_measure"),
            models.CheckConstraint(condition=Q(counts__in=COUNTS), name="results_indicator_counts"),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="results_indicator_decimals"),
            models.CheckConstraint(
                condition=Q(measure="ordinal", steps__gte=2, steps__lte=MOST_STEPS)
                | ~Q(measure="ordinal") & Q(steps__isnull=True),
                name="results_indicator_steps",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Period(Bound):
    """A time over which values are read. Periods of a framework share no day; once locked, nothing in one changes."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="periods")
    key = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    locked_on = models.DateField(null=True)

    class Meta:
        """One of a key in a framework; a lock comes after the end."""

        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="results_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="results_period_order"),
            models.CheckConstraint(
                condition=Q(locked_on__isnull=True) | Q(locked_on__gt=F("ends_on")),
                name="results_period_locked_after",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Baseline(Measured):
    """Where an indicator stood in a place before."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="baselines")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    #: The year of the value; None where there is none.
    year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """Once a place; without a value its reason."""

        constraints = [
            models.UniqueConstraint(fields=["indicator", "area"], name="results_baseline_once"),
            models.CheckConstraint(
                condition=Q(no_data="", year__gte=1900, year__lte=2200)
                | Q(
                    no_data__in=NO_BASELINE,
                    value_e4__isnull=True,
                    numerator_e4__isnull=True,
                    year__isnull=True,
                ),
                name="results_baseline_value_or_reason",
            ),
            *numbers_hold("results_baseline"),
        ]

    def __str__(self) -> str:
        return f"baseline {self.pk}"


class Target(Measured):
    """What is wanted by the end of a period in a place."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="targets")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once a period and place."""

        constraints = [
            models.UniqueConstraint(fields=["indicator", "period", "area"], name="results_target_once"),
            models.CheckConstraint(condition=Q(no_data=""), name="results_target_is_said"),
            *numbers_hold("results_target"),
        ]

    def __str__(self) -> str:
        return f"target {self.pk}"


__all__ = ["Baseline", "Framework", "Goal", "Indicator", "Measured", "Period", "Target"]
