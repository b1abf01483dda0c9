"""Reading tables that other people made: CSV, plain or gzip, with the dirt they really have.

A file that can't be read at all is a Problem. A row that can't be used is a Fault, a value: all of them are
collected and shown together.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .problem import Problem, gettext_noop

#: Bytes after unpacking; a table for one programme stays far below.
LARGEST_FILE = 256 * 2**20
LONGEST_CELL = 20_000
DELIMITERS = ",;\t|"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
#: Direction overrides: they make a name read as another one. The plain marks U+200E and U+200F only order it.
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
#: Letters beyond ASCII that were decoded well.
_FOREIGN = re.compile(r"[^\x00-\x7f\ufffd]")
_KNOWN_BINARIES = {
    b"PK\x03\x04": "a spreadsheet or zip file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}


class TableMissing(Problem):
    """No such file, or it may not be read."""

    code = "table-missing"
    status = 404
    sentence = gettext_noop(
        "{file}: there is no such file, or it can't be read. Check its name and its rights."
    )


class TableEmpty(Problem):
    """Nothing in it."""

    code = "table-empty"
    sentence = gettext_noop(
        "{file}: the file is empty. It needs a line with the names of its columns, then rows."
    )


class TableNotText(Problem):
    """Not a table in text form."""

    code = "table-not-text"
    sentence = gettext_noop(
        "{file}: this is {what}, no table in text form. Save it as CSV (UTF-8), then try again."
    )


class TableUndecodable(Problem):
    """The bytes fit no encoding that we know."""

    code = "table-undecodable"
    sentence = gettext_noop(
        "{file}, line {line}: the letters can't be read: {why}. Save the file again as UTF-8, then try again."
    )


class TableBrokenGzip(Problem):
    """Packed, but cut short or damaged."""

    code = "table-broken-gzip"
    sentence = gettext_noop("{file}: the packed file is damaged or is no gzip file. Fetch it again.")


class TableTooLarge(Problem):
    """More than we take in one go."""

    code = "table-too-large"
    status = 413
    sentence = gettext_noop("{file}: more than {limit} MB when unpacked. Split it, then import the parts.")


class TableColumnMissing(Problem):
    """A column that the mapping names is not there, or its name is there several times."""

    code = "table-column-missing"
    sentence = gettext_noop("{file}: {why}. The columns are: {columns}.")


@dataclass(frozen=True)
class Fault:
    """Something wrong at a line of a file; line 0 is the whole file. `code` is the kind it is counted under."""

    file: str
    line: int
    code: str
    sentence: str


@dataclass
class ImportReport:
    """What an import did, or would do. Rows that are no fault but are left out are counted in `skipped`."""

    files: list[str] = field(default_factory=list)
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    #: False when nothing was written: a rehearsal, or faults under `keep none`.
    kept: bool = True

    @property
    def by_kind(self) -> dict[str, int]:
        """How many faults of each kind, the most frequent first."""
        return dict(Counter(fault.code for fault in self.faults).most_common())


class Progress(Protocol):
    """Draws a bar over something that takes a while; `total` in steps, when known."""

    def __call__(self, steps: Iterable[Any], /, total: int | None = None, label: str = "") -> Iterable[Any]:
        """Hand the steps through."""


def silent(steps: Iterable[Any], /, total: int | None = None, label: str = "") -> Iterable[Any]:
    """A Progress that draws nothing."""
    return steps


Column = str | int | Sequence[str | int]


@dataclass(frozen=True)
class Row:
    """A row and the line of the file on which it begins."""

    line: int
    cells: list[str]


class Table:
    """A table in memory: its header, and its rows on each `rows()`."""

    def __init__(self, name: str, text: str, *, encoding: str, sha256: str, delimiter: str | None) -> None:
        self.name = name
        self.encoding = encoding
        self.sha256 = sha256
        self._text = text
        csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
        self.delimiter = delimiter or _likely_delimiter(text)
        first = next((row for row in self._read() if any(map(str.strip, row.cells))), None)
        if first is None:
            raise TableEmpty(file=name)
        self.header = [" ".join(cell.split()) for cell in first.cells]
        self._header_line = first.line

    @property
    def lines(self) -> int:
        """Lines of the file, for progress."""
        return self._text.count("\n")

    def find(self, wanted: Column) -> int:
        """The place of a column, from 0.

        `wanted` is a name (case and white space don't matter), `NAME#2` for the second of that name, a number
        counted from 1, or a list of these, of which the first that is there counts. Raises TableColumnMissing.
        """
        choices = [wanted] if isinstance(wanted, str | int) else list(wanted)
        why = []
        for choice in choices:
            place, reason = self._place(choice)
            if place is not None:
                return place
            why.append(reason)
        raise TableColumnMissing(file=self.name, why="; ".join(why), columns=", ".join(self.header))

    def _place(self, choice: str | int) -> tuple[int | None, str]:
        if isinstance(choice, int):
            if 1 <= choice <= len(self.header):
                return choice - 1, ""
            return None, f"there is no column number {choice}"
        same = self._named(choice)
        name, mark, number = choice.rpartition("#")
        if not same and mark and number.isdigit():
            repeated = self._named(name)
            if 1 <= int(number) <= len(repeated):
                return repeated[int(number) - 1], ""
            return None, f"there is no column {choice!r}"
        if len(same) > 1:
            return None, f"the column {choice!r} is there {len(same)} times: write {choice}#1, {choice}#2"
        return (same[0], "") if same else (None, f"there is no column {choice!r}")

    def _named(self, name: str) -> list[int]:
        wanted = " ".join(name.split()).casefold()
        return [place for place, column in enumerate(self.header) if column.casefold() == wanted]

    def rows(self, faults: list[Fault], skipped: Counter[str]) -> Iterator[Row]:
        """The rows below the header. Ragged, over-long and unreadable ones become faults, blank ones are counted."""
        width = len(self.header)
        last: Row | None = None
        for row in self._read():
            last = row
            if row.line <= self._header_line:
                continue
            if not any(map(str.strip, row.cells)):
                skipped["blank rows"] += 1
                continue
            fault = self._checked(row, width)
            if fault is not None:
                faults.append(fault)
            else:
                yield row
        if last is not None and (fault := self._open_quote(last)) is not None:
            if faults and faults[-1].line == last.line:
                faults.pop()
            faults.append(fault)

    def _checked(self, row: Row, width: int) -> Fault | None:
        while len(row.cells) > width and not row.cells[-1].strip():
            row.cells.pop()
        if len(row.cells) != width:
            return self.fault(
                row.line, "ragged-row", f"{len(row.cells)} cells, but the header has {width} columns."
            )
        for place, cell in enumerate(row.cells):
            if len(cell) > LONGEST_CELL:
                return self.fault(
                    row.line,
                    "cell-too-long",
                    f"The cell in column {self.header[place]!r} has {len(cell)} characters, at most {LONGEST_CELL}.",
                )
            if _CONTROLS.search(cell) or _OVERRIDES.search(cell):
                return self.fault(
                    row.line,
                    "control-characters",
                    f"The cell in column {self.header[place]!r} holds characters that are no writing.",
                )
        return None

    def _open_quote(self, last: Row) -> Fault | None:
        """A quotation mark that nobody closed swallows the rest of the file into its last row."""
        tail = "".join(self._text.splitlines(keepends=True)[last.line - 1 :]) if last.line else ""
        try:
            for _ in csv.reader(io.StringIO(tail, newline=""), delimiter=self.delimiter, strict=True):
                pass
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return self.fault(
                    last.line,
                    "quote-open",
                    "A quotation mark is never closed: the rest of the file hangs in one cell.",
                )
        return None

    def fault(self, line: int, code: str, sentence: str) -> Fault:
        """A fault in this file."""
        return Fault(self.name, line, code, sentence)

    def _read(self) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter)
        start = 1
        for cells in reader:
            yield Row(start, cells)
            start = reader.line_num + 1


def read_table(
    path: str | Path, *, encoding: str | None = None, delimiter: str | None = None, limit: int = LARGEST_FILE
) -> Table:
    """Read a CSV file, plain or gzip, by any ending.

    Encodings: the one given, else UTF-8 with or without a mark, UTF-16, and at last cp1252 (old Windows) when
    nothing in the file looks like UTF-8. Raises TableMissing, TableEmpty, TableNotText, TableUndecodable,
    TableBrokenGzip, TableTooLarge.
    """
    name = str(path)
    raw, sha256 = read_bytes(path, limit=limit)
    text, used = _decoded(name, raw, encoding)
    return Table(name, text, encoding=used, sha256=sha256, delimiter=delimiter)


def read_bytes(path: str | Path, *, limit: int = LARGEST_FILE) -> tuple[bytes, str]:
    """The unpacked bytes of a plain or gzip file, and the SHA-256 of the file as it lies there.

    Raises TableMissing, TableEmpty, TableBrokenGzip, TableTooLarge.
    """
    name = str(path)
    too_large = TableTooLarge(file=name, limit=limit // 2**20)
    try:
        if Path(path).stat().st_size > limit:
            raise too_large
        packed = Path(path).read_bytes()
    except (OSError, ValueError):
        raise TableMissing(file=name) from None
    raw = packed
    if packed[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
                raw = file.read(limit + 1)
        except (OSError, EOFError, zlib.error):
            raise TableBrokenGzip(file=name) from None
    elif name.lower().endswith(".gz") and packed:
        raise TableBrokenGzip(file=name)
    if len(raw) > limit:
        raise too_large
    if not raw.strip():
        raise TableEmpty(file=name)
    return raw, hashlib.sha256(packed).hexdigest()


def _decoded(name: str, raw: bytes, encoding: str | None) -> tuple[str, str]:
    for start, what in _KNOWN_BINARIES.items():
        if raw.startswith(start):
            raise TableNotText(file=name, what=what)
    for attempt in [encoding] if encoding else _likely_encodings(raw):
        try:
            text = raw.decode(attempt)
        except UnicodeDecodeError as error:
            failed = error
        except LookupError:
            raise TableUndecodable(file=name, line=0, why=f"{encoding!r} is no encoding") from None
        else:
            _check_text(name, text)
            return text, attempt
    line = raw.count(b"\n", 0, failed.start) + 1
    if encoding:
        why = f"byte {raw[failed.start]:#04x} is not {encoding}"
    else:
        why = f"byte {raw[failed.start]:#04x} fits neither UTF-8 nor what stands around it"
    raise TableUndecodable(file=name, line=line, why=why)


def _likely_encodings(raw: bytes) -> list[str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    head = raw[:4096]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(zeros) >= 8 and zeros.count(0) > 0.8 * len(zeros):
            return [encoding]
    # Text in cp1252 holds next to no valid UTF-8 sequences; where there are some, the file is a mixture.
    if _FOREIGN.search(raw.decode("utf-8-sig", "replace")):
        return ["utf-8-sig"]
    return ["utf-8-sig", "cp1252"]


def _check_text(name: str, text: str) -> None:
    head = text[:20_000]
    if len(_CONTROLS.findall(head)) > max(2, len(head) // 50):
        raise TableNotText(file=name, what="a binary file")


def _likely_delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda mark: (first.count(mark), -DELIMITERS.index(mark)))


def cell_reader(
    table: Table, wanted: Column | None, *, nulls: frozenset[str] = frozenset()
) -> Callable[[Row], str]:
    """A function from a row to one column's text: single white space, null markers read as empty.

    None reads every row as empty. Raises TableColumnMissing.
    """
    if wanted is None:
        return lambda row: ""
    place = table.find(wanted)

    def read(row: Row) -> str:
        value = " ".join(row.cells[place].split())
        return "" if value in nulls else value

    return read
