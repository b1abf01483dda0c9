"""Tables for everybody: CSV that a spreadsheet opens right, with a data dictionary (Frictionless) and the counts of rows.

UTF-8 with its mark, lines as RFC 4180 has them. No cell begins a formula: a text that would gets an apostrophe in
front, as spreadsheets themselves do it. Amounts stand in decimal form with their currency beside them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MARK = "\ufeff"
#: What a cell may not begin with: spreadsheets take it for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
#: Text of one piece on its way out.
PIECE = 64 * 1024


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (string, integer, number, date, boolean) and what it says."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Sheet:
    """A table: its name, what it says, and its columns."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula. Plain numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, date) else str(value)
    if text.startswith(_FORMULA) and not _NUMBER.match(text):
        return "'" + text
    return text


class Counted:
    """Rows as pieces of a CSV file, with their count, their bytes and their checksum once all are out."""

    def __init__(self, sheet: Sheet, rows: Iterable[Sequence[object]]) -> None:
        self.sheet = sheet
        self.rows = 0
        self.octets = 0
        self._rows = rows
        self._sum = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        buffer = io.StringIO(MARK)
        buffer.seek(0, io.SEEK_END)
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([column.name for column in self.sheet.columns])
        for row in self._rows:
            writer.writerow([safe(cell) for cell in row])
            self.rows += 1
            if buffer.tell() > PIECE:
                yield self._piece(buffer)
        yield self._piece(buffer)

    def _piece(self, buffer: io.StringIO) -> bytes:
        piece = buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        self.octets += len(piece)
        self._sum.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """SHA-256 of what went out."""
        return self._sum.hexdigest()


def package(
    name: str,
    title: str,
    made: date,
    sheets: Sequence[tuple[Sheet, int, int | None, str | None]],
    **more: Any,
) -> bytes:
    """`datapackage.json` (Frictionless Data Package 1): each table with its columns and count of rows.

    `sheets` are table, rows, bytes and SHA-256; the last two where the file is not written for each reader anew.
    """
    resources = []
    for sheet, rows, octets, digest in sheets:
        resource: dict[str, Any] = {
            "name": sheet.name,
            "path": f"{sheet.name}.csv",
            "profile": "tabular-data-resource",
            "title": sheet.title,
            "description": sheet.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
            "rows": rows,
            "schema": {
                "fields": [
                    {"name": column.name, "type": column.type, "description": column.description}
                    for column in sheet.columns
                ]
            },
        }
        if octets is not None and digest is not None:
            resource |= {"bytes": octets, "hash": f"sha256:{digest}"}
        resources.append(resource)
    content = {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "created": f"{made.isoformat()}T00:00:00Z",
        **more,
        "resources": resources,
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
