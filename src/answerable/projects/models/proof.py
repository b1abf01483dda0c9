"""What proves a project: kept pictures and the digests of documents, by stage and spot."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.projects.rules.proof import GRADES, STAGES
from answerable.register.binding import Bound

from .chosen import Choice
from .project import Project


class ProjectEvidence(Bound):
    """An item of evidence in a project. Append-only: what was wrong is taken down in its own room."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="evidence")
    item = models.ForeignKey("evidence.Item", on_delete=models.PROTECT, related_name="projects")
    #: Before, during or after the work.
    stage = models.CharField(max_length=6)
    #: A short key: pictures with the same one were taken from the same spot and are shown side by side.
    spot = models.SlugField(max_length=40, default="", blank=True)
    grade = models.CharField(max_length=9)
    #: What it shows, for those who can't see it.
    texts = models.JSONField(default=dict, blank=True)
    on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """An item once a project."""

        constraints = [
            models.UniqueConstraint(fields=["project", "item"], name="projects_evidence_once"),
            models.CheckConstraint(condition=Q(stage__in=list(STAGES)), name="projects_evidence_stage"),
            models.CheckConstraint(condition=Q(grade__in=list(GRADES)), name="projects_evidence_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage} {self.item_id}"


class ChoiceEvidence(Bound):
    """A picture or document of how a choice was held: the tally on the board, the minutes' digest."""

    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="evidence")
    item = models.ForeignKey("evidence.Item", on_delete=models.PROTECT, related_name="choices")

    class Meta:
        """An item once a choice."""

        constraints = [models.UniqueConstraint(fields=["choice", "item"], name="projects_choice_item_once")]

    def __str__(self) -> str:
        return f"{self.choice_id} {self.item_id}"
