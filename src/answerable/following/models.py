"""The link from a need to what is built for it, and that a code has spoken; never who spoke."""

from __future__ import annotations

from django.db import models

from answerable.register.binding import Bound


class CaseProject(Bound):
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


class SpokenCode(models.Model):
    """One code has given its word on one claim of a project. Not what it said, and no row of whom it belongs to.

    The mark is the whole row: no number that counts up, no day, no project, so that nothing here has an order that
    could be laid beside sums or events (on SQLite the table has no hidden row number either; PostgreSQL keeps rows
    on the disk as they came, without a verdict anywhere in that order). What remains: while one code alone has
    spoken, the sums are its verdict; a voice that changes how a project stands changes it in public; and whoever has
    the server's key can ask of a code whether it has spoken, and with copies of the database from before and
    after a voice compare the sums.
    """

    #: HMAC-SHA256 of the feedback's number, the project and the claim under the server's key: the same code
    #: always gives the same mark, and without the key the mark leads back to nothing.
    mark = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return "a code"
