"""What a project is planned to cost, and what people give to it themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.projects.rules.given import GIFTS, MEASURES
from answerable.register.binding import Bound

from .project import Project


class ProjectBudget(Bound):
    """What a project was said to cost and to have got, as planned or as a file said. The books are in `money`."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="budgets")
    currency = models.CharField(max_length=3)
    budget_units = models.BigIntegerField()
    funded_units = models.BigIntegerField(null=True)
    on = models.DateField()

    class Meta:
        """One figure a currency, never below nothing."""

        constraints = [
            models.UniqueConstraint(fields=["project", "currency"], name="projects_budget_once"),
            models.CheckConstraint(
                condition=Q(budget_units__gte=0) & (Q(funded_units__isnull=True) | Q(funded_units__gte=0)),
                name="projects_budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.budget_units} {self.currency}"


class Contribution(Bound):
    """What a community or an organisation gave other than money: a total, never who gave it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="contributions")
    kind = models.CharField(max_length=8)
    #: How much, in the measure: days of work, bags, square metres.
    quantity = models.PositiveIntegerField()
    measure = models.CharField(max_length=16)
    #: What it is worth; None: nobody put a value on it.
    value_units = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    #: The organisation that gave it; None: the community together.
    organisation = models.ForeignKey(
        "programme.Organisation", null=True, on_delete=models.PROTECT, related_name="contributions"
    )
    on = models.DateField()
    texts = models.JSONField(default=dict, blank=True)
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The form's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)
    #: The row that it takes back, entered by mistake.
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(GIFTS)), name="projects_contribution_kind"),
            models.CheckConstraint(
                condition=Q(measure__in=list(MEASURES)), name="projects_contribution_measure"
            ),
            models.CheckConstraint(
                condition=Q(value_units__isnull=True, currency="") | Q(value_units__gte=0) & ~Q(currency=""),
                name="projects_contribution_value_whole",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="projects_contribution_some"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind} {self.quantity}"
