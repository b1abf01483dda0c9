"""What projects leave behind: the thing, who keeps it, what it needs, what was found and what it cost."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from answerable.register.binding import Bound

from .rules import FAULTS, GRADES, KINDS, LONGEST_INTERVAL, MONTHS, PAYERS, RESULTS, STRUCK_FOR, WAYS, WORKS


class Asset(Bound):
    """A thing that a project left. It stays in the figures whatever becomes of it, unless it was entered by mistake."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="assets")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=12)
    names = models.JSONField(default=dict)
    #: Where the thing stands, for everybody to find.
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    #: The day from which the four lookings count.
    handed_over_on = models.DateField()
    struck_on = models.DateField(null=True)
    struck_for = models.CharField(max_length=10, default="", blank=True)
    #: The form's own key: the same one never makes two. Not every row came from a form.
    key = models.UUIDField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="assets_asset_kind"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="assets_asset_point_in_range",
            ),
            models.CheckConstraint(
                condition=Q(struck_on__isnull=True, struck_for="")
                | Q(struck_on__isnull=False, struck_for__in=STRUCK_FOR),
                name="assets_asset_struck",
            ),
            # With a condition: so SQLite adds an index and doesn't make the table anew, which triggers read.
            models.UniqueConstraint(
                fields=["key"], condition=Q(key__isnull=False), name="assets_asset_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Keeper(Bound):
    """Who keeps a thing, from a day to a day: an organisation or a post, never somebody by name."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="keepers")
    organisation = models.ForeignKey(
        "programme.Organisation", null=True, on_delete=models.PROTECT, related_name="keeps"
    )
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="keeps")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        """One keeper on a day (a trigger), an organisation or a post."""

        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, post__isnull=True)
                | Q(organisation__isnull=True, post__isnull=False),
                name="assets_keeper_one",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assets_keeper_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} kept from {self.starts_on}"


class Task(Bound):
    """A line of the maintenance calendar: what, how often, who pays, and what it is thought to cost."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="tasks")
    names = models.JSONField(default=dict)
    every_months = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    payer = models.CharField(max_length=10)
    expected_units = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    #: The form's own key: the same one never makes two.
    key = models.UUIDField(null=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(
                condition=Q(every_months__gte=1, every_months__lte=LONGEST_INTERVAL),
                name="assets_task_interval",
            ),
            models.CheckConstraint(condition=Q(payer__in=PAYERS), name="assets_task_payer"),
            models.CheckConstraint(
                condition=Q(expected_units__isnull=True, currency="")
                | (Q(expected_units__gte=0) & ~Q(currency="")),
                name="assets_task_expected",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assets_task_order"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(key__isnull=False), name="assets_task_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} every {self.every_months}"


class Work(Bound):
    """Maintenance or a repair that was done, and what it cost. Append-only: a mistake is taken back by another row."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="works")
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="works")
    kind = models.CharField(max_length=12)
    on = models.DateField()
    #: What was paid; None: nobody wrote it down.
    cost_units = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    payer = models.CharField(max_length=10)
    recorded_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The form's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=WORKS), name="assets_work_kind"),
            models.CheckConstraint(condition=Q(payer__in=PAYERS), name="assets_work_payer"),
            models.CheckConstraint(
                condition=Q(cost_units__isnull=True, currency="") | (Q(cost_units__gte=0) & ~Q(currency="")),
                name="assets_work_cost",
            ),
            models.CheckConstraint(
                condition=Q(kind="maintenance") | Q(task__isnull=True), name="assets_work_task_is_maintenance"
            ),
        ]
        indexes = [models.Index(fields=["asset", "-on"], name="assets_work_on")]

    def __str__(self) -> str:
        return f"{self.kind} {self.asset_id} {self.on}"


class Check(Bound):
    """Somebody looked whether it works. Append-only: a mistake is taken back by another row."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="checks")
    #: Which of the four lookings it is, by its day; 0 before the first.
    months = models.PositiveSmallIntegerField()
    on = models.DateField()
    result = models.CharField(max_length=7)
    fault = models.CharField(max_length=10, default="", blank=True)
    way = models.CharField(max_length=10)
    grade = models.CharField(max_length=9)
    recorded_on = models.DateField()
    post = models.ForeignKey("access.Post", null=True, on_delete=models.PROTECT, related_name="+")
    #: The form's own key: the same one never counts twice.
    key = models.UUIDField(unique=True)
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    class Meta:
        """What the database refuses."""

        constraints = [
            # Not `in`: Django can't read back a list of single digits from SQLite's text of the table.
            models.CheckConstraint(
                condition=reduce(or_, (Q(months=months) for months in (0, *MONTHS))),
                name="assets_check_months",
            ),
            models.CheckConstraint(condition=Q(result__in=RESULTS), name="assets_check_result"),
            models.CheckConstraint(
                condition=Q(result="working", fault="") | (~Q(result="working") & Q(fault__in=FAULTS)),
                name="assets_check_fault",
            ),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="assets_check_way"),
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="assets_check_grade"),
        ]
        indexes = [models.Index(fields=["asset", "-on"], name="assets_check_on")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.on} {self.result}"


class CheckEvidence(Bound):
    """A picture or a document's digest that goes with a check."""

    check_row = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="evidence")
    item = models.ForeignKey("evidence.Item", on_delete=models.PROTECT, related_name="asset_checks")

    class Meta:
        """An item once a check."""

        constraints = [models.UniqueConstraint(fields=["check_row", "item"], name="assets_evidence_once")]

    def __str__(self) -> str:
        return f"{self.check_row_id} {self.item_id}"
