"""Reading projects out of a table: what each row says, before areas and organisations are looked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from answerable.access.imports import RowRefused
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.money import Amount, known_currency, parse_amount
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, Progress, Row, Table, cell_reader, read_table
from answerable.kernel.text import TextMissing, TextTooLong, TextUnreadable
from answerable.safeguards.reading import PointsAtSomebody

from .project_mapping import DAYS, ProjectMapping, ValueMapping
from .services.core import EARLIEST, clean_texts, clean_titles

#: Faults that the table reader finds itself: their rows are not handed on.
_TABLE_FAULTS = frozenset({"ragged-row", "cell-too-long", "control-characters"})


@dataclass(frozen=True)
class FoundProject:
    """A row that can be read; places and bodies as the file says them."""

    file: str
    line: int
    key: str
    names: dict[str, str]
    descriptions: dict[str, str]
    phase: str
    area: str
    subject: str
    sponsor: str
    implementer: str
    sector: str
    budget: Amount | None
    funded: Amount | None
    recorded: date
    planned_start: date | None
    planned_end: date | None
    actual_start: date | None
    actual_end: date | None


@dataclass
class Reading:
    """What the files hold."""

    rows: int = 0
    found: list[FoundProject] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)


def read_projects(files: Iterable[Path], mapping: ProjectMapping, progress: Progress) -> Reading:
    """Read every row of the files. Raises the Problems of kernel.tables for a file that can't be read at all."""
    reading = Reading()
    first: dict[str, tuple[str, int]] = {}
    for path in files:
        table = read_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
        reading.digests.append(table.sha256)
        reader = _RowReader(table, mapping)
        before = len(reading.faults)
        rows = table.rows(reading.faults, reading.skipped)
        for row in progress(rows, total=table.lines, label="reading"):
            reading.rows += 1
            found, faults = reader.read(row)
            reading.faults.extend(faults)
            if found is None:
                continue
            if found.key in first:
                file, line = first[found.key]
                where = f"line {line}" if file == found.file else f"{file}, line {line}"
                sentence = f"Its key is that of {where}, which counts; this row is kept out."
                reading.faults.append(Fault(found.file, found.line, "key-twice", sentence))
                continue
            first[found.key] = (found.file, found.line)
            reading.found.append(found)
        reading.rows += sum(fault.code in _TABLE_FAULTS for fault in reading.faults[before:])
    return reading


def project_key(scheme: str, parts: Iterable[str]) -> str:
    """The key of a row's project: the same scheme and number give the same one."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold("-".join(parts))).strip("-")
    return f"{scheme}-{plain}"


class _RowReader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, mapping: ProjectMapping) -> None:
        self.table, self.mapping = table, mapping
        nulls = mapping.nulls
        self.key = [cell_reader(table, column, nulls=nulls) for column in mapping.key]
        self.names = {tag: cell_reader(table, column, nulls=nulls) for tag, column in mapping.name.items()}
        self.descriptions = {
            tag: cell_reader(table, column, nulls=nulls) for tag, column in mapping.description.items()
        }
        budget = mapping.budget
        self.cells: dict[str, Callable[[Row], str]] = {
            name: cell_reader(table, column, nulls=nulls)
            for name, column in {
                "area": mapping.area.column,
                "phase": mapping.phase.column,
                "subject": mapping.subject.column,
                "sponsor": mapping.sponsor.value.column,
                "implementer": mapping.implementer.value.column,
                "sector": mapping.sector.column,
                "budget": budget.column if budget else None,
                "funded": budget.funded if budget else None,
                "currency": budget.currency if budget else None,
                **{word: mapping.days[word].column if word in mapping.days else None for word in DAYS},
            }.items()
        }
        self.today = clock.today()

    def read(self, row: Row) -> tuple[FoundProject | None, list[Fault]]:
        """What the row says (None: it can't be used), and everything that is wrong with it."""
        cells = {name: read(row) for name, read in self.cells.items()}
        mapping = self.mapping
        faults: list[Fault] = []
        said: dict[str, Any] = {}

        def attempt(name: str, read: Callable[..., Any], *given: Any) -> None:
            try:
                said[name] = read(*given)
            except RowRefused as refused:
                faults.append(self.table.fault(row.line, refused.code, refused.sentence))
            except Problem as problem:
                faults.append(self.table.fault(row.line, problem.code, _said(name, problem)))

        attempt("key", self._key, row)
        attempt("names", lambda: clean_titles({tag: read(row) for tag, read in self.names.items()}))
        attempt(
            "descriptions",
            lambda: clean_texts({tag: read(row) for tag, read in self.descriptions.items()}, required=False),
        )
        attempt("phase", lambda: _looked_up("phase", mapping.phase, cells["phase"], needed=True))
        attempt("area", lambda: _needed("area", mapping.area.fixed or cells["area"]))
        for name, value in (
            ("subject", mapping.subject),
            ("sponsor", mapping.sponsor.value),
            ("implementer", mapping.implementer.value),
            ("sector", mapping.sector),
        ):
            attempt(name, _looked_up, name, value, cells[name])
        for word in DAYS:
            attempt(word, self._day, word, cells[word])
        attempt("money", self._money, cells)
        if not faults:
            attempt("order", _check_order, said)
        if faults:
            return None, faults
        said.pop("order")
        budget, funded = said.pop("money")
        return (
            FoundProject(file=self.table.name, line=row.line, budget=budget, funded=funded, **said),
            [],
        )

    def _key(self, row: Row) -> str:
        parts = [read(row) for read in self.key]
        if not all(parts):
            raise RowRefused("key-missing", "It has no number of its own, so it could be counted twice.")
        key = project_key(self.mapping.scheme, parts)
        if len(key) > 60:
            raise RowRefused("key-too-long", f"Its number {parts[0][:40]!r} is too long for a key.")
        return key

    def _day(self, word: str, cell: str) -> date | None:
        mapped = self.mapping.days.get(word)
        if mapped is None or (not cell and word != "recorded"):
            return None
        try:
            found = datetime.strptime(cell, mapped.format).date()  # noqa: DTZ007 - only its day is kept
        except ValueError:
            raise RowRefused(
                f"{word}-unreadable", f"{cell[:40]!r} is no day of the form {mapped.format}."
            ) from None
        if found < EARLIEST or (found > self.today and not word.startswith("planned")):
            raise RowRefused(f"{word}-out-of-range", f"{found} lies before {EARLIEST} or in the future.")
        return found

    def _money(self, cells: dict[str, str]) -> tuple[Amount | None, Amount | None]:
        mapped = self.mapping.budget
        if mapped is None or not (cells["budget"] or cells["funded"]):
            return None, None
        currency = known_currency(mapped.fixed or cells["currency"])
        found: list[Amount | None] = []
        for name in ("budget", "funded"):
            cell = cells[name]
            amount = (
                parse_amount(
                    cell, currency, decimal=mapped.decimal, group=mapped.group, sure=True, field=name
                )
                if cell
                else None
            )
            if amount is not None and amount.units < 0:
                raise RowRefused(
                    "amount-negative", f"{cell[:40]} {currency}: a {name} is never below nothing."
                )
            found.append(amount)
        return found[0], found[1]


def _needed(name: str, cell: str) -> str:
    if not cell:
        raise RowRefused(f"{name}-missing", f"It has no {name}.")
    return cell


def _looked_up(name: str, mapping: ValueMapping, cell: str, *, needed: bool = False) -> str:
    if mapping.fixed:
        return mapping.fixed
    if not cell:
        return _needed(name, mapping.empty) if needed else mapping.empty
    if cell in mapping.values:
        return mapping.values[cell]
    if not mapping.open:
        raise RowRefused(f"{name}-unknown", f"The mapping does not say which {name} {cell[:40]!r} is.")
    return cell


def _check_order(said: dict[str, object]) -> None:
    for kind in ("planned", "actual"):
        start, end = said.get(f"{kind}_start"), said.get(f"{kind}_end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            raise RowRefused("dates-in-disorder", f"Its {kind} end, {end}, comes before its start, {start}.")


#: What a row calls its texts; the sentences of these problems are made for a form on a page.
_TEXTS = {"names": "project's name", "descriptions": "project's description"}


def _said(name: str, problem: Problem) -> str:
    """The problem in words of the row, not of a form."""
    what = _TEXTS.get(name)
    if what and isinstance(problem, PointsAtSomebody):
        return (
            f"The {what} holds “{problem.values['found']}”, which looks like a telephone number, an identity number "
            "or an address. Take it out: what is published must point at no person."
        )
    if what and isinstance(problem, TextMissing):
        return f"The {what} is missing."
    if what and isinstance(problem, TextTooLong):
        values = problem.values
        return f"The {what} is too long: {values['length']} characters, at most {values['limit']}."
    if what and isinstance(problem, TextUnreadable):
        return f"The {what} holds characters that are no writing."
    return f"{name}: {problem.english}"
