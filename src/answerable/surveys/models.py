"""Surveys as designed and drawn, and sums of what was answered. No table here has a row for an answer or for who gave it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound

from .rules.sizes import ALLOCATIONS, POPULATIONS, QUANTILES

#: designed -> drawn -> closed -> published; or dropped before it is closed.
STATES = ("designed", "drawn", "closed", "published", "dropped")


class Survey(Bound):
    """One survey: what it asks, how large and of whom, who collects, how it was drawn. Shares are thousandths."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    population = models.CharField(max_length=10)
    #: Keys of the bank (rules.questions).
    questions = models.JSONField(default=list)
    confidence = models.PositiveSmallIntegerField()
    margin = models.PositiveSmallIntegerField()
    expected = models.PositiveSmallIntegerField()
    alike = models.PositiveSmallIntegerField()
    response = models.PositiveSmallIntegerField()
    take = models.PositiveSmallIntegerField()
    allocation = models.CharField(max_length=12)
    minimum = models.PositiveSmallIntegerField()
    #: How many are to be asked, as the formula says.
    needed = models.PositiveIntegerField()
    #: How many villages the area had on the day of the design; nothing of a survey from before this was kept.
    villages = models.PositiveIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    #: Who collects: an organisation, and the seat in which it does.
    collector = models.ForeignKey("programme.Organisation", on_delete=models.PROTECT, related_name="+")
    collector_post = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default="designed")
    designed_on = models.DateField()
    #: SHA-256 of the list that is drawn from, and of the office's 32 random bytes; the bytes are told by the draw.
    frame = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    secret = models.BinaryField(max_length=32)
    dice = models.CharField(max_length=60, default="", blank=True)
    drawn_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    #: SHA-256 of the sums as they stood when it was closed.
    sums_digest = models.CharField(max_length=64, default="", blank=True)
    published_on = models.DateField(null=True)
    #: SHA-256 of the file of what was published; the same stands in the register.
    published_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="surveys_survey_state"),
            models.CheckConstraint(condition=Q(population__in=POPULATIONS), name="surveys_survey_population"),
            models.CheckConstraint(
                condition=Q(confidence__in=list(QUANTILES)), name="surveys_survey_confidence"
            ),
            models.CheckConstraint(condition=Q(allocation__in=ALLOCATIONS), name="surveys_survey_allocation"),
            models.CheckConstraint(
                condition=Q(margin__range=(5, 250), expected__range=(10, 990), response__range=(100, 1000)),
                name="surveys_survey_shares",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="surveys_survey_days"),
            models.CheckConstraint(
                condition=Q(drawn_on__isnull=True, dice="") | (Q(drawn_on__isnull=False) & ~Q(dice="")),
                name="surveys_survey_drawn_with_dice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "published"), closed_on__isnull=False)
                | Q(state__in=("designed", "drawn", "dropped"), closed_on__isnull=True),
                name="surveys_survey_closed_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"survey {self.pk}"


class Stratum(Bound):
    """One part of the area: how many dwellings or seats there are, how many are to be asked, in how many places."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="strata")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    sample = models.PositiveIntegerField()
    places = models.PositiveIntegerField()

    class Meta:
        """An area once; nobody is asked twice."""

        constraints = [
            models.UniqueConstraint(fields=["survey", "area"], name="surveys_stratum_once"),
            models.CheckConstraint(
                condition=Q(size__gte=1, sample__lte=F("size"), places__gte=1), name="surveys_stratum_sample"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} in {self.survey_id}"


class Cluster(Bound):
    """One village of the list that is drawn from. Counts only: nothing in it is named."""

    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, related_name="clusters")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    drawn = models.BooleanField(default=False)
    #: It was too large for chance to leave it out.
    certain = models.BooleanField(default=False)
    #: How many are to be asked here, how many cards were printed, and how many answers came on paper.
    take = models.PositiveIntegerField(default=0)
    printed = models.PositiveIntegerField(default=0)
    paper = models.PositiveIntegerField(default=0)

    class Meta:
        """A village once."""

        constraints = [
            models.UniqueConstraint(fields=["stratum", "area"], name="surveys_cluster_once"),
            models.CheckConstraint(
                condition=Q(size__gte=1, take__lte=F("size"), printed__lte=F("take"), paper__lte=F("take")),
                name="surveys_cluster_take",
            ),
            models.CheckConstraint(
                condition=Q(drawn=True) | Q(certain=False, take=0), name="surveys_cluster_drawn_has_take"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} in stratum {self.stratum_id}"


class Tally(models.Model):
    """How often an option was chosen in a village: by card, and on paper. All that is ever kept of an answer.

    Each answer writes every row of its village again, whether it adds to it or not, so that the database's own marks
    of what was written last point at no option (docs/decisions/0017).
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="tallies")
    question = models.CharField(max_length=24)
    option = models.CharField(max_length=12)
    cards = models.PositiveIntegerField(default=0)
    paper = models.PositiveIntegerField(default=0)

    class Meta:
        """Each option once."""

        constraints = [
            models.UniqueConstraint(fields=["cluster", "question", "option"], name="surveys_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.option} in {self.cluster_id}"


class CardMark(models.Model):
    """A card that waits for its one answer; it is gone once the answer is counted. Nothing tells who holds it.

    The mark is the row's only name: no number that counts up, no day, so that what is left has no order.
    """

    #: HMAC-SHA256 of the card's number under the server's key.
    mark = models.CharField(max_length=64, primary_key=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return "a card"


class Estimate(Bound):
    """What a closed survey says on one question: a share in hundredths of a percent or a mean in ten-thousandths."""

    #: Shares and means in ten-thousandths.
    MEASURES: ClassVar = ("share", "mean")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="estimates")
    #: None: of the whole area.
    stratum = models.ForeignKey(Stratum, null=True, on_delete=models.PROTECT, related_name="estimates")
    question = models.CharField(max_length=24)
    measure = models.CharField(max_length=5)
    value_e4 = models.PositiveIntegerField()
    error_e4 = models.PositiveIntegerField()
    low_e4 = models.PositiveIntegerField(null=True)
    high_e4 = models.PositiveIntegerField(null=True)
    deff_e4 = models.PositiveIntegerField(null=True)
    #: Answers that stand behind it, how many of them were good ones, and of how many that were to be asked.
    answers = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()

    class Meta:
        """Each once; an interval holds its value."""

        constraints = [
            models.UniqueConstraint(
                fields=["survey", "stratum", "question", "measure"], name="surveys_estimate_once"
            ),
            # Nulls are distinct to SQLite, whatever is asked for.
            models.UniqueConstraint(
                fields=["survey", "question", "measure"],
                condition=Q(stratum__isnull=True),
                name="surveys_estimate_whole_once",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=["share", "mean"]), name="surveys_estimate_measure"
            ),
            models.CheckConstraint(
                condition=~Q(measure="share") | Q(value_e4__lte=10_000), name="surveys_estimate_share"
            ),
            models.CheckConstraint(
                condition=Q(answers__gte=1, good__lte=F("answers"), asked__gte=1),
                name="surveys_estimate_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} of survey {self.survey_id}"
