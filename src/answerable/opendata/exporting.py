"""What others published, as it goes out again: their statement, the project's words and days, the books' figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.db.models import QuerySet

from answerable.kernel.money import Amount, decimal_of
from answerable.money.models import Posting
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.projects.rules.phases import iati_status

from .iati.elements import Activity, Transaction, Value
from .iati.reading import part_of
from .models import IatiActivity, IatiTransaction
from .published import restored

BATCH = 100


def published_activities(area: Area | None = None, reporter: str | None = None) -> Iterator[Activity]:
    """The activities of others, in the order of their identifiers; a batch of them in memory at a time."""
    rows: QuerySet[IatiActivity] = IatiActivity.objects.order_by("identifier")
    if area is not None:
        rows = rows.filter(below(placed(area), "project__area__"))
    if reporter is not None:
        rows = rows.filter(publisher=reporter)
    last = ""
    while batch := list(rows.filter(identifier__gt=last).select_related("project")[:BATCH]):
        last = batch[-1].identifier
        transactions = _transactions(batch)
        for row in batch:
            project = row.project
            yield restored(
                part_of(row.statement, Activity),
                names=project.names,
                descriptions=project.descriptions,
                status=iati_status(project.phase),
                dates=(
                    ("1", project.planned_start_on),
                    ("2", project.actual_start_on),
                    ("3", project.planned_end_on),
                    ("4", project.actual_end_on),
                ),
                transactions=transactions[row.pk],
            )


def reporters() -> list[str]:
    """The organisations whose activities were taken in."""
    return sorted(IatiActivity.objects.values_list("publisher", flat=True).distinct())


def _transactions(batch: list[IatiActivity]) -> dict[int, list[Transaction]]:
    rows = (
        IatiTransaction.objects.filter(
            activity__in=batch, entry__reverses__isnull=True, entry__reversed_by__isnull=True
        )
        .select_related("entry")
        .order_by("activity_id", "entry__number")
    )
    entries = {row.entry_id: row for row in rows}
    figures = {
        entry: (key.removeprefix("iati-"), Amount(units, currency))
        for entry, key, units, currency in Posting.objects.filter(entry__in=list(entries), n=1).values_list(
            "entry_id", "account__key", "units", "currency"
        )
    }
    found: dict[int, list[Transaction]] = defaultdict(list)
    for row in entries.values():
        kind, amount = figures[row.entry_id]
        statement = part_of(row.statement, Transaction)
        on = statement.value.on if statement.value is not None else row.entry.on
        found[row.activity_id].append(
            replace(
                statement,
                type=kind,
                on=row.entry.on,
                value=Value(currency=amount.currency, on=on or row.entry.on, amount=decimal_of(amount)),
            )
        )
    return found
