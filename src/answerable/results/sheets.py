"""A framework as a sheet: its columns, its kinds of rows, and how a row is read. docs/reference/results.md tells them.

A sheet is one table. Its first column says what a row is; the others are filled as that kind of row needs them. What
is wrong is said with its cell, all of it at once.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from answerable.access.problems import ColumnUnknown
from answerable.kernel.labels import TAG
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, TableColumnMissing, TableEmpty, read_bytes, read_table

from .problems import SheetKindUnknown
from .rules import Reading, read_number

COLUMNS = (
    "row", "key", "parent", "name", "area", "level", "project", "measure", "direction", "counts", "decimals", "steps",
    "unit", "adds_up", "computed_by", "currency", "period", "starts_on", "ends_on", "year", "value", "numerator",
    "denominator", "reason", "margin", "sample", "correction", "formula", "weight", "floor", "full",
    "passes", "in_a_row", "needs",
)  # fmt: skip
#: Columns that come in several languages, as `name:ar`.
NAMED = ("name", "unit")
#: What each kind of row needs, and what it may have besides.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "framework": (("key", "area", "name"), ("project",)),
    "goal": (("key", "level", "name"), ("parent",)),
    "indicator": (
        ("key", "parent", "name", "measure"),
        ("direction", "counts", "decimals", "steps", "unit", "adds_up", "computed_by", "currency"),
    ),
    "period": (("key", "starts_on", "ends_on"), ()),
    "baseline": (("key",), ("area", "year", "value", "numerator", "denominator", "reason")),
    "target": (("key", "period"), ("area", "value", "numerator", "denominator")),
    "actual": (
        ("key", "period"),
        ("area", "value", "numerator", "denominator", "reason", "margin", "sample", "correction"),
    ),
    "scorecard": (("key", "name", "formula"), ("passes", "in_a_row", "needs")),
    "part": (("parent", "key", "weight"), ("floor", "full")),
}
#: What makes a row of a kind the same one again.
IDENTITY = {
    "framework": ("row",),
    "baseline": ("key", "area"),
    "target": ("key", "period", "area"),
    "actual": ("key", "period", "area"),
    "part": ("parent", "key"),
}
DAYS = frozenset({"starts_on", "ends_on"})
NUMERIC = frozenset(
    {"decimals", "steps", "year", "value", "numerator", "denominator", "margin", "sample", "weight", "floor",
     "full", "passes", "in_a_row", "needs"}
)  # fmt: skip
#: The columns that fields of forms and services are called by.
COLUMN_OF = {
    "names": "name", "texts": "name", "unit_words": "unit", "no_data": "reason", "ascending": "direction",
    "needs_percent": "needs",
}  # fmt: skip
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LARGEST_SHEET = 8 * 2**20


@dataclass(frozen=True)
class SheetRow:
    """One row: where it stands, what it is, and its cells by column. Reading one that is wrong names its cell."""

    file: str
    line: int
    kind: str
    cells: dict[str, str]
    places: dict[str, int] = field(repr=False)

    def text(self, column: str) -> str:
        """The cell; empty where there is none."""
        return self.cells.get(column, "")

    def names(self, column: str = "name") -> dict[str, str]:
        """Texts by language: `name` is English, `name:ar` Arabic."""
        found = {"en": self.text(column)}
        found |= {
            name[len(column) + 1 :]: value
            for name, value in self.cells.items()
            if name.startswith(f"{column}:")
        }
        return {tag: value for tag, value in found.items() if value}

    def number(self, column: str) -> int | None:
        """Ten-thousandths; None for an empty cell. Raises NumberUnreadable, TooManyDecimals."""
        return read_number(self.text(column), field=column) if self.text(column) else None

    def whole(self, column: str, default: int | None = None) -> int | None:
        """A whole number."""
        if not self.text(column):
            return default
        return read_number(self.text(column), decimals=0, field=column) // 10_000

    def day(self, column: str) -> date:
        """A day. Raises CellRefused."""
        try:
            return date.fromisoformat(self.text(column))
        except ValueError:
            raise CellRefused(
                column, "day-unreadable", f"“{self.text(column)[:40]}” is no day; write it as 2026-03-31."
            )

    def flag(self, column: str, yes: str = "yes", no: str = "no", default: bool = False) -> bool:
        """One of two words."""
        value = self.text(column).lower()
        if value not in {"", yes, no}:
            raise CellRefused(column, "word-unknown", f"“{value[:40]}” is neither {yes} nor {no}.")
        return value == yes if value else default

    def reading(self) -> Reading:
        """What the row says of a value."""
        return Reading(
            self.number("value"), self.number("numerator"), self.number("denominator"), self.text("reason")
        )

    @property
    def identity(self) -> tuple[str, ...]:
        """What no other row may say again."""
        return (
            self.kind,
            *(self.text(column) for column in IDENTITY.get(self.kind, ("key",)) if column != "row"),
        )

    def cell(self, column: str) -> str:
        """The name of a cell, as a spreadsheet has it."""
        column = COLUMN_OF.get(column, column)
        from .xlsx import letters

        place = self.places.get(column)
        return f"{letters(place)}{self.line} ({column})" if place is not None else f"row {self.line}"

    def fault(self, column: str, code: str, sentence: str) -> Fault:
        """A fault of one cell, which is named first."""
        return Fault(self.file, self.line, code, f"{self.cell(column)}: {sentence}")

    def refusal(self, problem: Problem) -> Fault:
        """The same of what a rule or a service refused."""
        return self.fault(problem.field, problem.code, problem.english)


class CellRefused(Exception):
    """A cell that can't be used; becomes a Fault."""

    def __init__(self, column: str, code: str, sentence: str) -> None:
        self.column, self.code, self.sentence = column, code, sentence
        super().__init__(sentence)


@dataclass
class SheetRows:
    """What was read: the rows, and what is wrong with the others."""

    file: str
    rows: list[SheetRow]
    faults: list[Fault]
    skipped: Counter[str]

    def of(self, kind: str) -> list[SheetRow]:
        """The rows of one kind."""
        return [row for row in self.rows if row.kind == kind]


def read_sheet(path: Path) -> SheetRows:
    """Read a sheet of either kind, by its ending.

    Raises what read_table does, SheetUnreadable, SheetKindUnknown, ColumnUnknown, TableColumnMissing.
    """
    faults: list[Fault] = []
    skipped: Counter[str] = Counter()
    name = path.name
    ending = path.suffix.lower()
    if ending == ".xlsx":
        from .xlsx import read_xlsx  # half a second of reading, which no other page needs

        data, _ = read_bytes(path, limit=LARGEST_SHEET)
        lines = list(read_xlsx(name, data))
        if not lines:
            raise TableEmpty(file=name)
        header, body = lines[0][1], lines[1:]
    elif ending in {".csv", ".tsv", ".txt", ".gz"}:
        table = read_table(path, limit=LARGEST_SHEET)
        header = table.header
        body = [(row.line, row.cells) for row in table.rows(faults, skipped)]
    else:
        raise SheetKindUnknown(file=name)
    places = _places(name, header)
    rows = []
    for line, cells in body:
        values = {
            column: _cell(column, cells[place]) for column, place in places.items() if place < len(cells)
        }
        row = SheetRow(name, line, values.get("row", ""), {k: v for k, v in values.items() if v}, places)
        found = _faults_of(row)
        faults += found
        if not found:
            rows.append(row)
    faults += _repeated(rows)
    return SheetRows(name, rows, [Fault(name, f.line, f.code, f.sentence) for f in faults], skipped)


def read_sent(name: str, data: bytes) -> SheetRows:
    """The same of a file that came with a form."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(name).suffix.lower()[:6]}"
        path.write_bytes(data)
        return read_sheet(path)


def _cell(column: str, value: str) -> str:
    text = " ".join(value.split())
    if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS):
        text = text[1:]
    return _day_of_serial(text) if column in DAYS else text


def _day_of_serial(value: str) -> str:
    """The day that a spreadsheet keeps as a number, such as 46023 for 2026-01-01; any other text as it is."""
    if not re.fullmatch(r"[1-9]\d{4}", value, re.ASCII):
        return value
    return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()


def _places(name: str, header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, said in enumerate(header):
        column = " ".join(said.split()).lower() if ":" not in said else said.strip()
        if not column:
            continue
        plain, mark, tag = column.partition(":")
        if (column not in COLUMNS and not (mark and plain in NAMED and TAG.match(tag))) or column in places:
            raise ColumnUnknown(
                file=name, column=column[:60], columns=", ".join([*COLUMNS, "name:ar", "unit:ar"])
            )
        places[column] = place
    for column in ("row", "key"):
        if column not in places:
            raise TableColumnMissing(
                file=name, why=f"there is no column {column!r}", columns=", ".join(header)
            )
    return places


def _faults_of(row: SheetRow) -> list[Fault]:
    if row.kind not in KINDS:
        return [
            row.fault(
                "row", "row-unknown", f"“{row.kind[:40]}” is no kind of row. Kinds are: {', '.join(KINDS)}."
            )
        ]
    needed, may = KINDS[row.kind]
    found = [
        row.fault(c, "cell-empty", f"A row “{row.kind}” needs this cell.") for c in needed if not row.text(c)
    ]
    for column in row.cells:
        plain = column.partition(":")[0]
        if plain != "row" and plain not in (*needed, *may):
            found.append(
                row.fault(column, "cell-not-here", f"A row “{row.kind}” has nothing in this column.")
            )
    for column in sorted(NUMERIC & set(row.cells)):
        try:
            row.number(column)
        except Problem as problem:
            found.append(row.refusal(problem))
    return found


def _repeated(rows: Iterable[SheetRow]) -> list[Fault]:
    first: dict[tuple[str, ...], SheetRow] = {}
    found = []
    for row in rows:
        if (before := first.setdefault(row.identity, row)) is not row:
            found.append(
                row.fault(
                    "key",
                    "row-twice",
                    f"This “{row.kind}” stands here a second time; first in row {before.line}.",
                )
            )
    return found


def written(title: str, rows: Iterable[dict[str, str]], languages: Iterable[str], form: str) -> bytes:
    """Rows by column as a file, `csv` or `xlsx`. Columns that nothing uses are left out."""
    lines = list(rows)
    used = {column for line in lines for column, value in line.items() if value}
    columns: list[str] = []
    for column in COLUMNS:
        if column in used or column in {"row", "key"}:
            columns.append(column)
        if column in NAMED:
            columns += [f"{column}:{tag}" for tag in sorted(set(languages)) if f"{column}:{tag}" in used]
    table = [columns, *([line.get(column, "") for column in columns] for line in lines)]
    if form == "xlsx":
        from .xlsx import write_xlsx

        numeric = frozenset(place for place, column in enumerate(columns) if column in NUMERIC)
        return write_xlsx(title, table, numeric)
    return _csv(table)


def _csv(table: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, lines as RFC 4180 has them; no text begins a formula."""
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue().encode()


def _safe(text: str) -> str:
    if text.startswith(FORMULA_SIGNS):
        try:
            read_number(text)
        except Problem:
            return f"'{text}"
    return text
