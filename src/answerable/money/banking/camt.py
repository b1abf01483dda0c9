"""Statements out of camt.053 (ISO 20022), by the library pycamt on lxml.

The library opens the document (no entities, no network), knows its version and reads what a statement and its
entries say. Three things it does in ways that books can't use, and they are read here from its tree instead: it turns
balances below zero into floats and knows no PRCD; it gives each payment of a batch as a transaction, with the
payment's own amount but the entry's currency; and it mixes the entries of several statements. A line of ours is an
entry, the way the bank moved the balance: once, whatever stands in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree
from pycamt.parser import Camt053Parser

from answerable.kernel.money import LARGEST_UNITS, exponent, known_currency
from answerable.kernel.problem import Problem, gettext_noop
from answerable.kernel.tables import Fault, read_bytes

from .problems import NO_CAMT
from .statement import Statement, StatementLine, bank_reference, digest_of
from .tables import Read

#: A month of a busy account is below a megabyte.
LARGEST_CAMT = 20 * 2**20
#: Codes of the balance before the first and after the last entry, the better one first.
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
#: Only what the bank has booked moves the balance.
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
_DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{0,17})?\Z", re.ASCII)


class CamtRefused(Problem):
    """A file that is no camt.053, or one that tries to do more than say something. `why` is a key of NO_CAMT."""

    code = "money-camt-refused"
    sentence = gettext_noop("{file}: {why}. Ask the bank for an end-of-day statement, camt.053.")

    @property
    def english(self) -> str:
        """The sentence with the key in words."""
        return self.sentence.format(**self.values | {"why": NO_CAMT[self.values["why"]]})


class _Fault(Exception):
    def __init__(self, line: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.code = line, code


def looks_like_xml(path: str | Path) -> bool:
    """True for a file that begins as XML does, packed or plain."""
    raw, _ = read_bytes(path)
    return raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def read_camt(path: str | Path, *, name: str = "") -> Read:
    """The statements in a camt.053 file, in its order. Raises CamtRefused and the problems of read_bytes."""
    name = name or str(path)
    raw, sha256 = read_bytes(path, limit=LARGEST_CAMT)
    parser = _opened(name, raw)
    read = Read()
    for number, element in enumerate(_all(parser.tree, "Stmt"), 1):
        try:
            statement = _statement(read, element, name, sha256, number)
        except _Fault as fault:
            read.faults.append(Fault(name, fault.line, fault.code, str(fault)))
        else:
            read.statements.append(statement)
    return read


def _opened(name: str, raw: bytes) -> Camt053Parser:
    """The library's parser over the file, once it is known to be harmless and a statement."""
    # What declares entities can blow up or reach out, and no bank sends it. The parsed tree is asked as well: in
    # UTF-16 these bytes look otherwise.
    declares = CamtRefused(file=name, why="declares")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise declares
    try:
        parser = Camt053Parser(raw)
    except (etree.XMLSyntaxError, ValueError):
        raise CamtRefused(file=name, why="unread") from None
    if parser.tree.getroottree().docinfo.doctype:
        raise declares
    if "camt.053" not in parser.tree.tag or not _all(parser.tree, "Stmt"):
        raise CamtRefused(file=name, why=_what(raw))
    return parser


def _what(raw: bytes) -> str:
    for message, key in (
        (b"camt.052", "within-day"),
        (b"camt.054", "single-payments"),
    ):
        if message in raw[:2000]:
            return key
    return "no-statement"


def _statement(read: Read, stmt: Any, name: str, sha256: str, number: int) -> Statement:
    lines_before = len(read.faults)
    opening, _, currency = _balance(stmt, _OPENING, "opening")
    closing, closing_on, closing_currency = _balance(stmt, _CLOSING, "closing")
    own = _text(stmt, "Acct", "Ccy")
    for other in filter(None, (closing_currency, own)):
        if other != currency:
            raise _Fault(
                stmt.sourceline,
                "statement-currency",
                f"Balances in {currency} and in {other}: two accounts in one.",
            )
    lines = []
    for entry in stmt.iterchildren("{*}Ntry"):
        try:
            line = _line(read, entry, currency)
        except _Fault as fault:
            read.faults.append(Fault(name, fault.line, fault.code, str(fault)))
        else:
            lines += [line] if line else []
    if len(read.faults) > lines_before:
        raise _Fault(stmt.sourceline, "statement-unread", "The statement was left out because of its lines.")
    period = _child(stmt, "FrToDt")
    first = _day_of(period, "FrDtTm", "FrDt") if period is not None else None
    last = _day_of(period, "ToDtTm", "ToDt") if period is not None else None
    announced = _text(stmt, "TxsSummry", "TtlNtries", "NbOfNtries")
    days = [line.on for line in lines]
    return Statement(
        file=name,
        sha256=sha256,
        currency=currency,
        opening_units=opening,
        closing_units=closing,
        first_on=first or min([*days, closing_on]),
        last_on=last or max([*days, closing_on]),
        lines=tuple(sorted(lines, key=lambda line: line.on)),
        account=_account(stmt),
        number=number,
        announced=int(announced) if announced and announced.isdecimal() else None,
    )


def _line(read: Read, entry: Any, currency: str) -> StatementLine | None:
    """One entry, or None when the bank has not booked it."""
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts", "Prtry") or _text(entry, "Sts")
    if (status or "BOOK").upper() in _NOT_BOOKED:
        read.skipped[f"not booked by the bank ({(status or '')[:10]})"] += 1
        return None
    amount = _child(entry, "Amt")
    if amount is None or amount.get("Ccy", currency) != currency:
        other = "nothing" if amount is None else amount.get("Ccy")
        raise _Fault(
            entry.sourceline, "statement-currency", f"The entry is in {other}, the statement in {currency}."
        )
    on = _day_of(_child(entry, "BookgDt"), "Dt", "DtTm") or _day_of(_child(entry, "ValDt"), "Dt", "DtTm")
    if on is None:
        raise _Fault(
            entry.sourceline, "statement-day-unreadable", "The entry has no day on which it was booked."
        )
    # The indicator says the direction also of an entry that takes another back: RvslInd changes no sign.
    return StatementLine(
        line=entry.sourceline,
        on=on,
        units=_sign(entry) * _units(amount, currency),
        digest=digest_of(_words(entry)),
        reference=bank_reference(_text(entry, "AcctSvcrRef"), _text(entry, "NtryRef"), *_end_to_end(entry)),
    )


def _words(entry: Any) -> Iterator[str]:
    """All that an entry says, in its order and without the form of the XML."""
    for element in entry.iter("{*}*"):
        text = (element.text or "").strip()
        yield "=".join([etree.QName(element).localname, *element.attrib.values(), text])


def _end_to_end(entry: Any) -> Iterator[str | None]:
    """References of the payments in an entry; of a batch none, as one would stand for all."""
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    if len(details) == 1:
        yield _text(details[0], "Refs", "AcctSvcrRef")
        yield _text(details[0], "Refs", "EndToEndId")


def _balance(stmt: Any, codes: tuple[str, ...], which: str) -> tuple[int, date, str]:
    """Units, day and currency of the first balance with one of these codes, in the order of the codes."""
    found = {}
    for balance in stmt.iterchildren("{*}Bal"):
        code = _text(balance, "Tp", "CdOrPrtry", "Cd")
        # A statement in pages has interim balances; its own are the first opening and the last closing one.
        if code and (code not in found or code in _CLOSING):
            found[code] = balance
    balance = next((found[code] for code in codes if code in found), None)
    if balance is None:
        raise _Fault(
            stmt.sourceline,
            "statement-no-balance",
            f"The statement has no {which} balance ({', '.join(codes)}). Fetch the statement of a whole day.",
        )
    amount, on = _child(balance, "Amt"), _day_of(_child(balance, "Dt"), "Dt", "DtTm")
    if amount is None or on is None:
        raise _Fault(
            balance.sourceline, "statement-no-balance", f"The {which} balance has no amount or no day."
        )
    currency = known_currency(amount.get("Ccy", ""))
    return _sign(balance) * _units(amount, currency), on, currency


def _sign(element: Any) -> int:
    word = _text(element, "CdtDbtInd")
    if word not in {"CRDT", "DBIT"}:
        raise _Fault(
            element.sourceline,
            "statement-direction-unknown",
            f"“{word}” is neither CRDT (in) nor DBIT (out).",
        )
    return 1 if word == "CRDT" else -1


def _units(amount: Any, currency: str) -> int:
    text = (amount.text or "").strip()
    try:
        value = Decimal(text) if _DECIMAL.match(text) else None
    except InvalidOperation:
        value = None
    units = value.scaleb(exponent(currency)) if value is not None else None
    if units is None or units < 0 or units != units.to_integral_value() or units > LARGEST_UNITS:
        raise _Fault(
            amount.sourceline,
            "amount-unreadable",
            f"“{text[:40]}” is no amount in {currency}: digits, a point, and as many digits as the currency has.",
        )
    return int(units)


def _account(stmt: Any) -> str:
    """A digest of the account's number: enough to see that the next statement is of the same one."""
    number = _text(stmt, "Acct", "Id", "IBAN") or _text(stmt, "Acct", "Id", "Othr", "Id")
    return hashlib.sha256("".join(number.split()).encode()).hexdigest() if number else ""


def _day_of(element: Any, *names: str) -> date | None:
    """The day in the first of these children, of a date or a moment in the bank's own time."""
    for name in names:
        text = _text(element, name) if element is not None else None
        if text:
            try:
                return date.fromisoformat(text[:10])
            except ValueError:
                raise _Fault(
                    element.sourceline, "statement-day-unreadable", f"“{text[:40]}” is no day."
                ) from None
    return None


def _all(tree: Any, name: str) -> list[Any]:
    return list(tree.iter(f"{{*}}{name}"))


def _child(element: Any, name: str) -> Any:
    return element.find(f"{{*}}{name}") if element is not None else None


def _text(element: Any, *names: str) -> str | None:
    for name in names:
        element = _child(element, name)
    text = (element.text or "").strip() if element is not None else ""
    return text or None
