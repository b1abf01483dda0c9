"""The course of a project: steps, words to the public, milestones and how their days moved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.projects.rules.phases import Phase
from answerable.projects.rules.words import STEPS, WORD_KINDS
from answerable.register.binding import Bound

from .project import Project


class ProjectStep(Bound):
    """One thing that happened to a project. Append-only; a trigger refuses changes."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="steps")
    n = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    on = models.DateField()
    #: The phase after it.
    phase = models.CharField(max_length=14)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, default="", blank=True)
    number = models.IntegerField(null=True)

    class Meta:
        """Numbered without gaps a project."""

        constraints = [
            models.UniqueConstraint(fields=["project", "n"], name="projects_step_numbered"),
            models.CheckConstraint(condition=Q(step__in=list(STEPS)), name="projects_step_known"),
            models.CheckConstraint(
                condition=Q(phase__in=[p.value for p in Phase]), name="projects_step_phase"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.n} {self.step}"


class ProjectWord(Bound):
    """A word of the office to the public about a project. Append-only: what was said stays said."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="words")
    kind = models.CharField(max_length=12)
    on = models.DateField()
    texts = models.JSONField(default=dict)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The form's own key: the same one never speaks twice.
    key = models.UUIDField(unique=True)

    class Meta:
        """Read newest first."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(WORD_KINDS)), name="projects_word_kind")
        ]
        indexes = [models.Index(fields=["project", "-on"], name="project_word_on")]

    def __str__(self) -> str:
        return f"word {self.pk}"


class Milestone(Bound):
    """A day by which something is to be there. The first plan stays; revisions stand beside it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    n = models.PositiveSmallIntegerField()
    names = models.JSONField(default=dict)
    #: As first planned; a trigger refuses to change it.
    planned_on = models.DateField()
    #: As last revised; None: as first planned.
    revised_on = models.DateField(null=True)
    actual_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        """Numbered a project; what is reached isn't dropped."""

        constraints = [
            models.UniqueConstraint(fields=["project", "n"], name="projects_milestone_numbered"),
            models.CheckConstraint(
                condition=Q(actual_on__isnull=True) | Q(dropped_on__isnull=True),
                name="projects_milestone_reached_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} milestone {self.n}"


class MilestoneRevision(Bound):
    """One moving of a milestone's day, with its reason. Append-only."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="revisions")
    n = models.PositiveSmallIntegerField()
    #: The day it was moved from and the day it was moved to; the same: it was dropped.
    before_on = models.DateField()
    after_on = models.DateField()
    reason = models.CharField(max_length=40)
    on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Numbered a milestone."""

        constraints = [
            models.UniqueConstraint(fields=["milestone", "n"], name="projects_revision_numbered"),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_revision_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} to {self.after_on}"
