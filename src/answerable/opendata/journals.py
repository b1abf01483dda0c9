"""Books as journals of other programs: Beancount, and the form that hledger and ledger share.

The entries come one by one and leave as text at once, so a million of them need no memory. At the end stand the
totals that *we* keep, as assertions: a program that reads the file adds everything up and refuses what differs.
Only codes, keys, numbers and days stand in a journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from answerable.kernel.money import exponent

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
#: What a posting may carry beside its amount.
MARKS = ("area", "fund", "line", "payee", "project")
_SAFE = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class JournalAccount:
    """An account as the books have it: the keys of its book and its own, and its kind."""

    id: int
    book: str
    key: str
    kind: str


class Line(NamedTuple):
    """A posting: plus is debit. `marks` are names and keys (fund, project ...) that belong to it."""

    account: int
    units: int
    currency: str
    marks: tuple[tuple[str, str], ...] = ()


class JournalEntry(NamedTuple):
    """A balanced entry. `label` tells it from every other: book and number."""

    on: date
    stage: str
    label: str
    lines: Sequence[Line]


class Total(NamedTuple):
    """What we say that an account holds of a currency."""

    account: int
    units: int
    currency: str


@dataclass(frozen=True)
class Journal:
    """What stands around the entries."""

    accounts: Sequence[JournalAccount]
    currencies: Sequence[str]
    totals: Sequence[Total]
    #: The days of the first and of the last entry.
    first: date
    last: date


def account_names(accounts: Iterable[JournalAccount]) -> dict[int, str]:
    """A name for each account that all three programs take: never the same one twice, and always the same ones.

    Beancount wants each part to begin with a capital letter or digit, then letters, digits and hyphens.
    """
    names: dict[int, str] = {}
    books: dict[str, str] = {}
    taken: set[str] = set()
    for account in sorted(accounts, key=lambda one: (one.book, one.key, one.id)):
        if account.book not in books:
            books[account.book] = _free(_part(account.book), set(books.values()))
        name = _free(f"{ROOTS[account.kind]}:{books[account.book]}:{_part(account.key)}", taken)
        taken.add(name)
        names[account.id] = name
    return names


def _part(key: str) -> str:
    safe = _SAFE.sub("-", key).strip("-") or "0"
    return safe[0].upper() + safe[1:]


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it where keys differ in signs only that no journal knows (a-b, a_b)."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-x{number}", number + 1
    return found


def digits_of(currencies: Iterable[str]) -> dict[str, int]:
    """How many digits each currency has behind the point."""
    return {currency: exponent(currency) for currency in currencies}


def written(units: int, digits: int) -> str:
    """Minor units as a number with a point: the fast form of kernel.money.plain."""
    if not digits:
        return str(units)
    text = str(abs(units)).rjust(digits + 1, "0")
    return f"{'-' if units < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def beancount(journal: Journal, entries: Iterable[JournalEntry]) -> Iterator[str]:
    """The books for Beancount; `bean-check FILE` adds them up."""
    names, digits = account_names(journal.accounts), digits_of(journal.currencies)
    # Nothing of ours is rounded: an entry or a total that misses by one unit is wrong.
    yield 'option "tolerance_multiplier" "0"\n'
    for currency in journal.currencies:
        yield f'{journal.first} commodity {currency}\n  digits: "{digits[currency]}"\n'
    for name in sorted(names.values()):
        yield f"{journal.first} open {name}\n"
    for entry in entries:
        lines = [f'\n{entry.on} * "{entry.stage}" "{entry.label}"\n']
        for line in entry.lines:
            amount = written(line.units, digits[line.currency])
            lines.append(f"  {names[line.account]}  {amount} {line.currency}\n")
            lines += [f'    {name}: "{value}"\n' for name, value in line.marks]
        yield "".join(lines)
    yield "\n"
    # An assertion holds at the beginning of its day.
    day = journal.last + timedelta(days=1)
    for total in sorted(journal.totals):
        amount = written(total.units, digits[total.currency])
        yield f"{day} balance {names[total.account]}  {amount} ~ 0 {total.currency}\n"


def ledger(journal: Journal, entries: Iterable[JournalEntry]) -> Iterator[str]:
    """The books for hledger and ledger; `hledger -f FILE check -s` and `ledger -f FILE balance` add them up."""
    names, digits = account_names(journal.accounts), digits_of(journal.currencies)
    for currency in journal.currencies:
        yield f"commodity {currency}\n"
        if digits[currency]:  # "1000. JPY" is what hledger would want and ledger can't read
            yield f"  format 1000.{'0' * digits[currency]} {currency}\n"
    for mark in MARKS:
        yield f"tag {mark}\n"
    for name in sorted(names.values()):
        yield f"account {name}\n"
    for entry in entries:
        lines = [f"\n{entry.on} * {entry.stage} | {entry.label}\n"]
        for line in entry.lines:
            amount = written(line.units, digits[line.currency])
            lines.append(f"    {names[line.account]}  {amount} {line.currency}\n")
            lines += [f"    ; {name}: {value}\n" for name, value in line.marks]
        yield "".join(lines)
    if journal.totals:
        yield f"\n{journal.last} * totals | our own\n"
    for total in sorted(journal.totals):
        amount = written(total.units, digits[total.currency])
        yield f"    {names[total.account]}  0 {total.currency} = {amount} {total.currency}\n"
