"""Journal lines from a file: all or none, by line, and the same file twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from answerable.config.management.commands.books import _advice
from answerable.kernel.mapping import MappingRefused
from answerable.money.imports import import_entries
from answerable.money.models import AccountSum, Entry, Proposal
from answerable.money.services import Difference

from .factories import Offices, make_offices

MAPPING = Path(__file__).resolve().parents[4] / "docs/mappings/entries-plain.toml"
HEAD = "number,day,stage,account,amount,currency,fund,line,project,village,payee,document,reference\n"
GOOD = (
    HEAD
    + '1,2026-03-02,receipt,cash,"1,000.00",USD,wells,,,,,,\n'
    + '1,2026-03-02,receipt,received,"-1,000.00",USD,wells,,,,,,\n'
    + "2,2026-03-02,charge,charges,5,USD,wells,,,,,,B-7\n"
    + "2,2026-03-02,charge,cash,-5,USD,wells,,,,,,B-7\n"
)


@pytest.fixture
def offices(world, on_monday) -> Offices:
    return make_offices(world)


def take(offices: Offices, folder: Path, text: str, mapping: Path = MAPPING, who: str = "imani", **more: Any):
    file = folder / "journal.csv"
    file.write_text(text, "utf-8")
    return import_entries(actor=offices.who(who), files=[file], mapping=mapping, **more)


def test_entries_come_in_and_the_same_file_changes_nothing(offices, tmp_path):
    assert take(offices, tmp_path, GOOD, dry_run=True).added == 2
    assert not Entry.objects.exists()
    report = take(offices, tmp_path, GOOD)
    assert (report.added, report.faults, report.kept) == (2, [], True)
    again = take(offices, tmp_path, GOOD)
    assert (again.added, again.unchanged) == (0, 2)
    assert sum(row.units for row in AccountSum.objects.filter(account_id=offices.cash().pk)) == 99_500
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("3,2026-03-02,charge,charges,5,USD,wells,,,,,,\n", "money-entry-too-long"),
        (
            "3,2026-03-02,charge,charges,5,USD,,,,,,,\n3,2026-03-02,charge,cash,-4,USD,,,,,,,\n",
            "money-unbalanced",
        ),
        ("3,2026-03-02,charge,nowhere,5,USD,wells,,,,,,\n", "account-unknown"),
        ('3,2026-03-02,charge,charges,"1.234,5",USD,wells,,,,,,\n', "amount-unreadable"),
        ("3,02/03/2026,charge,charges,5,USD,wells,,,,,,\n", "day-unreadable"),
        ("3,2026-03-02,theft,charges,5,USD,wells,,,,,,\n", "stage-unknown"),
        ("3,2026-03-02,charge,charges,5,USD,gold,,,,,,\n", "fund-unknown"),
        ("3,2026-03-02,charge,charges,5,USD,wells,,,,Maria Lopez,,\n", "organisation-unknown"),
        ("1,2026-03-02,receipt,cash,7,USD,wells,,,,,,\n", "money-form-used"),
    ],
)
def test_one_wrong_line_keeps_everything_out(offices, tmp_path, line, code):
    report = take(offices, tmp_path, GOOD + line)
    assert (report.kept, Entry.objects.count()) == (False, 0)
    assert [fault.code for fault in report.faults] == [code]
    assert report.faults[0].line == 6
    assert take(offices, tmp_path, GOOD + line, keep="good").added == 2
    assert Entry.objects.count() == 2


def test_outsiders_and_wrong_mappings_are_refused(offices, tmp_path):
    for who in ("daudi", "chidi", "juma"):
        with pytest.raises(MappingRefused, match="no book"):
            take(offices, tmp_path, GOOD, who=who)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('book = "riverland"\n[columns]\nentry = "number"\non = "day"\namuont = "amount"\n')
    with pytest.raises(MappingRefused, match="did you mean 'amount'"):
        take(offices, tmp_path, GOOD, mapping=wrong)


def test_the_nightly_check_says_what_differs(offices, tmp_path, capsys):
    take(offices, tmp_path, GOOD)
    call_command("books", "check")
    assert "2 entries, 4 postings" in capsys.readouterr().out
    AccountSum.objects.update(debit_units=1)
    with pytest.raises(CommandError, match="answerable books rebuild"):
        call_command("books", "check")
    call_command("books", "rebuild")
    call_command("books", "check")


def test_what_rebuilding_does_not_mend_is_not_promised(offices, tmp_path):
    take(offices, tmp_path, GOOD)
    found = Difference("money_entry (balance)", "id=1", "0", "7")
    sums = Difference("money_accountsum", "account_id=1", "1", "2", of_sums=True)
    assert "rebuild" not in _advice([found])
    assert "restore them from a backup" in _advice([found])
    assert _advice([sums]).endswith("answerable books rebuild")
    assert "restore them from a backup" in _advice([sums, found])
