"""Other people's programs add our books up to the same figures, and refuse a total that is wrong by one unit."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.money import CURRENCIES, Amount, exponent, plain
from answerable.opendata import journals
from answerable.opendata.journals import (
    ROOTS,
    Journal,
    JournalAccount,
    JournalEntry,
    Line,
    Total,
    account_names,
    written,
)

FIRST = date(2024, 1, 1)
CURRENCIES_HERE = ["JPY", "KWD", "USD"]


def books(seed: int, entries: int = 60) -> tuple[Journal, list[JournalEntry]]:
    """Random books in three currencies of 0, 2 and 3 digits, with keys that are no names of accounts anywhere."""
    chance = random.Random(seed)
    keys = ["cash", "a-b", "a_b", "a--b", "9-lives", "x" * 60, "received", "-", "_", "iati-3"]
    accounts = [
        JournalAccount(n, book, key, chance.choice(list(ROOTS)))
        for n, (book, key) in enumerate(
            (book, key) for book in ("province", "well_a", "well-a") for key in keys
        )
    ]
    totals: Counter[tuple[int, str]] = Counter()
    made, on = [], FIRST
    for number in range(1, entries + 1):
        on += timedelta(days=chance.randrange(3))
        lines: list[Line] = []
        for currency in chance.sample(CURRENCIES_HERE, chance.choice((1, 1, 1, 2))):
            units = [
                chance.choice((1, -1)) * chance.randrange(1, 10 ** chance.randrange(1, 13)) for _ in range(3)
            ]
            units.append(-sum(units))
            lines += [
                Line(chance.choice(accounts).id, one, currency, (("fund", "grant-1"),) if one % 2 else ())
                for one in units
                if one
            ]
        for line in lines:
            totals[line.account, line.currency] += line.units
        made.append(JournalEntry(on, "payment", f"province/{number}", lines))
    journal = Journal(
        accounts,
        CURRENCIES_HERE,
        [Total(account, units, currency) for (account, currency), units in totals.items()],
        FIRST,
        on,
    )
    return journal, made


def program(name: str) -> str:
    """The program's path; the test is skipped where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip(f"{name} is not installed: scripts/system-packages")
    return found


Judge = Callable[[Path], "subprocess.CompletedProcess[str]"]


def judge(name: str) -> tuple[str, Judge]:
    """What writes the file for a program, and what checks it."""
    arguments: dict[str, list[str]] = {
        "bean-check": [],
        "hledger": ["check", "-s", "-f"],
        # Without --pedantic an account that was never declared passes.
        "ledger": ["--pedantic", "balance", "-f"],
    }
    path = program(name)

    def check(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [path, *arguments[name], str(file)], capture_output=True, text=True, timeout=60, check=False
        )

    return ("beancount" if name == "bean-check" else "ledger"), check


PROGRAMS = ["bean-check", "hledger", "ledger"]


def save(file: Path, text: Iterator[str]) -> Path:
    file.write_text("".join(text), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("seed", range(3))
def test_a_program_adds_random_books_up_to_our_totals(tmp_path: Path, name: str, seed: int):
    form, check = judge(name)
    journal, entries = books(seed)
    found = check(save(tmp_path / "books", getattr(journals, form)(journal, entries)))
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("currency", CURRENCIES_HERE)
def test_a_total_wrong_by_one_unit_is_refused(tmp_path: Path, name: str, currency: str):
    form, check = judge(name)
    journal, entries = books(1)
    wrong = next(total for total in journal.totals if total.currency == currency)
    totals = [total._replace(units=total.units + 1) if total == wrong else total for total in journal.totals]
    found = check(save(tmp_path / "books", getattr(journals, form)(replace(journal, totals=totals), entries)))
    assert found.returncode != 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_entry_wrong_by_one_unit_is_refused(tmp_path: Path, name: str):
    form, check = judge(name)
    journal, entries = books(2)
    line = entries[0].lines[0]
    broken = entries[0]._replace(lines=[line._replace(units=line.units + 1), *entries[0].lines[1:]])
    journal = replace(journal, totals=[])
    found = check(save(tmp_path / "books", getattr(journals, form)(journal, [broken, *entries[1:]])))
    assert found.returncode != 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_empty_books(tmp_path: Path, name: str):
    form, check = judge(name)
    found = check(save(tmp_path / "books", getattr(journals, form)(Journal([], [], [], FIRST, FIRST), [])))
    assert found.returncode == 0


KEYS = st.text(st.sampled_from("abz09-_"), min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(KEYS, KEYS, st.sampled_from(sorted(ROOTS))), unique_by=lambda one: one[:2], max_size=30
    )
)
def test_names_of_accounts_differ_and_are_always_the_same(keys: list[tuple[str, str, str]]):
    accounts = [JournalAccount(n, *one) for n, one in enumerate(keys)]
    names = account_names(accounts)
    assert len(set(names.values())) == len(accounts)
    assert account_names(reversed(accounts)) == names
    for account in accounts:
        root, *parts = names[account.id].split(":")
        assert root == ROOTS[account.kind]
        assert len(parts) == 2
        assert all(part[0] in "ABZ09" and set(part) <= set("ABZabzx0123456789-") for part in parts)


@given(st.integers(-(10**16), 10**16), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_is_written_as_everywhere_else(units: int, currency: str):
    assert written(units, exponent(currency)) == plain(Amount(units, currency))
