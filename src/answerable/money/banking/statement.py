"""A statement as a value, and what is wrong with one. Pure: no Django, no files.

Of a line we keep the amount, the day, the bank's reference and a digest. Who paid and what they wrote is read past
and never kept: a counterparty is often a natural person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from answerable.kernel.money import Amount, plain
from answerable.kernel.tables import Fault

#: What a bank's own reference looks like: no spaces, a digit in it, and no run of letters that could be a name.
_REFERENCE = re.compile(r"(?=[^0-9]*[0-9])(?!.*[A-Za-z]{7})[A-Za-z0-9][A-Za-z0-9/._+:-]{0,39}\Z")

_Faulty = Callable[[int, str, str], Fault]
_Say = Callable[[int], str]


@dataclass(frozen=True)
class StatementLine:
    """One movement as the bank booked it. `units` are signed: above zero came in, below went out."""

    line: int
    on: date
    units: int
    digest: str
    reference: str = ""
    #: What the file says stood on the account after this line; None when it doesn't.
    balance_units: int | None = None


@dataclass(frozen=True)
class Statement:
    """A statement of one account in one currency, oldest line first."""

    file: str
    sha256: str
    currency: str
    opening_units: int
    closing_units: int
    first_on: date
    last_on: date
    lines: tuple[StatementLine, ...]
    #: A digest of the account's number where the file gives one, else empty.
    account: str = ""
    #: Its place in the file: several statements can come in one.
    number: int = 1
    #: How many lines the file itself says there are, where it does.
    announced: int | None = None

    @property
    def moved_units(self) -> int:
        """The sum of the lines."""
        return sum(line.units for line in self.lines)

    @property
    def key(self) -> str:
        """The digest under which the same statement is known again, in whatever file it comes."""
        parts = [self.currency, self.first_on, self.last_on, self.opening_units, self.closing_units]
        said = "\n".join([*map(str, parts), *(line.digest for line in self.lines)])
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Before:
    """The last statement of the same account that is kept already."""

    last_on: date
    closing_units: int
    account: str = ""


def bank_reference(*candidates: str | None) -> str:
    """The first candidate that is a reference and nothing that could be a name or words; else empty."""
    for candidate in candidates:
        text = (candidate or "").strip()
        if _REFERENCE.match(text) and text.upper() not in {"NOTPROVIDED", "NONREF"}:
            return text
    return ""


def digest_of(parts: Iterable[str]) -> str:
    """The digest of a raw line, so that the line in the bank's file can be shown to be this one."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def faults_of(
    statement: Statement, *, currency: str, before: Before | None = None, today: date | None = None
) -> list[Fault]:
    """Everything that keeps this statement from being taken, each with its line and what to do.

    `currency` is the account's; `before` the last statement kept for it.
    """
    return list(_faults(statement, currency, before, today))


def _faults(
    statement: Statement, currency: str, before: Before | None, today: date | None
) -> Iterator[Fault]:
    def said(units: int) -> str:
        return f"{plain(Amount(units, statement.currency))} {statement.currency}"

    def fault(line: int, code: str, sentence: str) -> Fault:
        return Fault(statement.file, line, code, sentence)

    if statement.currency != currency:
        yield fault(
            0,
            "statement-currency",
            f"The statement is in {statement.currency}, the account in {currency}. Choose the account of this currency.",
        )
        return
    if statement.announced is not None and statement.announced != len(statement.lines):
        yield fault(
            0,
            "statement-lines-missing",
            f"The file says that it has {statement.announced} lines and brings {len(statement.lines)}. "
            "Fetch the whole statement from the bank again.",
        )
    if today is not None and statement.last_on > today:
        yield fault(
            0,
            "statement-not-over",
            f"The statement ends on {statement.last_on}, and today is {today}. Import it when its days are over.",
        )
    yield from _outside(statement, fault)
    yield from _gaps(statement, fault, said)
    short = statement.closing_units - statement.opening_units - statement.moved_units
    if short:
        yield fault(
            0,
            "statement-unbalanced",
            f"The lines add up to {said(statement.moved_units)}, but closing minus opening is "
            f"{said(statement.closing_units - statement.opening_units)}: {said(short)} is missing. "
            "Fetch the whole statement again; don't correct it by hand.",
        )
    if before is not None:
        yield from _chain(statement, before, fault, said)


def _outside(statement: Statement, fault: _Faulty) -> Iterator[Fault]:
    """Lines on days that are not the statement's."""
    for line in statement.lines:
        if not statement.first_on <= line.on <= statement.last_on:
            yield fault(
                line.line,
                "statement-day-outside",
                f"The line is of {line.on}, the statement of {statement.first_on} to {statement.last_on}. "
                "Fetch the statement of the right days.",
            )


def _gaps(statement: Statement, fault: _Faulty, said: _Say) -> Iterator[Fault]:
    """Places where the running balance jumps: a line was taken out, or changed."""
    balance: int | None = statement.opening_units
    for line in statement.lines:
        if line.balance_units is None:
            balance = None if balance is None else balance + line.units
            continue
        if balance is not None and line.balance_units != balance + line.units:
            yield fault(
                line.line,
                "statement-line-missing",
                f"The balance should be {said(balance + line.units)} after this line, and the file says "
                f"{said(line.balance_units)}: a line before it is missing or was changed. "
                "Fetch the whole statement again.",
            )
        balance = line.balance_units


def _chain(statement: Statement, before: Before, fault: _Faulty, said: _Say) -> Iterator[Fault]:
    """Whether this statement follows the last one that is kept."""
    if before.account and statement.account and before.account != statement.account:
        yield fault(
            0,
            "statement-other-account",
            "The statement is of another bank account than those before it. Choose the account that it is of.",
        )
        return
    if statement.first_on < before.last_on:
        yield fault(
            statement.lines[0].line if statement.lines else 0,
            "statement-overlaps",
            f"The statement begins on {statement.first_on}, but days up to {before.last_on} are kept already. "
            "Fetch the days after that only.",
        )
    elif statement.opening_units != before.closing_units:
        yield fault(
            0,
            "statement-missing",
            f"The statement opens with {said(statement.opening_units)}, the last one, up to {before.last_on}, closed "
            f"with {said(before.closing_units)}. A statement between them is missing: import that one first.",
        )


def follow(
    statements: Sequence[Statement], before: Before | None
) -> Iterator[tuple[Statement, Before | None]]:
    """Each statement of a file with the one that it has to follow."""
    for statement in statements:
        yield statement, before
        account = statement.account or (before.account if before else "")
        before = Before(statement.last_on, statement.closing_units, account)
