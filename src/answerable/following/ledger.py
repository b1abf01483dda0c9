"""What the books say about one project: its budget lines, and each payment with its document's digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from answerable.money.answers import way_of_project
from answerable.money.models import BudgetLine, Posting
from answerable.projects.models import Project


@dataclass(frozen=True)
class Budget:
    """A budget line, as set first and now, and what of it is promised by contract and paid."""

    pk: int
    key: str
    names: dict[str, str]
    fund_key: str
    fund_names: dict[str, str]
    currency: str
    original_units: int
    units: int
    committed_units: int
    paid_units: int


@dataclass(frozen=True)
class Payment:
    """A payment: its day, its line, whom it went to, and the digest of its document."""

    on: date
    units: int
    currency: str
    line_id: int | None
    line_names: dict[str, str]
    payee_names: dict[str, str]
    payee_key: str
    payees_count: int | None
    document_digest: str
    fund_key: str
    fund_names: dict[str, str]


def budget_of(project: Project) -> list[Budget]:
    """The lines that name the project. One query."""
    rows = BudgetLine.objects.filter(project=project).select_related("fund").order_by("pk")
    return [
        Budget(
            row.pk, row.key, row.names, row.fund.key, row.fund.names, row.currency,
            row.original_units, row.units, row.committed_units, row.paid_units,
        )
        for row in rows[:50]
    ]  # fmt: skip


def payments_of(project: Project, limit: int = 200) -> list[Payment]:
    """What was paid for the project, newest first; what was undone is not there. One query."""
    rows = Posting.objects.filter(
        project=project,
        entry__stage="payment",
        account__role="spent",
        entry__reverses__isnull=True,
        entry__reversed_by__isnull=True,
    )
    rows = rows.select_related("entry", "line", "payee", "fund").order_by("-entry__on", "-pk")
    return [
        Payment(
            row.entry.on,
            row.units,
            row.currency,
            row.line_id,
            row.line.names if row.line else {},
            row.payee.names if row.payee else {},
            row.payee.key if row.payee else "",
            row.entry.payees_count,
            row.entry.document_digest,
            row.fund.key if row.fund else "",
            row.fund.names if row.fund else {},
        )
        for row in rows[:limit]
    ]


def paid_for(project: Project) -> dict[str, tuple[int, int]]:
    """What was paid and what was given back, by currency, from the kept sums. One query."""
    ways = way_of_project(project.pk)
    return {currency: (way.paid, way.given_back) for currency, way in sorted(ways.items()) if way.paid}
