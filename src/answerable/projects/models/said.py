"""What residents say about a project that was claimed to be done, and what was found wanting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.projects.rules.confirming import VERDICTS, WAYS
from answerable.projects.rules.words import SNAG_KINDS
from answerable.register.binding import Bound

from .project import Project


class ResidentsWord(Bound):
    """One hearing of residents, in a meeting or on a visit, about one claim: how many said what. Append-only; never who."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="residents_words")
    #: The claim that it is about: the project's own count of claims.
    claim = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8)
    on = models.DateField()
    verdict = models.CharField(max_length=6)
    said_done = models.PositiveIntegerField(default=0)
    said_partly = models.PositiveIntegerField(default=0)
    said_not = models.PositiveIntegerField(default=0)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The form's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(way__in=list(WAYS)), name="projects_residents_way"),
            models.CheckConstraint(
                condition=Q(verdict__in=list(VERDICTS)), name="projects_residents_verdict"
            ),
            models.CheckConstraint(condition=Q(claim__gte=1), name="projects_residents_claim"),
            # Somebody said it; and what most said is what is kept as said.
            models.CheckConstraint(
                condition=Q(verdict="done", said_done__gt=F("said_partly") + F("said_not"))
                | Q(verdict="not", said_not__gte=F("said_partly") + F("said_done"))
                | Q(
                    verdict="partly",
                    said_done__lte=F("said_partly") + F("said_not"),
                    said_not__lt=F("said_partly") + F("said_done"),
                ),
                name="projects_residents_counts",
            ),
            models.CheckConstraint(
                condition=Q(said_done__gte=1) | Q(said_partly__gte=1) | Q(said_not__gte=1),
                name="projects_residents_some",
            ),
        ]
        indexes = [models.Index(fields=["project", "claim"], name="project_residents_claim")]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.claim} {self.verdict}"


class CodesSaid(Bound):
    """What all codes together said of one claim: one row of sums, changed by each voice. No voice has a row.

    A row of its own for each voice, in the order of the voices, could be laid beside the marks of codes that have
    spoken, and would tell who said what. So there is no day here, no verdict, and no order. What remains: while one
    code alone has spoken, the sums are its verdict; and where a voice changes how the project stands, that
    change is public, on its day.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="codes_said")
    #: The claim that it is about: the project's own count of claims.
    claim = models.PositiveSmallIntegerField()
    said_done = models.PositiveIntegerField(default=0)
    said_partly = models.PositiveIntegerField(default=0)
    said_not = models.PositiveIntegerField(default=0)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["project", "claim"], name="projects_codes_said_once"),
            models.CheckConstraint(condition=Q(claim__gte=1), name="projects_codes_said_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.claim} by codes"


class Snag(Bound):
    """Something found wanting after the claim: it reopens the project until it is repaired."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="snags")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    texts = models.JSONField(default=dict)
    found_on = models.DateField()
    repaired_on = models.DateField(null=True)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["project", "n"], name="projects_snag_numbered"),
            models.CheckConstraint(condition=Q(kind__in=list(SNAG_KINDS)), name="projects_snag_kind"),
            models.CheckConstraint(
                condition=Q(repaired_on__isnull=True) | Q(repaired_on__gte=F("found_on")),
                name="projects_snag_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} snag {self.n}"
