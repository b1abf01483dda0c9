"""Statements out of tables (CSV), by a mapping file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from answerable.kernel.money import Amount, parse_amount
from answerable.kernel.problem import Problem
from answerable.kernel.tables import Fault, Row, Table, cell_reader, read_table

from .mapping import Column, StatementMapping
from .statement import Statement, StatementLine, bank_reference, digest_of


@dataclass
class Read:
    """What a file holds: its statements in order, what is wrong with it, and what was left out."""

    statements: list[Statement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class OnPaper:
    """What the bank's paper says where the table doesn't: typed in by whoever imports it."""

    opening: Amount | None = None
    closing: Amount | None = None
    first_on: date | None = None
    last_on: date | None = None


def read_table_statement(
    path: str | Path, mapping: StatementMapping, paper: OnPaper | None = None, *, name: str = ""
) -> Read:
    """The statement in a CSV file. Raises the problems of kernel.tables for a file that can't be read at all.

    Without a statement in the answer, its faults say why.
    """
    table = read_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    if name:
        table.name = name
    read = Read()
    reader = _Rows(table, mapping, read)
    lines, opening, closing = reader.all()
    paper = paper or OnPaper()
    if mapping.newest_first:
        lines.reverse()
    if opening is None and lines and lines[0].balance_units is not None:
        opening = lines[0].balance_units - lines[0].units
    if closing is None and lines and lines[-1].balance_units is not None:
        closing = lines[-1].balance_units
    opening = _agreed(read, table, "opening", opening, paper.opening)
    closing = _agreed(read, table, "closing", closing, paper.closing)
    if not lines and not (paper.first_on and paper.last_on):
        read.faults.append(
            table.fault(0, "statement-empty", "There is no line in it, and no days are given.")
        )
    if read.faults or opening is None or closing is None:
        return read
    days = [line.on for line in lines]
    read.statements.append(
        Statement(
            file=table.name,
            sha256=table.sha256,
            currency=mapping.currency,
            opening_units=opening,
            closing_units=closing,
            first_on=paper.first_on or min(days),
            last_on=paper.last_on or max(days),
            lines=tuple(lines),
        )
    )
    return read


def _agreed(read: Read, table: Table, which: str, found: int | None, typed: Amount | None) -> int | None:
    """The balance of the file or of the paper; both must say the same, and one must be there."""
    if found is None and typed is None:
        read.faults.append(
            table.fault(
                0,
                "statement-no-balance",
                f"The file does not say the {which} balance. Type it in from the bank's paper.",
            )
        )
    elif found is not None and typed is not None and found != typed.units:
        read.faults.append(
            table.fault(0, "statement-balance-differs", f"The {which} balance typed in is not the file's.")
        )
    return typed.units if typed is not None else found


class _Rows:
    """Reads the rows of one table."""

    def __init__(self, table: Table, mapping: StatementMapping, read: Read) -> None:
        self.table, self.mapping, self.read = table, mapping, read
        self.day = cell_reader(table, mapping.day)
        self.balance = cell_reader(table, mapping.balance)
        self.reference = cell_reader(table, mapping.reference)
        self.columns = {
            key: cell_reader(table, column)
            for key, column in (
                ("signed", mapping.signed),
                ("in", mapping.inward),
                ("out", mapping.outward),
                ("amount", mapping.amount),
                ("direction", mapping.direction),
            )
        }
        self.opening = self._matcher(mapping.opening)
        self.closing = self._matcher(mapping.closing)
        left_out = mapping.leave_out
        self.left_out = cell_reader(table, left_out[0]) if left_out else None

    def _matcher(self, row: tuple[Column, str] | None) -> Callable[[Row], bool]:
        if row is None:
            return lambda _: False
        cell, wanted = cell_reader(self.table, row[0]), row[1]
        return lambda found: cell(found).casefold() == wanted

    def all(self) -> tuple[list[StatementLine], int | None, int | None]:
        """The movements, and the balances of the rows of opening and closing where there are such rows."""
        lines: list[StatementLine] = []
        opening = closing = None
        for row in self.table.rows(self.read.faults, self.read.skipped):
            try:
                if self.opening(row):
                    opening = self._units(self.balance(row))
                elif self.closing(row):
                    closing = self._units(self.balance(row))
                elif self.left_out and self._is_left_out(self.left_out(row)):
                    self.read.skipped["left out by the mapping"] += 1
                else:
                    lines.append(self._line(row))
            except (Problem, _Refused) as refused:
                code = refused.code or "statement-line-unreadable"
                sentence = refused.english if isinstance(refused, Problem) else str(refused)
                self.read.faults.append(self.table.fault(row.line, code, sentence))
        return lines, opening, closing

    def _is_left_out(self, cell: str) -> bool:
        return self.mapping.leave_out is not None and cell.casefold() in self.mapping.leave_out[1]

    def _line(self, row: Row) -> StatementLine:
        balance = self.balance(row)
        return StatementLine(
            line=row.line,
            on=self._day(self.day(row)),
            units=self._moved(row),
            digest=digest_of(row.cells),
            reference=bank_reference(self.reference(row)),
            balance_units=self._units(balance) if balance else None,
        )

    def _day(self, cell: str) -> date:
        try:
            return datetime.strptime(cell, self.mapping.day_format).date()  # noqa: DTZ007 - only its day is kept
        except ValueError:
            raise _Refused(
                f"“{cell[:40]}” is no day of the form {self.mapping.day_format}. Correct the form in the mapping.",
                "statement-day-unreadable",
            ) from None

    def _moved(self, row: Row) -> int:
        cells = {key: read(row) for key, read in self.columns.items()}
        if self.mapping.signed is not None:
            return self._units(cells["signed"])
        if self.mapping.amount is not None:
            sign = self.mapping.directions.get(cells["direction"].casefold())
            if sign is None:
                raise _Refused(
                    f"“{cells['direction'][:40]}” is no direction that the mapping knows. Add it to in_words or out_words.",
                    "statement-direction-unknown",
                )
            return sign * self._positive(cells["amount"])
        inward, outward = (self._positive(cells[key]) if cells[key] else 0 for key in ("in", "out"))
        if inward and outward:
            raise _Refused(
                "The line has an amount in and an amount out. One of the two columns must be empty.",
                "statement-both-ways",
            )
        if not cells["in"] and not cells["out"]:
            raise _Refused("The line has no amount. Each line moves something.", "statement-no-amount")
        return inward - outward

    def _positive(self, cell: str) -> int:
        units = self._units(cell)
        if units < 0:
            raise _Refused(
                f"“{cell[:40]}” is below zero in a column that says the direction already. Use 'signed' in the mapping.",
                "statement-signed-twice",
            )
        return units

    def _units(self, cell: str) -> int:
        """An amount in the mapping's signs; minus in front, behind, or as brackets."""
        text, sign = cell.strip(), 1
        if text.startswith("(") and text.endswith(")"):
            text, sign = text[1:-1], -1
        elif text.endswith(("-", "−")):
            text, sign = text[:-1], -1
        if sign < 0 and text.strip().startswith(("-", "+", "−")):
            raise _Refused(f"“{cell[:40]}” has two signs. Correct it at the bank.", "statement-two-signs")
        amount = parse_amount(
            text,
            self.mapping.currency,
            decimal=self.mapping.decimal,
            group=self.mapping.group,
            sure=True,
        )
        return sign * amount.units


class _Refused(Exception):
    """A row that can't be used, with the code it is counted under."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code
