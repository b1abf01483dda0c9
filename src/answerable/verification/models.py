"""Draws with the list they are of, what was drawn, visits, findings, and gaps that a team told of itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound

from .rules.drawing import REASONS
from .rules.visiting import SEVERITIES

STATES = ("committed", "drawn", "abandoned")


class Draw(Bound):
    """One list that was committed to, and what became of it: drawn from once, or given up with a reason."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    #: What is drawn from: keys of rules.strata.KINDS.
    kinds = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=9, default="committed")
    committed_on = models.DateField()
    #: The last event before the one that commits: where that one is looked for.
    after_event = models.BigIntegerField()
    #: SHA-256 of the list, and how many units it has.
    commitment = models.CharField(max_length=64)
    units = models.PositiveIntegerField()
    #: Which public lottery is mixed in and when it is held, named before; empty: none.
    lottery = models.CharField(max_length=60, default="", blank=True)
    lottery_on = models.DateField(null=True)
    #: What decided: the checkpoint's size and root in hexadecimal, and the lottery's number.
    size = models.BigIntegerField(null=True)
    root = models.CharField(max_length=64, default="", blank=True)
    number = models.CharField(max_length=60, default="", blank=True)
    drawn_on = models.DateField(null=True)
    #: SHA-256 of the file of what was drawn.
    sample_digest = models.CharField(max_length=64, default="", blank=True)
    abandoned_on = models.DateField(null=True)
    reason = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="verification_draw_period"),
            models.CheckConstraint(
                condition=Q(
                    state="committed", drawn_on__isnull=True, abandoned_on__isnull=True, root="", reason=""
                )
                | Q(
                    state="drawn",
                    drawn_on__isnull=False,
                    abandoned_on__isnull=True,
                    size__isnull=False,
                    reason="",
                )
                | Q(state="abandoned", drawn_on__isnull=True, abandoned_on__isnull=False, reason__in=REASONS),
                name="verification_draw_state",
            ),
            models.CheckConstraint(
                condition=Q(lottery="", lottery_on__isnull=True, number="")
                | (~Q(lottery="") & Q(lottery_on__isnull=False)),
                name="verification_draw_lottery",
            ),
        ]

    def __str__(self) -> str:
        return f"draw {self.pk}"


class UnitList(Bound):
    """The list that a draw is of, packed (zlib). Append-only."""

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="list")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"list of draw {self.draw_id}"


class Stratum(Bound):
    """How many units of a stratum are in the list, and how many of them are drawn. Append-only."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="strata")
    key = models.CharField(max_length=20)
    units = models.PositiveIntegerField()
    wanted = models.PositiveIntegerField()

    class Meta:
        """Once a draw, and never more than there are."""

        constraints = [
            models.UniqueConstraint(fields=["draw", "key"], name="verification_stratum_once"),
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=F("units")), name="verification_stratum_wanted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of draw {self.draw_id}"


class Drawn(Bound):
    """A unit that was drawn, with what its rates are told by, and the post that looks."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="sample")
    #: Its name in the list, such as `project:pump`.
    key = models.CharField(max_length=120)
    stratum = models.CharField(max_length=20)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    sponsor = models.ForeignKey("programme.Sponsor", null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("programme.Subject", null=True, on_delete=models.PROTECT, related_name="+")
    #: Of a second look: the visit that is looked at.
    first = models.ForeignKey("Visit", null=True, on_delete=models.PROTECT, related_name="second")
    visitor_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A unit once a draw."""

        constraints = [models.UniqueConstraint(fields=["draw", "key"], name="verification_drawn_once")]

    def __str__(self) -> str:
        return f"{self.key} of draw {self.draw_id}"


class Visit(Bound):
    """What was found at a unit, by the post that looked: answers to the checklist. Append-only."""

    drawn = models.OneToOneField(Drawn, on_delete=models.PROTECT, related_name="visit")
    post = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    #: Question of the checklist -> yes, partly, no, or counts as recorded and as found.
    answers = models.JSONField(default=dict)
    #: Gaps, without those that the team itself had told before the commitment.
    gaps = models.PositiveSmallIntegerField()
    #: Of a second look: how many answers are those of the first, of how many.
    agreed = models.PositiveSmallIntegerField(null=True)
    compared = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """Agreement is of what was compared."""

        constraints = [
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, compared__isnull=True) | Q(agreed__lte=F("compared")),
                name="verification_visit_agreed",
            )
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"


class Finding(Bound):
    """A gap that a visit found: how serious, who puts it right until when, and whether that was done and checked."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    question = models.CharField(max_length=24)
    severity = models.CharField(max_length=9)
    #: The team itself had told of it before the commitment.
    own = models.BooleanField(default=False)
    owner_post = models.ForeignKey("access.Post", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    repaired_on = models.DateField(null=True)
    repaired_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField(null=True)
    checked_post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A question once a visit; nothing is checked that was not repaired."""

        constraints = [
            models.UniqueConstraint(fields=["visit", "question"], name="verification_finding_once"),
            models.CheckConstraint(
                condition=Q(severity__in=SEVERITIES), name="verification_finding_severity"
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True)
                | Q(repaired_on__isnull=False, checked_on__gte=F("repaired_on")),
                name="verification_finding_checked_after",
            ),
        ]

    @property
    def state(self) -> str:
        """Open, repaired or checked."""
        return "checked" if self.checked_on else "repaired" if self.repaired_on else "open"

    def __str__(self) -> str:
        return f"{self.question} of visit {self.visit_id}"


class OwnGap(Bound):
    """A gap that the team or office told of itself: of use to those who help, and no discrepancy later. Append-only."""

    key = models.CharField(max_length=120)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=24)
    told_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once."""

        constraints = [models.UniqueConstraint(fields=["key", "question"], name="verification_owngap_once")]

    def __str__(self) -> str:
        return f"{self.question} of {self.key}"
