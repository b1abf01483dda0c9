"""Figures kept by triggers, in the transaction of each posting. Plain numbers as keys: 0 stands for none.

Nothing is ever posted to them from here; `recompute` (services) proves them and names what differs.
"""

from __future__ import annotations

from django.db import models


class SumFacts(models.Model):
    """Debits and credits in whole minor units, and how many postings they come from."""

    currency = models.CharField(max_length=3)
    debit_units = models.BigIntegerField()
    credit_units = models.BigIntegerField()
    postings = models.BigIntegerField()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.debit_units} - {self.credit_units} {self.currency}"

    @property
    def units(self) -> int:
        """Debits less credits."""
        return self.debit_units - self.credit_units


class AccountSum(SumFacts):
    """By account and month (its first day): the trial balance of any month."""

    account_id = models.BigIntegerField()
    month = models.DateField()

    class Meta:
        """One row a key."""

        constraints = [
            models.UniqueConstraint(fields=["account_id", "currency", "month"], name="money_accountsum_once")
        ]


class FundSum(SumFacts):
    """By fund, account and stage: the trace of a fund through the books of all levels."""

    fund_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    stage = models.CharField(max_length=12)

    class Meta:
        """One row a key."""

        constraints = [
            models.UniqueConstraint(
                fields=["fund_id", "account_id", "stage", "currency"], name="money_fundsum_once"
            )
        ]
        indexes = [models.Index(fields=["account_id"], name="money_fundsum_account")]


class WorkSum(SumFacts):
    """By area, project, line, fund, account, stage and month, for postings that name a project, a line or an area."""

    area_id = models.BigIntegerField(default=0)
    project_id = models.BigIntegerField(default=0)
    line_id = models.BigIntegerField(default=0)
    fund_id = models.BigIntegerField(default=0)
    account_id = models.BigIntegerField()
    stage = models.CharField(max_length=12)
    month = models.DateField()

    class Meta:
        """One row a key."""

        constraints = [
            models.UniqueConstraint(
                fields=[
                    "area_id",
                    "project_id",
                    "line_id",
                    "fund_id",
                    "account_id",
                    "stage",
                    "month",
                    "currency",
                ],
                name="money_worksum_once",
            )
        ]
        indexes = [models.Index(fields=["project_id"], name="money_worksum_project")]
