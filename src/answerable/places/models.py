"""The area tree: parent and path are the truth, the level columns are for reading."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

#: Ancestors 1 to 8 have a column each; deeper trees are read by path.
LEVEL_COLUMNS = 8


class Calendar(models.Model):
    """A working calendar that an area and everything below it follows until another takes over."""

    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    #: Weekday numbers that are not worked, Monday is 0.
    weekend = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.key


class Holiday(models.Model):
    """A day that is not worked in a calendar."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField()
    names = models.JSONField(default=dict)

    class Meta:
        """One holiday a day."""

        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="places_holiday_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.on}"


class AreaLevel(models.Model):
    """A named level (province ... village). `rank` orders levels from the top."""

    key = models.SlugField(max_length=40, unique=True)
    rank = models.PositiveSmallIntegerField()
    names = models.JSONField(default=dict)
    #: The level at which residents live and speak: it has village pages.
    is_village = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class Area(models.Model):
    """A node of the tree. `path` is the chain of ids, eight digits each; `l1`..`l8` are the same ids."""

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.ForeignKey(AreaLevel, on_delete=models.PROTECT, related_name="areas")
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict)
    #: Names in all languages and codes, folded, for the search box.
    search_text = models.TextField(default="")
    depth = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=512, unique=True, null=True)
    l1 = models.BigIntegerField(null=True, db_index=True)
    l2 = models.BigIntegerField(null=True, db_index=True)
    l3 = models.BigIntegerField(null=True, db_index=True)
    l4 = models.BigIntegerField(null=True, db_index=True)
    l5 = models.BigIntegerField(null=True, db_index=True)
    l6 = models.BigIntegerField(null=True, db_index=True)
    l7 = models.BigIntegerField(null=True, db_index=True)
    l8 = models.BigIntegerField(null=True, db_index=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    calendar = models.ForeignKey(Calendar, null=True, on_delete=models.PROTECT, related_name="areas")

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(depth__gte=1), name="places_area_depth"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=1) | Q(parent__isnull=False, depth__gt=1),
                name="places_area_root_depth",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="places_area_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="places_area_point_in_range",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="places_area_valid_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaCode(models.Model):
    """An area's code in one scheme (p-code, national code). A code is never given to another area."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="codes")
    scheme = models.SlugField(max_length=40)
    code = models.CharField(max_length=80)

    class Meta:
        """A code names one area in its scheme."""

        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="places_code_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class Boundary(models.Model):
    """An area's outline as a GeoJSON geometry (RFC 7946, WGS 84, longitude first)."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, related_name="boundary")
    geometry = models.JSONField()

    def __str__(self) -> str:
        return f"boundary of {self.area_id}"
