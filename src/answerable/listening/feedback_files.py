"""Reading feedback out of a table: what each row says, before areas and subjects are looked up."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, Progress, Row, Table, cell_reader, read_table
from answerable.kernel.text import clean_text
from answerable.safeguards.reading import marks_in

from .feedback_mapping import AreaMapping, DateMapping, FeedbackMapping, SubjectMapping, ValueMapping
from .services.history import OUTCOMES

#: Nothing was received before; a year 0018 is a slip of the pen.
EARLIEST = date(1950, 1, 1)
TEXT_LIMIT = 4_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class FoundFeedback:
    """A row that can be read: `area` and `subject` as the file says them, after the mapping's value lists."""

    file: str
    line: int
    key: UUID
    kind: str
    area: str
    subject: str
    below: str
    channel: str
    text: str
    urgent: bool
    on: date
    due: date | None
    outcome: str
    ended_on: date | None


@dataclass
class Reading:
    """What the files hold."""

    rows: int = 0
    found: list[FoundFeedback] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)


class _Refused(Exception):
    """One cell can't be used."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def key_of(scheme: str, parts: Sequence[str]) -> UUID:
    """The key of a row: the same scheme and number give the same key, whenever they come."""
    return uuid5(NAMESPACE_URL, f"answerable:feedback:{scheme}:" + "\x1f".join(parts))


def subject_key(scheme: str, name: str, parent: str = "") -> str:
    """The key of a subject that is added for a name: readable as far as it goes, and always the same."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:24].strip("-")
    digest = hashlib.sha256(f"{parent}\x1f{name}".encode()).hexdigest()[:8]
    return "-".join(part for part in (scheme[:24], plain, digest) if part)


def read_feedback(files: Iterable[Path], mapping: FeedbackMapping, progress: Progress) -> Reading:
    """Read every row of the files. Raises the Problems of kernel.tables for a file that can't be read at all."""
    reading = Reading()
    first: dict[UUID, tuple[str, int]] = {}
    for path in files:
        table = read_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
        reading.digests.append(table.sha256)
        reader = _RowReader(table, mapping)
        before = len(reading.faults)
        rows = table.rows(reading.faults, reading.skipped)
        for row in progress(rows, total=table.lines, label="reading"):
            reading.rows += 1
            _take(reading, reader, row, first)
        reading.rows += sum(fault.code in _TABLE_FAULTS for fault in reading.faults[before:])
    return reading


#: Faults that the table reader finds itself: their rows are not handed on.
_TABLE_FAULTS = frozenset({"ragged-row", "cell-too-long", "control-characters"})


def _take(reading: Reading, reader: _RowReader, row: Row, first: dict[UUID, tuple[str, int]]) -> None:
    found, faults = reader.read(row)
    reading.faults.extend(faults)
    if found is None:
        if not faults:
            reading.skipped["rows that the mapping leaves out"] += 1
        return
    if found.key in first:
        file, line = first[found.key]
        where = f"line {line}" if file == found.file else f"{file}, line {line}"
        sentence = f"Its key is that of {where}, which counts; this row is kept out."
        reading.faults.append(Fault(found.file, found.line, "key-twice", sentence))
        return
    first[found.key] = (found.file, found.line)
    reading.found.append(found)


class _RowReader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, mapping: FeedbackMapping) -> None:
        self.table, self.mapping = table, mapping
        nulls = mapping.nulls
        self.key = [cell_reader(table, column, nulls=nulls) for column in mapping.key]
        self.cells: dict[str, Callable[[Row], str]] = {
            name: cell_reader(table, column, nulls=nulls)
            for name, column in {
                "kind": mapping.kind.column,
                "channel": mapping.channel.column,
                "outcome": mapping.outcome.column,
                "area": mapping.area.column,
                "subject": mapping.subject.column,
                "below": mapping.subject.below,
                "received": mapping.received.column,
                "due": mapping.due.column if mapping.due else None,
                "ended": mapping.ended.column if mapping.ended else None,
                "urgent": mapping.urgent,
            }.items()
        }
        self.text = None if mapping.text is None else table.find(mapping.text)
        self.today = clock.today()
        self._dates: dict[tuple[str, str], date] = {}

    def read(self, row: Row) -> tuple[FoundFeedback | None, list[Fault]]:
        """What the row says (None: it is left out or can't be used), and everything that is wrong with it."""
        mapping, cells = self.mapping, {name: read(row) for name, read in self.cells.items()}
        outcome, refusals = self._outcome(cells["outcome"])
        if outcome == "leave-out":
            return None, []
        said: dict[str, Any] = {}

        def attempt(name: str, read: Callable[..., Any], *given: Any) -> None:
            try:
                said[name] = read(*given)
            except _Refused as refused:
                refusals.append(refused)

        attempt("key", self._key, row)
        attempt("kind", _looked_up, "kind", mapping.kind, cells["kind"])
        attempt("channel", _looked_up, "channel", mapping.channel, cells["channel"])
        attempt("area", _name, "area", mapping.area, cells["area"])
        attempt("subject", _name, "subject", mapping.subject, cells["subject"])
        attempt("text", self._text, row)
        attempt("on", self._date, "received", mapping.received, cells["received"], True)
        attempt("due", self._date, "due", mapping.due, cells["due"], False)
        attempt("ended_on", self._date, "ended", mapping.ended, cells["ended"], outcome in OUTCOMES)
        if not refusals:
            attempt("days", _check_days, said["on"], said["due"], said["ended_on"], outcome, self.today)
        if refusals:
            return None, [self.table.fault(row.line, one.code, one.sentence) for one in refusals]
        said.pop("days")
        return (
            FoundFeedback(
                file=self.table.name,
                line=row.line,
                below=cells["below"],
                urgent=cells["urgent"] in mapping.urgent_values,
                outcome="" if outcome == "open" else outcome,
                **said,
            ),
            [],
        )

    def _outcome(self, cell: str) -> tuple[str, list[_Refused]]:
        if self.mapping.outcome == ValueMapping():
            return "open", []
        try:
            return _looked_up("outcome", self.mapping.outcome, cell), []
        except _Refused as refused:
            return "open", [refused]

    def _key(self, row: Row) -> UUID:
        parts = [read(row) for read in self.key]
        if not all(parts):
            raise _Refused("key-missing", "It has no number of its own, so it could be counted twice.")
        return key_of(self.mapping.scheme, parts)

    def _text(self, row: Row) -> str:
        if self.text is None:
            return ""
        try:
            text = clean_text(row.cells[self.text], limit=TEXT_LIMIT, required=False)
        except Problem as problem:
            raise _Refused(problem.code, problem.english) from None
        marks = [mark for mark in marks_in(text) if mark.kind != "link"]
        if marks:
            # The words themselves stay out of the report.
            raise _Refused(
                "text-points-at-somebody", f"Its text holds what looks like a {marks[0].kind} of somebody."
            )
        return text

    def _date(self, name: str, column: DateMapping | None, cell: str, needed: bool) -> date | None:
        if column is None:
            return None
        if not cell:
            if needed or column.needed:
                raise _Refused(f"{name}-missing", f"It has no date in the column {column.column!r}.")
            return None
        known = self._dates.get((column.format, cell))
        if known is None:
            try:
                known = datetime.strptime(cell, column.format).date()  # noqa: DTZ007 - only its day is kept
            except ValueError:
                why = f"{cell[:40]!r} is no date of the form {column.format}."
                raise _Refused(f"{name}-unreadable", why) from None
            self._dates[column.format, cell] = known
        return known


def _looked_up(name: str, mapping: ValueMapping, cell: str) -> str:
    if mapping.fixed:
        return mapping.fixed
    if not cell:
        if mapping.empty:
            return mapping.empty
        raise _Refused(f"{name}-missing", f"It has no {name}.")
    if cell not in mapping.values:
        raise _Refused(f"{name}-unknown", f"The mapping does not say which {name} {cell[:40]!r} is.")
    return mapping.values[cell]


def _name(name: str, mapping: AreaMapping | SubjectMapping, cell: str) -> str:
    found = mapping.values.get(cell, cell) or mapping.empty
    if not found:
        raise _Refused(f"{name}-missing", f"It has no {name}.")
    if len(found) > LONGEST_NAME:
        raise _Refused(f"{name}-unknown", f"A {name} of {len(found)} characters is none.")
    return found


def _check_days(on: date, due: date | None, ended: date | None, outcome: str, today: date) -> None:
    if on > today:
        raise _Refused("received-in-future", f"It was received on {on}, a day to come.")
    if on < EARLIEST:
        raise _Refused("received-too-early", f"It was received on {on}; nothing was, before {EARLIEST}.")
    if due is not None and due < on:
        raise _Refused("due-before-received", f"It was due on {due}, before it was received on {on}.")
    if ended is not None:
        if outcome not in OUTCOMES:
            raise _Refused("ended-but-open", f"It ended on {ended}, but its outcome says that it is open.")
        if ended < on:
            raise _Refused("ended-before-received", f"It ended on {ended}, before it was received on {on}.")
        if ended > today:
            raise _Refused("ended-in-future", f"It ended on {ended}, a day to come.")
