"""The link from a need to what is built for it, and that a code has spoken; never who spoke."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CaseProject(models.Model):
    """A project answers a case. Never a sensitive one: triggers refuse it from both sides."""

    case = models.ForeignKey("listening.Case", on_delete=models.PROTECT, related_name="project_links")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="case_links")
    on = models.DateField()
    #: The post that made the link; none for what the programme's own story tells.
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A case once a project."""

        constraints = [models.UniqueConstraint(fields=["case", "project"], name="following_link_once")]

    def __str__(self) -> str:
        return f"case {self.case_id} in {self.project_id}"


class CodeSpoke(models.Model):
    """One code has given its word on one claim of a project. Not what it said, and no row of whom it belongs to."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="codes_spoke")
    claim = models.PositiveSmallIntegerField()
    #: HMAC-SHA256 of the feedback's number, the project and the claim under the server's key: the same code
    #: always gives the same mark, and the mark leads back to nothing.
    mark = models.CharField(max_length=64, unique=True)

    class Meta:
        """A claim is counted from 1."""

        constraints = [models.CheckConstraint(condition=Q(claim__gte=1), name="following_spoke_claim")]

    def __str__(self) -> str:
        return f"a code on {self.project_id}"
