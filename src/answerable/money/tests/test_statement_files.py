"""Statements from banks' files: every sum exact, every fault with its line, no word about a person kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycamt.parser import Camt053Parser

from answerable.kernel.mapping import MappingRefused
from answerable.kernel.money import Amount
from answerable.kernel.tables import TableColumnMissing
from answerable.money.banking.camt import CamtRefused, read_camt
from answerable.money.banking.files import MappingNeeded, read_statements
from answerable.money.banking.mapping import StatementMapping, read_statement_mapping
from answerable.money.banking.statement import (
    Before,
    Statement,
    StatementLine,
    bank_reference,
    faults_of,
    follow,
)
from answerable.money.banking.tables import OnPaper, Read, read_table_statement

from .camt_samples import USUAL, balance, entry, message, payment, statement, written

MAPPING = """
currency = "XAF"
[file]
delimiter = ";"
[day]
column = "Date"
format = "%d/%m/%Y"
[amount]
in = "Credit"
out = "Debit"
decimal = ","
group = " "
[balance]
column = "Solde"
[reference]
column = "Ref"
"""
CSV = """Date;Ref;Libelle;Debit;Credit;Solde
02/03/2026;B1;Virement de Ada Example;;1 500 000,00;1 500 000
03/03/2026;B2;Cheque;250 000;;1 250 000
05/03/2026;B3;Frais;500;;1 249 500
"""


@pytest.fixture
def mapped(tmp_path: Path) -> Callable[[str], StatementMapping]:
    def build(text: str = MAPPING) -> StatementMapping:
        path = tmp_path / "bank.toml"
        path.write_text(text)
        return read_statement_mapping(path)

    return build


@pytest.fixture
def table(tmp_path: Path, mapped: Callable[[str], StatementMapping]) -> Callable[..., Read]:
    def read(text: str = CSV, mapping: str = MAPPING, paper: OnPaper | None = None) -> Read:
        path = tmp_path / "bank.csv"
        path.write_text(text, encoding="utf-8")
        return read_table_statement(path, mapped(mapping), paper, name="bank.csv")

    return read


def codes(read: Read) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in read.faults]


# --- tables ---


def test_a_table_with_running_balance_reads_to_the_last_unit(table: Callable[..., Read]) -> None:
    read = table()
    assert read.faults == []
    [found] = read.statements
    assert (found.opening_units, found.closing_units, found.moved_units) == (0, 1_249_500, 1_249_500)
    assert [line.units for line in found.lines] == [1_500_000, -250_000, -500]
    assert [line.reference for line in found.lines] == ["B1", "B2", "B3"]
    assert (found.first_on, found.last_on) == (date(2026, 3, 2), date(2026, 3, 5))
    assert faults_of(found, currency="XAF") == []


def test_no_name_and_no_words_of_a_table_are_kept(table: Callable[..., Read]) -> None:
    assert "Ada" not in str(asdict(table().statements[0]))
    assert "Virement" not in str(asdict(table().statements[0]))


def test_newest_first_is_turned_around(table: Callable[..., Read]) -> None:
    head, *rows = CSV.splitlines()
    newest = "\n".join([head, *reversed(rows)]) + "\n"
    turned = table(newest, MAPPING.replace("[file]", '[file]\norder = "newest-first"')).statements[0]
    assert [(line.on, line.units) for line in turned.lines] == [
        (line.on, line.units) for line in table().statements[0].lines
    ]
    assert (turned.opening_units, turned.closing_units) == (0, 1_249_500)


@pytest.mark.parametrize(
    ("amount", "rows", "units"),
    [
        ('signed = "A"', "2026-03-02,-12.50\n", [-1250]),
        ('signed = "A"', "2026-03-02,(12.50)\n2026-03-02,12.50-\n", [-1250, -1250]),
        ('signed = "A"', "2026-03-02,\u221212.50\n", [-1250]),
        (
            'column = "A"\ndirection = "D"\nin_words = ["C"]\nout_words = ["D"]',
            "2026-03-02,12.50,D\n",
            [-1250],
        ),
    ],
)
def test_the_ways_in_which_amounts_are_signed(
    table: Callable[..., Read], amount: str, rows: str, units: list[int]
) -> None:
    mapping = f'currency = "USD"\n[day]\ncolumn = "T"\n[amount]\n{amount}\ndecimal = "."\ngroup = ","\n'
    head = "T,A,D\n" if "direction" in amount else "T,A\n"
    paper = OnPaper(opening=Amount(0, "USD"), closing=Amount(sum(units), "USD"))
    read = table(head + rows, mapping, paper)
    assert [line.units for line in read.statements[0].lines] == units


def test_rows_of_opening_and_closing_are_balances_and_no_movements(table: Callable[..., Read]) -> None:
    text = "Date;What;Ref;Debit;Credit;Solde\n;Opening;;;;100\n02/03/2026;x;B1;40;;\n;Closing;;;;60\n"
    rows = '[opening]\ncolumn = "What"\nis = "opening"\n[closing]\ncolumn = "What"\nis = "closing"\n'
    [found] = table(text, MAPPING + rows).statements
    assert (found.opening_units, found.closing_units, len(found.lines)) == (100, 60, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("31/02/2026;B1;x;5;;", "statement-day-unreadable"),
        ("02/03/2026;B1;x;5;6;", "statement-both-ways"),
        ("02/03/2026;B1;x;;;", "statement-no-amount"),
        ("02/03/2026;B1;x;-5;;", "statement-signed-twice"),
        ("02/03/2026;B1;x;1.500;;", "amount-unreadable"),
        ("02/03/2026;B1;x;12,50;;", "amount-too-fine"),
        ("02/03/2026;B1;x;n/a;;", "amount-unreadable"),
        ("02/03/2026;B1;x;5;", "ragged-row"),
    ],
)
def test_a_row_that_cant_be_used_is_a_fault_with_its_line(
    table: Callable[..., Read], row: str, code: str
) -> None:
    read = table(f"{CSV}{row}\n")
    assert codes(read) == [(5, code)]
    assert read.statements == []


def test_without_balances_the_paper_is_asked_for(table: Callable[..., Read]) -> None:
    bare = MAPPING.replace('[balance]\ncolumn = "Solde"\n', "")
    assert [code for _, code in codes(table(CSV, bare))] == ["statement-no-balance"] * 2
    paper = OnPaper(opening=Amount(0, "XAF"), closing=Amount(1_249_500, "XAF"))
    assert table(CSV, bare, paper).faults == []
    differs = OnPaper(closing=Amount(1, "XAF"))
    assert [code for _, code in codes(table(CSV, MAPPING, differs))] == ["statement-balance-differs"]


@pytest.mark.parametrize(
    "text",
    [
        MAPPING.replace('group = " "', 'group = ","'),
        MAPPING.replace('in = "Credit"', 'signed = "Credit"'),
        MAPPING.replace('out = "Debit"', ""),
        MAPPING.replace("%d/%m/%Y", "day"),
        MAPPING.replace("[reference]", "[payer]"),
        MAPPING.replace('decimal = ","', ""),
    ],
)
def test_a_mapping_that_is_no_use_is_refused(mapped: Callable[[str], StatementMapping], text: str) -> None:
    with pytest.raises(MappingRefused):
        mapped(text)


def test_a_column_that_is_not_there_and_a_table_without_mapping(
    table: Callable[..., Read], tmp_path: Path
) -> None:
    with pytest.raises(TableColumnMissing):
        table(CSV, MAPPING.replace('"Solde"', '"Balance"'))
    path = tmp_path / "x.csv"
    path.write_text(CSV)
    with pytest.raises(MappingNeeded):
        read_statements(path)


# --- camt.053 ---


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "10", "13"])
@pytest.mark.parametrize("prefix", ["", "ns2"])
def test_versions_and_prefixes_read_the_same(tmp_path: Path, version: str, prefix: str) -> None:
    read = read_camt(written(tmp_path, message(statement(*USUAL), version=version, prefix=prefix)))
    assert read.faults == []
    [found] = read.statements
    assert (found.opening_units, found.closing_units, found.moved_units) == (100_000, 55_050, -44_950)
    assert [line.units for line in found.lines] == [25_050, -10_025, 10_025, -70_000]
    assert [line.reference for line in found.lines] == ["B-1001", "B-1002", "B-1003", "B-1004"]
    assert faults_of(found, currency="EUR") == []
    assert "Ada" not in str(asdict(found))


def test_the_library_agrees_where_it_can(tmp_path: Path) -> None:
    """A second reading, by pycamt alone, of entries that hold at most one payment."""
    path = written(tmp_path, message(statement(*USUAL[:5])))
    theirs = Camt053Parser.from_file(path)
    [info] = theirs.get_statement_info()
    [ours] = read_camt(path).statements
    signs = {"CRDT": 1, "DBIT": -1}
    moved = [
        signs[t["CreditDebitIndicator"]] * round(float(t["Amount"]) * 100) for t in theirs.get_transactions()
    ]
    assert moved == [line.units for line in ours.lines]
    assert round(float(info["OpeningBalance"]) * 100) == ours.opening_units
    assert [t["BookingDate"] for t in theirs.get_transactions()] == [
        line.on.isoformat() for line in ours.lines
    ]
    assert [t["ReversalIndicator"] for t in theirs.get_transactions()] == [None, None, "true"]


def test_a_balance_below_zero_is_exact_where_the_library_rounds(tmp_path: Path) -> None:
    huge = "70368744177664.01"
    path = written(
        tmp_path,
        message(
            statement(
                balance("OPBD", huge, "2026-03-01", "DBIT"), balance("CLBD", huge, "2026-03-01", "DBIT")
            )
        ),
    )
    assert read_camt(path).statements[0].opening_units == -7_036_874_417_766_401
    assert Camt053Parser.from_file(path).get_statement_info()[0]["OpeningBalance"] != f"-{huge}"


def test_a_batch_is_one_line_and_pending_entries_are_none(tmp_path: Path) -> None:
    waiting = entry("5.00", "DBIT", "2026-03-01", status="<Sts><Cd>PDNG</Cd></Sts>")
    read = read_camt(written(tmp_path, message(statement(*USUAL, waiting))))
    assert len(read.statements[0].lines) == 4
    assert dict(read.skipped) == {"not booked by the bank (PDNG)": 1}


def test_old_forms_prcd_moments_and_no_status(tmp_path: Path) -> None:
    inside = (
        balance("PRCD", "10.00", "2026-02-27"),
        balance("CLBD", "4.50", "2026-03-01"),
        entry(
            "5.5", "DBIT", "2026-03-01", status="", moment=True, details=payment("5.5", end_to_end="PAY-9")
        ),
    )
    [found] = read_camt(written(tmp_path, message(statement(*inside), version="02"))).statements
    assert (found.opening_units, found.lines[0].units, found.lines[0].on) == (1000, -550, date(2026, 3, 1))
    assert found.lines[0].reference == "PAY-9"


def test_two_statements_of_a_file_follow_each_other(tmp_path: Path) -> None:
    first = statement(balance("OPBD", "1.00", "2026-03-01"), balance("CLBD", "1.00", "2026-03-01"))
    second = statement(
        balance("OPBD", "1.00", "2026-03-02"),
        balance("CLBD", "3.00", "2026-03-02"),
        entry("2.00", "CRDT", "2026-03-02"),
    )
    read = read_camt(written(tmp_path, message(first, second)))
    steps = list(follow(read.statements, None))
    assert [faults_of(s, currency="EUR", before=before) for s, before in steps] == [[], []]
    turned = list(follow(read.statements[::-1], None))
    assert [[f.code for f in faults_of(s, currency="EUR", before=b)] for s, b in turned] == [
        [],
        ["statement-overlaps"],
    ]


def test_the_file_s_own_count_of_entries_is_held_against_it(tmp_path: Path) -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>5</NbOfNtries></TtlNtries></TxsSummry>"
    [found] = read_camt(written(tmp_path, message(statement(*USUAL[:2], summary, *USUAL[2:])))).statements
    assert "statement-lines-missing" in [f.code for f in faults_of(found, currency="EUR")]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (entry("1.00", "CRDT", "2026-03-01", currency="USD"), "statement-currency"),
        (entry("1.00", "BOTH", "2026-03-01"), "statement-direction-unknown"),
        (entry("1.005", "CRDT", "2026-03-01"), "amount-unreadable"),
        (entry("-1.00", "CRDT", "2026-03-01"), "amount-unreadable"),
        (entry("1e3", "CRDT", "2026-03-01"), "amount-unreadable"),
        (entry("1.00", "CRDT", "soon"), "statement-day-unreadable"),
    ],
)
def test_an_entry_that_cant_be_used_keeps_its_statement_out(tmp_path: Path, bad: str, code: str) -> None:
    read = read_camt(written(tmp_path, message(statement(*USUAL, f"\n\n{bad}"))))
    assert codes(read)[0] == (5, code)
    assert read.statements == []


def test_entities_and_document_types_are_refused_in_any_encoding(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaa">]><Document>&a;</Document>'
    with pytest.raises(CamtRefused, match="declares entities"):
        read_camt(written(tmp_path, bomb))
    path = tmp_path / "wide.xml"
    path.write_bytes(bomb.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"))
    with pytest.raises(CamtRefused, match="declares entities"):
        read_camt(path)


def test_an_external_entity_reads_no_file_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("9999.99")
    text = message(statement(*USUAL)).replace(
        "<Document", f'<!DOCTYPE d [<!ENTITY s SYSTEM "file://{secret}">]><Document', 1
    )
    with pytest.raises(CamtRefused):
        read_camt(written(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        message(statement(*USUAL))[:900],
        "<html><body>Sign in</body></html>",
        message(statement(*USUAL)).replace("camt.053", "camt.052").replace("Stmt>", "Rpt>"),
        message(),
    ],
)
def test_what_is_no_statement_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CamtRefused):
        read_camt(written(tmp_path, text))


def test_a_statement_without_its_closing_balance_is_a_fault(tmp_path: Path) -> None:
    read = read_camt(written(tmp_path, message(statement(USUAL[0], *USUAL[2:]))))
    assert [code for _, code in codes(read)] == ["statement-no-balance"]


# --- what is wrong with a statement ---


def usual(**changes: object) -> Statement:
    lines = (
        StatementLine(2, date(2026, 3, 2), 500, "a", balance_units=600),
        StatementLine(3, date(2026, 3, 3), -200, "b", balance_units=400),
    )
    made = Statement("f", "0" * 64, "USD", 100, 400, date(2026, 3, 1), date(2026, 3, 31), lines)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "before", "found"),
    [
        ({}, None, []),
        ({"closing_units": 401}, None, [(0, "statement-unbalanced")]),
        ({"last_on": date(2026, 3, 2)}, None, [(3, "statement-day-outside")]),
        ({"opening_units": 90, "closing_units": 390}, None, [(2, "statement-line-missing")]),
        ({}, Before(date(2026, 2, 28), 100), []),
        ({}, Before(date(2026, 2, 28), 99), [(0, "statement-missing")]),
        ({}, Before(date(2026, 3, 2), 100), [(2, "statement-overlaps")]),
        ({"account": "x"}, Before(date(2026, 2, 28), 100, "y"), [(0, "statement-other-account")]),
    ],
)
def test_faults_have_their_line(
    changed: dict[str, object], before: Before | None, found: list[tuple[int, str]]
) -> None:
    faults = faults_of(usual(**changed), currency="USD", before=before)
    assert [(fault.line, fault.code) for fault in faults] == found


def test_the_wrong_currency_and_days_to_come() -> None:
    assert [f.code for f in faults_of(usual(), currency="EUR")] == ["statement-currency"]
    early = faults_of(usual(), currency="USD", today=date(2026, 3, 5))
    assert [f.code for f in early] == ["statement-not-over"]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=12), st.data())
def test_whatever_line_is_taken_out_is_missed(units: list[int], data: st.DataObject) -> None:
    """Property: with a running balance or without, a statement that lost a line that moved something is refused."""
    balances = [sum(units[: n + 1]) for n in range(len(units))]
    running = data.draw(st.booleans())
    lines = [
        StatementLine(n + 2, date(2026, 3, 2), moved, str(n), balance_units=balances[n] if running else None)
        for n, moved in enumerate(units)
    ]
    whole = usual(opening_units=0, closing_units=sum(units), lines=tuple(lines))
    assert faults_of(whole, currency="USD") == []
    lost = data.draw(st.sampled_from(lines))
    short = replace(whole, lines=tuple(line for line in lines if line is not lost))
    assert bool(faults_of(short, currency="USD")) == bool(lost.units)


@pytest.mark.parametrize("text", ["B-1001", "20260302/77", "0012345678", "TRX.9:1"])
def test_references_of_banks_are_kept(text: str) -> None:
    assert bank_reference(text) == text


@pytest.mark.parametrize(
    "text",
    ["Ada Example", "ADAEXAMPLE", "roof-for-grandmother-2", "", None, "x" * 41 + "1", "NOTPROVIDED", "محمد1"],
)
def test_what_could_be_a_name_is_no_reference(text: str | None) -> None:
    assert bank_reference(text) == ""
