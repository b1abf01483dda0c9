"""Journal lines from a CSV file, described by a mapping (docs/reference/books.md): all or none, reported by line.

Lines that stand together under one entry's name make one entry; it goes through the same door as a form's, so balance,
funds' rules, lines, thresholds and the second person hold as well. The same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from answerable.access.rules import Actor, Right
from answerable.kernel.mapping import MappingTable, read_mapping
from answerable.kernel.money import Amount, parse_amount
from answerable.kernel.problem import Problem
from answerable.kernel.tables import (
    ImportReport,
    Progress,
    Row,
    Table,
    cell_reader,
    read_table,
    silent,
)
from answerable.places.models import AreaCode
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .models import Account, Book, BudgetLine, Fund
from .rules.drafts import Slip
from .rules.stages import Stage
from .selectors import books_seen
from .services import Draft, DraftLine, Purpose, at_till, enter

COLUMNS = (
    "entry",
    "on",
    "stage",
    "account",
    "amount",
    "debit",
    "credit",
    "currency",
    "fund",
    "line",
    "project",
    "area",
    "payee",
    "document",
    "reference",
)
#: Under which the numbers of imported entries are made: the same entry of the same book gets the same one again.
_SPACE = UUID("5f3c1d5e-6f0a-5b5e-9c0e-0b6a2f6d7c11")


class _NothingKept(Exception):
    """Rolls the import back."""


class _CellRefused(Exception):
    """A cell that can't be used."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code, self.sentence = code, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class JournalMapping:
    """What a mapping file says."""

    book: str
    columns: MappingTable
    defaults: dict[str, str]
    encoding: str | None
    delimiter: str | None
    decimal: str
    group: str
    day_format: str
    area_scheme: str


def read_journal_mapping(path: Path) -> JournalMapping:
    """Read and check it. Raises MappingRefused."""
    table = read_mapping(path).only(["book", "file", "columns", "default"])
    file = table.table("file").only(
        ["encoding", "delimiter", "decimal", "group", "day_format", "area_scheme"]
    )
    columns = table.table("columns").only(COLUMNS)
    defaults = table.table("default").only(["stage", "currency", "fund", "account"])
    for needed in ("entry", "on"):
        if columns.column(needed) is None:
            raise columns.refuse(f"the key {needed!r} is missing.")
    if (columns.column("amount") is None) == (columns.column("debit") is None):
        raise columns.refuse("name either one column `amount` (plus is debit) or two, `debit` and `credit`.")
    decimal = file.text("decimal", ".", among=[".", ","])
    group = file.text("group", "," if decimal == "." else ".")
    if group == decimal:
        raise file.refuse("'group' and 'decimal' can't be the same sign.")
    return JournalMapping(
        book=table.text("book"),
        columns=columns,
        defaults={key: defaults.text(key) for key in defaults.values},
        encoding=file.encoding(),
        delimiter=file.text("delimiter", "") or None,
        decimal=decimal,
        group=group,
        day_format=file.text("day_format", "%Y-%m-%d"),
        area_scheme=file.text("area_scheme", ""),
    )


def import_entries(
    *,
    actor: Actor,
    files: Sequence[Path],
    mapping: Path,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take journal lines in, each entry whole or not at all; by default all entries or none.

    Raises MappingRefused, what kernel.tables raises, NotThere for a book that the actor does not keep.
    """
    said = read_journal_mapping(mapping)
    report = ImportReport(files=[str(path) for path in files])
    waits: Counter[str] = Counter()
    try:
        with transaction.atomic():
            reader = _Reader(actor, said)
            for path in files:
                table = read_table(path, encoding=said.encoding, delimiter=said.delimiter)
                _take_table(actor, reader, table, report, waits, progress)
            if dry_run or (report.faults and keep == "none"):
                raise _NothingKept
    except _NothingKept:
        report.kept = False
    if waits["wait"]:
        report.notes.append(
            f"{waits['wait']:,} of the entries are over the threshold and wait for a second person."
        )
    return report


def _take_table(
    actor: Actor,
    reader: _Reader,
    table: Table,
    report: ImportReport,
    waits: Counter[str],
    progress: Progress,
) -> None:
    cells = reader.cells(table)
    rows = list(table.rows(report.faults, report.skipped))
    report.rows += len(rows)
    broken = bool(report.faults)
    for name, group in groupby(progress(rows, total=len(rows), label=table.name), key=cells["entry"]):
        lines = list(group)
        try:
            with transaction.atomic():
                outcome = reader.enter(actor, name, lines, cells)
        except _LineRefused as refused:
            report.faults.append(table.fault(refused.line, refused.code, refused.sentence))
        except Problem as problem:
            report.faults.append(
                table.fault(lines[0].line, problem.code, f"Entry {name[:40]}: {problem.english}")
            )
        else:
            report.added += outcome == "added"
            report.unchanged += outcome == "unchanged"
            report.added += outcome == "waits"
            waits["wait"] += outcome == "waits"
    if broken:
        report.notes.append("Lines that can't be read may leave their entry unbalanced.")


class _LineRefused(Exception):
    """A line that can't be used, with its place."""

    def __init__(self, line: int, code: str, sentence: str) -> None:
        self.line, self.code, self.sentence = line, code, sentence
        super().__init__(sentence)


class _Reader:
    """The book of a mapping, and what its lines may name, looked up once."""

    def __init__(self, actor: Actor, said: JournalMapping) -> None:
        self.said = said
        found = books_seen(actor, Right.KEEP_BOOKS).filter(key=said.book).first()
        if found is None:
            raise said.columns.refuse(f"there is no book {said.book!r} that you keep.")
        self.book: Book = found
        self.accounts = {row.key: row for row in Account.objects.filter(book=self.book)}
        self.funds = {row.key: row for row in Fund.objects.all()}
        self.lines = {
            row.key: row for row in BudgetLine.objects.filter(book=self.book).select_related("project")
        }
        self.projects: dict[str, Project | None] = {}
        self.payees: dict[str, Organisation | None] = {}
        self.areas: dict[str, Any] = {}

    def cells(self, table: Table) -> dict[str, Callable[[Row], str]]:
        """A reader for each column. Raises TableColumnMissing."""
        return {name: cell_reader(table, self.said.columns.column(name)) for name in COLUMNS}

    def enter(self, actor: Actor, name: str, rows: list[Row], cells: dict[str, Callable[[Row], str]]) -> str:
        """Enter one entry: added, unchanged or waits. Raises _LineRefused and Problems."""
        lines = []
        for row in rows:
            try:
                lines.append(self._line(row, cells))
            except _CellRefused as refused:
                raise _LineRefused(row.line, refused.code, refused.sentence) from None
            except Problem as problem:
                raise _LineRefused(row.line, problem.code, problem.english) from None
        first = rows[0]
        try:
            slip = Slip(
                on=self._day(cells["on"](first)),
                token=uuid5(_SPACE, f"{self.book.key}/{name}"),
                document_digest=cells["document"](first),
                reference=cells["reference"](first),
            )
            stage = self._stage(cells["stage"](first))
        except _CellRefused as refused:
            raise _LineRefused(first.line, refused.code, refused.sentence) from None
        with at_till(actor, self.book) as till:
            outcome = enter(till, Draft(till.book, stage, slip, lines))
        if outcome.again:
            return "unchanged"
        return "waits" if outcome.proposal is not None else "added"

    def _line(self, row: Row, cells: dict[str, Callable[[Row], str]]) -> DraftLine:
        amount = self._amount(row, cells)
        line = self._known(self.lines, cells["line"](row), "budget line")
        fund = self._known(self.funds, cells["fund"](row) or self.said.defaults.get("fund", ""), "fund")
        project = self._found(self.projects, cells["project"](row), "project", Project.objects.all())
        payee = self._found(self.payees, cells["payee"](row), "organisation", Organisation.objects.all())
        account = self._known(
            self.accounts, cells["account"](row) or self.said.defaults.get("account", ""), "account"
        )
        if account is None:
            raise _CellRefused("cell-empty", "The line names no account.")
        purpose = Purpose(
            fund=fund,
            line=line,
            project=project or (line.project if line else None),
            area=self._area(cells["area"](row)),
            payee=payee,
        )
        return DraftLine(account, amount.units, amount.currency, purpose)

    def _amount(self, row: Row, cells: dict[str, Callable[[Row], str]]) -> Amount:
        currency = cells["currency"](row) or self.said.defaults.get("currency", "")
        signs: dict[str, Any] = {"decimal": self.said.decimal, "group": self.said.group, "sure": True}
        if self.said.columns.column("amount") is not None:
            return parse_amount(cells["amount"](row), currency, **signs)
        debit, credit = cells["debit"](row), cells["credit"](row)
        if bool(debit) == bool(credit):
            raise _CellRefused("one-side", "A line has a debit or a credit: one of the two, and not both.")
        amount = parse_amount(debit or credit, currency, **signs)
        return amount if debit else -amount

    def _day(self, text: str) -> date:
        try:
            return datetime.strptime(text, self.said.day_format).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise _CellRefused(
                "day-unreadable", f"“{text[:40]}” is no day of the form {self.said.day_format}."
            ) from None

    def _stage(self, text: str) -> Stage:
        text = text or self.said.defaults.get("stage", "")
        try:
            return Stage(text)
        except ValueError:
            known = ", ".join(stage.value for stage in Stage)
            raise _CellRefused("stage-unknown", f"“{text[:40]}” is no stage; known are {known}.") from None

    def _known(self, rows: dict[str, Any], key: str, what: str) -> Any:
        if key and key not in rows:
            raise _CellRefused(f"{what.replace(' ', '-')}-unknown", f"There is no {what} “{key[:60]}” here.")
        return rows.get(key)

    def _found(self, cache: dict[str, Any], key: str, what: str, rows: Any) -> Any:
        if key and key not in cache:
            cache[key] = rows.filter(key=key[:80]).first()
        if key and cache[key] is None:
            raise _CellRefused(f"{what}-unknown", f"There is no {what} “{key[:60]}”.")
        return cache.get(key)

    def _area(self, code: str) -> Any:
        if code and code not in self.areas:
            rows = AreaCode.objects.filter(code=code[:80]).select_related("area")
            if self.said.area_scheme:
                rows = rows.filter(scheme=self.said.area_scheme)
            row = rows.first()
            self.areas[code] = row.area if row else None
        if code and self.areas[code] is None:
            raise _CellRefused("area-unknown", f"There is no area with the code “{code[:60]}”.")
        return self.areas.get(code)
