"""Our books as journals for other programs, read entry by entry; the totals are those that the database keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Max, Min, Sum

from answerable.kernel import clock
from answerable.money.models import Account, AccountSum, BudgetLine, Entry, Fund, Posting
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .journals import Journal, JournalAccount, JournalEntry, Line, Total

#: Rows of one fetch.
CHUNK = 5_000


def journal(area: Area | None = None) -> Journal:
    """What stands around the entries: accounts, currencies, our totals."""
    accounts = Account.objects.all()
    entries = Entry.objects.all()
    if area is not None:
        accounts = accounts.filter(below(placed(area), "book__area__"))
        entries = entries.filter(below(placed(area), "book__area__"))
    rows = [
        JournalAccount(pk, book, key, kind)
        for pk, book, key, kind in accounts.order_by("book__key", "key").values_list(
            "pk", "book__key", "key", "kind"
        )
    ]
    ours = {row.id for row in rows}
    sums = AccountSum.objects.values_list("account_id", "currency").annotate(
        total=Sum(F("debit_units") - F("credit_units"))
    )
    totals = [Total(account, int(units), currency) for account, currency, units in sums if account in ours]
    days = entries.aggregate(first=Min("on"), last=Max("on"))
    today = clock.today()
    return Journal(
        accounts=rows,
        currencies=sorted({total.currency for total in totals}),
        totals=totals,
        first=days["first"] or today,
        last=days["last"] or today,
    )


def journal_entries(area: Area | None = None) -> Iterator[JournalEntry]:
    """The entries by day, book and number: always in the same order, and never all in memory."""
    rows = Posting.objects.all()
    if area is not None:
        rows = rows.filter(below(placed(area), "entry__book__area__"))
    marks = _Marks()
    found = (
        rows.order_by("entry__on", "entry__book__key", "entry__number", "n")
        .values_list(
            "entry_id",
            "entry__on",
            "entry__stage",
            "entry__book__key",
            "entry__number",
            "account_id",
            "units",
            "currency",
            "area_id",
            "fund_id",
            "line_id",
            "payee_id",
            "project_id",
        )
        .iterator(chunk_size=CHUNK)
    )
    before = 0
    head: tuple[date, str, str] | None = None
    lines: list[Line] = []
    for entry, on, stage, book, number, account, units, currency, *purpose in found:
        if entry != before:
            if head is not None:
                yield JournalEntry(*head, lines)
            before, head, lines = entry, (on, stage, f"{book}/{number}"), []
        lines.append(Line(account, units, currency, marks.of(tuple(purpose))))
    if head is not None:
        yield JournalEntry(*head, lines)


class _Marks:
    """Keys of what postings name. Kept by combination: a million postings name some thousands of them."""

    def __init__(self) -> None:
        self._funds = dict(Fund.objects.values_list("pk", "key"))
        self._lines = dict(BudgetLine.objects.values_list("pk", "key"))
        self._payees = dict(Organisation.objects.values_list("pk", "key"))
        self._projects = dict(Project.objects.values_list("pk", "key"))
        self._known: dict[tuple[int | None, ...], tuple[tuple[str, str], ...]] = {}

    def of(self, purpose: tuple[int | None, ...]) -> tuple[tuple[str, str], ...]:
        """Names and keys, by the alphabet."""
        if purpose not in self._known:
            area, fund, line, payee, project = purpose
            named = (
                ("area", str(area) if area else ""),
                ("fund", self._funds[fund] if fund else ""),
                ("line", self._lines[line] if line else ""),
                ("payee", self._payees[payee] if payee else ""),
                ("project", self._projects[project] if project else ""),
            )
            self._known[purpose] = tuple(pair for pair in named if pair[1])
        return self._known[purpose]
