"""A project, where it is and what it is for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from answerable.projects.rules.confirming import VERDICTS
from answerable.projects.rules.phases import Phase
from answerable.projects.rules.sectors import VOCABULARIES, WHOLE
from answerable.register.binding import Bound


class Project(Bound):
    """Work that answers needs. The steps are its history; the days here are what lists read of them."""

    key = models.SlugField(max_length=60, unique=True)
    #: The village, or the lowest area that holds all of its areas.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="projects")
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    #: The village subject list's word for it.
    subject = models.ForeignKey(
        "programme.Subject", null=True, on_delete=models.PROTECT, related_name="projects"
    )
    sponsor = models.ForeignKey(
        "programme.Sponsor", null=True, on_delete=models.PROTECT, related_name="projects"
    )
    implementer = models.ForeignKey(
        "programme.Organisation", null=True, on_delete=models.PROTECT, related_name="implements"
    )
    phase = models.CharField(max_length=14, default=Phase.IDENTIFICATION.value)
    #: Since when it is in its phase.
    phase_since = models.DateField()
    #: Since when the public may expect to hear something; None while it may not.
    active_since = models.DateField(null=True)
    #: The phase that a suspended project goes on in.
    suspended_phase = models.CharField(max_length=14, default="", blank=True)
    #: The project that it is a part of, and its weight among that project's parts.
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    weight = models.PositiveIntegerField(null=True)
    #: One more than the parent's: so no chain of parents can come back to itself.
    depth = models.PositiveSmallIntegerField(default=1)
    #: Said openly: nobody's need led to it.
    no_linked_need = models.BooleanField(default=False)
    planned_start_on = models.DateField(null=True)
    planned_end_on = models.DateField(null=True)
    actual_start_on = models.DateField(null=True)
    actual_end_on = models.DateField(null=True)
    recorded_on = models.DateField()
    #: The day on which the office first said that it was done; it stays, whatever comes after.
    first_claimed_on = models.DateField(null=True)
    #: The day of the claim that stands; a "not done" or a snag takes it away.
    claimed_on = models.DateField(null=True)
    #: How often it was claimed: residents' words belong to one claim.
    claims = models.PositiveSmallIntegerField(default=0)
    confirmed_on = models.DateField(null=True)
    #: What residents said of the last claim: `done`, `partly`, `not`; empty: nothing yet.
    verdict = models.CharField(max_length=6, default="", blank=True)
    #: The last word to the public about it.
    last_word_on = models.DateField(null=True)
    #: The number of its last step: a page shows it, an act names it, a mismatch says what changed.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        """What the database refuses, and what lists read."""

        constraints = [
            models.CheckConstraint(
                condition=Q(phase__in=[p.value for p in Phase]), name="projects_project_phase"
            ),
            models.CheckConstraint(
                condition=Q(phase="suspended") & ~Q(suspended_phase="")
                | ~Q(phase="suspended") & Q(suspended_phase=""),
                name="projects_project_suspended_from",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, weight__isnull=True, depth=1)
                | Q(parent__isnull=False, weight__gte=1, depth__gt=1),
                name="projects_project_part_has_weight",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="projects_project_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_end_on__isnull=True)
                | Q(planned_end_on__gte=F("planned_start_on")),
                name="projects_project_planned_order",
            ),
            models.CheckConstraint(
                condition=Q(actual_start_on__isnull=True)
                | Q(actual_end_on__isnull=True)
                | Q(actual_end_on__gte=F("actual_start_on")),
                name="projects_project_actual_order",
            ),
            models.CheckConstraint(
                condition=Q(claimed_on__isnull=True)
                | Q(first_claimed_on__isnull=False, claimed_on__gte=F("first_claimed_on"), claims__gte=1),
                name="projects_project_claim_dated",
            ),
            # Residents confirm a claim: without one there is nothing to confirm.
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True)
                | Q(claimed_on__isnull=False, confirmed_on__gte=F("claimed_on"), verdict="done"),
                name="projects_project_confirmed_after_claim",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", *VERDICTS])
                & (~Q(verdict__in=["done", "partly"]) | Q(claimed_on__isnull=False))
                & (~Q(verdict="done") | Q(confirmed_on__isnull=False)),
                name="projects_project_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["phase", "active_since", "last_word_on"], name="project_phase_word"),
            models.Index(fields=["area", "phase"], name="project_area_phase"),
            models.Index(
                fields=["area", "first_claimed_on", "confirmed_on"],
                name="project_claimed",
                condition=Q(first_claimed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ProjectArea(Bound):
    """One of the areas that a project is for; its home is always among them or above them."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="project_areas")

    class Meta:
        """An area once a project."""

        constraints = [models.UniqueConstraint(fields=["project", "area"], name="projects_area_once")]

    def __str__(self) -> str:
        return f"{self.project_id} in {self.area_id}"


class ProjectSector(Bound):
    """What share of a project belongs to a sector. The shares of one vocabulary are the whole."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sectors")
    #: `dac-5`, `dac-3`, or `own`: the key of a subject of the village list.
    vocabulary = models.CharField(max_length=8)
    code = models.CharField(max_length=60)
    #: In hundredths of a percent: 10000 is the whole.
    share = models.PositiveSmallIntegerField()

    class Meta:
        """What the database refuses."""

        constraints = [
            models.UniqueConstraint(fields=["project", "vocabulary", "code"], name="projects_sector_once"),
            models.CheckConstraint(
                condition=Q(vocabulary__in=list(VOCABULARIES)), name="projects_sector_vocabulary"
            ),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=WHOLE), name="projects_sector_share"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.vocabulary}:{self.code}"
