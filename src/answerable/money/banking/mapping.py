"""The mapping file of a bank's or treasury's table: which column means what (docs/guides/money.md).

There is no target for a name or for words: who paid and what they wrote has nowhere to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answerable.kernel.mapping import MappingTable, read_mapping
from answerable.kernel.money import known_currency

Column = str | int | list[str | int]
TOP_KEYS = {"currency", "file", "day", "amount", "balance", "reference", "opening", "closing", "leave_out"}
FILE_KEYS = {"encoding", "delimiter", "order"}
DAY_KEYS = {"column", "format"}
AMOUNT_KEYS = {"signed", "in", "out", "column", "direction", "in_words", "out_words", "decimal", "group"}
COLUMN_KEYS = {"column"}
ROW_KEYS = {"column", "is"}
DECIMALS = (".", ",", "٫")
GROUPS = ("", ",", ".", " ", "'", "٬")


@dataclass(frozen=True)
class StatementMapping:
    """A mapping file, checked. Exactly one of `signed`, `inward` with `outward`, and `amount` with `direction` is set."""

    file: str
    currency: str
    day: Column
    day_format: str
    encoding: str | None = None
    delimiter: str | None = None
    newest_first: bool = False
    signed: Column | None = None
    inward: Column | None = None
    outward: Column | None = None
    amount: Column | None = None
    direction: Column | None = None
    directions: Mapping[str, int] = field(default_factory=dict)
    decimal: str = "."
    group: str = ","
    balance: Column | None = None
    reference: Column | None = None
    #: Rows that are no movements: the column and the value by which they are known.
    opening: tuple[Column, str] | None = None
    closing: tuple[Column, str] | None = None
    leave_out: tuple[Column, frozenset[str]] | None = None


def read_statement_mapping(path: str | Path) -> StatementMapping:
    """Read and check a mapping file for statements. Raises MappingRefused, CurrencyUnknown."""
    top = read_mapping(path).only(TOP_KEYS)
    file = top.table("file").only(FILE_KEYS)
    day = top.table("day").only(DAY_KEYS)
    amount = top.table("amount").only(AMOUNT_KEYS)
    balance = top.table("balance").only(COLUMN_KEYS).column("column")
    day_format = day.text("format", "%Y-%m-%d")
    if not all(mark in day_format for mark in ("%d", "%m")) or "%" not in day_format.replace("%%", ""):
        raise day.refuse(f"'format' must hold %d, %m and %Y, as in %d/%m/%Y, not {day_format!r}.")
    opening, closing = (_row(top.table(key).only(ROW_KEYS)) for key in ("opening", "closing"))
    if (opening or closing) and balance is None:
        raise top.refuse("rows of opening and closing need the column of [balance].")
    return StatementMapping(
        file=str(path),
        currency=known_currency(top.text("currency")),
        day=_needed(day, "column"),
        day_format=day_format,
        encoding=file.encoding(),
        delimiter=file.text("delimiter", "") or None,
        newest_first=file.text("order", "oldest-first", among=("oldest-first", "newest-first"))
        == "newest-first",
        balance=balance,
        reference=top.table("reference").only(COLUMN_KEYS).column("column"),
        opening=opening,
        closing=closing,
        leave_out=_left_out(top.table("leave_out").only({"column", "values"})),
        **_amount(amount),  # type: ignore[arg-type]
    )


def _amount(table: MappingTable) -> dict[str, object]:
    """How the amounts stand in the table."""
    decimal = table.text("decimal", among=DECIMALS)
    group = table.text("group", among=GROUPS)
    if decimal == group:
        raise table.refuse("'decimal' and 'group' can't be the same sign.")
    found: dict[str, object] = {"decimal": decimal, "group": group}
    ways = {
        "signed": ("signed",),
        "in and out": ("in", "out"),
        "column and direction": ("column", "direction"),
    }
    used = [way for way, keys in ways.items() if any(key in table.values for key in keys)]
    if len(used) != 1:
        raise table.refuse("name the amount in one of three ways: signed; in and out; column and direction.")
    columns = {key: _needed(table, key) for key in ways[used[0]]}
    names = {"in": "inward", "out": "outward", "column": "amount"}
    found |= {names.get(key, key): column for key, column in columns.items()}
    words = {
        word.casefold(): sign
        for key, sign in (("in_words", 1), ("out_words", -1))
        for word in table.texts(key)
    }
    if "direction" in columns and not {1, -1} <= set(words.values()):
        raise table.refuse(
            "'direction' needs 'in_words' and 'out_words', lists of what stands in that column."
        )
    found["directions"] = words
    return found


def _needed(table: MappingTable, key: str) -> Column:
    column = table.column(key)
    if column is None:
        raise table.refuse(f"the key {key!r} is missing.")
    return column


def _row(table: MappingTable) -> tuple[Column, str] | None:
    return (_needed(table, "column"), table.text("is").casefold()) if table.values else None


def _left_out(table: MappingTable) -> tuple[Column, frozenset[str]] | None:
    if not table.values:
        return None
    return _needed(table, "column"), frozenset(text.casefold() for text in table.texts("values"))
