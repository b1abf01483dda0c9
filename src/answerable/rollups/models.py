"""Changes that wait, the sums they are folded into, and what is known of those sums.

Areas and subjects are plain numbers here: rows are written in bulk by SQL, and no row of another room hangs on them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .measures import MEASURES


class Change(models.Model):
    """What figures read of a case, once taken away (-1) and once added (+1). Triggers of the case table write it.

    It does not name the case. Rows can be folded in any order, and are gone afterwards.
    """

    n = models.SmallIntegerField()
    area = models.BigIntegerField()
    received_on = models.DateField()
    sensitive = models.BooleanField()
    subject = models.BigIntegerField()
    tally = models.IntegerField()
    answer_took = models.IntegerField(null=True)
    resolve_took = models.IntegerField(null=True)
    bounces = models.PositiveSmallIntegerField()
    acknowledge_due_on = models.DateField()
    answer_due_on = models.DateField()
    resolve_due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.n:+} in area {self.area}"


class Moved(models.Model):
    """An area that came or moved since the sums knew the tree. A trigger of the area table writes it."""

    area = models.BigIntegerField()

    def __str__(self) -> str:
        return f"area {self.area} moved"


class Place(models.Model):
    """The tree as the sums know it: which areas a case of an area counts in."""

    area = models.BigIntegerField()
    above = models.BigIntegerField()
    depth = models.PositiveSmallIntegerField()

    class Meta:
        """One ancestor a depth."""

        constraints = [models.UniqueConstraint(fields=["area", "depth"], name="rollups_place_once")]

    def __str__(self) -> str:
        return f"{self.area} in {self.above}"


class _Counts(models.Model):
    """One column for each figure that can be added up."""

    area = models.BigIntegerField()
    #: 0: all subjects together; else one of the upper list, for upper areas only.
    subject = models.BigIntegerField()
    sensitive = models.BooleanField()

    class Meta:
        """Not a table."""

        abstract = True


for _name in MEASURES:
    _Counts.add_to_class(_name, models.IntegerField(db_default=0))


class CaseMonth(_Counts):
    """The counts of an area and everything below, of the cases that were received in a month."""

    #: Its first day.
    month = models.DateField()

    class Meta:
        """In the order of the questions."""

        constraints = [
            models.UniqueConstraint(
                fields=["area", "subject", "sensitive", "month"], name="rollups_casemonth_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} in {self.month}"


class CaseDay(_Counts):
    """The same of one day, for the edges of a period; kept for upper areas only."""

    day = models.DateField()

    class Meta:
        """In the order of the questions."""

        constraints = [
            models.UniqueConstraint(
                fields=["area", "subject", "sensitive", "day"], name="rollups_caseday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} on {self.day}"


class DaysTaken(models.Model):
    """How many cases of an area and month took so many days to an answer, and to an outcome: medians follow."""

    area = models.BigIntegerField()
    sensitive = models.BooleanField()
    month = models.DateField()
    days = models.IntegerField()
    answered = models.IntegerField(db_default=0)
    resolved = models.IntegerField(db_default=0)

    class Meta:
        """In the order of the questions."""

        constraints = [
            models.UniqueConstraint(
                fields=["area", "sensitive", "month", "days"], name="rollups_daystaken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} in {self.month}: {self.days} days"


class State(models.Model):
    """What the sums are of: one row, locked by whoever folds."""

    #: The sums are whole; while not, figures are counted from the cases.
    built = models.BooleanField(default=False)
    #: While they are made anew: the last month that is done. None: not begun.
    through = models.DateField(null=True)
    #: The depth at which most villages stand; how deep the tables reach follows from it.
    floor = models.PositiveSmallIntegerField(default=0)
    #: The day as of which something is overdue or so many days old.
    day = models.DateField(null=True)
    #: The last recomputation, and how many sums differed then.
    checked_on = models.DateField(null=True)
    differing = models.PositiveIntegerField(default=0)

    class Meta:
        """One row."""

        constraints = [models.CheckConstraint(condition=Q(id=1), name="rollups_state_one")]

    def __str__(self) -> str:
        return f"sums as of {self.day}"


class Difference(models.Model):
    """A sum that was not what the facts come to: an incident. It stays, with the day on which it was mended."""

    found_on = models.DateField()
    mended_on = models.DateField(null=True)
    #: Which table, and the month or day, measure and days (-1: none) of the sum.
    of = models.CharField(max_length=12)
    area = models.BigIntegerField()
    subject = models.BigIntegerField(default=0)
    sensitive = models.BooleanField(default=False)
    on = models.DateField(null=True)
    measure = models.CharField(max_length=24)
    days = models.IntegerField(default=-1)
    kept = models.BigIntegerField()
    counted = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.of} of {self.area}, {self.on}: {self.measure}"
