"""What others published becomes projects and entries: same sums, twice is once, and it goes out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from lxml import etree

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM, Actor
from answerable.kernel.money import Amount, decimal_of
from answerable.kernel.tables import ImportReport
from answerable.money.models import Account, AccountSum, Book, Entry, Posting
from answerable.money.problems import AccountUnfit
from answerable.money.services.foreign import take_figures_back
from answerable.opendata.exporting import published_activities
from answerable.opendata.iati.elements import Activity, ActivityDate, texts
from answerable.opendata.iati.writing import write_activities
from answerable.opendata.imports import import_iati
from answerable.opendata.models import IatiActivity, IatiTransaction
from answerable.opendata.problems import AreaUnclear, AreaUnknown
from answerable.programme.models import Organisation
from answerable.projects.models import Project
from tests.support.world import World

from .examples import FILES, SOUND, TODAY, schema, sums, value

pytestmark = pytest.mark.django_db


def save(file: Path, activities: Sequence[Activity]) -> Path:
    file.write_bytes(b"".join(write_activities(activities, generated=TODAY)))
    return file


def take(files: Path | list[Path], *, actor: Actor = SYSTEM, **options: Any) -> ImportReport:
    return import_iati(actor=actor, files=[files] if isinstance(files, Path) else files, **options)


def sums_here() -> dict[tuple[str, str], Decimal]:
    """By type and currency, of the postings themselves."""
    found: Counter[tuple[str, str]] = Counter()
    rows = (
        Posting.objects.filter(account__key__startswith="iati-")
        .values_list("account__key", "currency")
        .annotate(total=Sum("units"))
    )
    for key, currency, units in rows:
        found[key.removeprefix("iati-"), currency] += decimal_of(Amount(units, currency))  # type: ignore[assignment]
    return {key: total for key, total in found.items() if total}  # type: ignore[misc]


def kept_sums() -> dict[tuple[int, str], int]:
    """By account and currency, from the figures that the database keeps."""
    rows = AccountSum.objects.values_list("account_id", "currency").annotate(
        debit=Sum("debit_units"), credit=Sum("credit_units")
    )
    return {(account, currency): debit - credit for account, currency, debit, credit in rows}


def test_the_real_files_become_projects_and_entries_and_come_out_again(
    world: World, shared: Path, tmp_path: Path
):
    files = [shared / "data" / "iati" / f"{name}.xml" for name in FILES]
    expected: Counter[tuple[str, str]] = Counter()
    identifiers = set()
    for file in files:
        root = etree.parse(file).getroot()
        expected.update(sums(root))
        identifiers |= {text.strip() for text in root.xpath("//iati-identifier/text()")}

    report = take(files)

    assert (report.faults, report.kept, report.added, report.rows) == ([], True, 265, 265)
    assert set(IatiActivity.objects.values_list("identifier", flat=True)) == identifiers
    assert sums_here() == dict(expected)
    by_hand: Counter[tuple[int, str]] = Counter()
    for account, currency, units in Posting.objects.values_list("account_id", "currency", "units"):
        by_hand[account, currency] += units
    assert kept_sums() == dict(by_hand)
    assert Project.objects.exclude(names={}).count() == Project.objects.count()
    notes = "\n".join(report.notes)
    assert "bcie.xml: not kept: result 162, document-link 77." in notes
    assert "Type 1, incoming funds: 7 transactions, 12326745.67 EUR." in notes

    before = (Project.objects.count(), Entry.objects.count(), Organisation.objects.count())
    again = take(files)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 265)
    assert (Project.objects.count(), Entry.objects.count(), Organisation.objects.count()) == before

    out = tmp_path / "out.xml"
    save(out, list(published_activities()))
    written = etree.parse(out).getroot()
    schema().assertValid(written)
    assert sums(written) == dict(expected)
    assert set(written.xpath("//iati-identifier/text()")) == identifiers


def test_what_is_kept_of_an_activity(world: World, tmp_path: Path):
    report = take(save(tmp_path / "one.xml", [SOUND]))

    assert report.added == 1
    project = Project.objects.get()
    assert project.names == {"en": "A well"}
    assert project.descriptions == {"en": "A well for the village"}
    assert (project.phase, project.planned_start_on, project.actual_start_on) == (
        "implementation",
        date(2026, 1, 1),
        date(2026, 1, 5),
    )
    assert project.area.parent is None
    assert [(one.vocabulary, one.code, one.share) for one in project.sectors.order_by("code")] == [
        ("dac-5", "12220", 4000),
        ("dac-5", "14031", 6000),
    ]
    book = Book.objects.get()
    first = Entry.objects.get(number=1)
    assert (first.stage, first.on, first.reference) == ("receipt", date(2026, 1, 5), "r1")
    payee = first.postings.get(n=1).payee
    assert payee is not None
    assert payee.ref == "XX-REG-9"
    # Nothing of it is in the sums of our own stages.
    assert set(book.accounts.values_list("role", flat=True)) == {"other"}

    [out] = published_activities()
    assert out.identifier == SOUND.identifier
    assert texts(out.title, "") == {"en": "A well"}
    assert out.budgets == SOUND.budgets
    assert (out.documents, out.results) == ((), ())
    # A bare name may be a person's: it went nowhere.
    assert [one.receiver for one in out.transactions] == [None, None]
    assert out.transactions[0].provider == SOUND.transactions[0].provider
    assert [one.value for one in out.transactions] == [one.value for one in SOUND.transactions]


def test_a_new_edition_adds_what_is_new_and_takes_back_what_is_gone(world: World, tmp_path: Path):
    take(save(tmp_path / "a.xml", [SOUND]))
    first, second = SOUND.transactions
    changed = replace(SOUND, status="3", transactions=(first, replace(second, value=value("60.25")), first))

    report = take(save(tmp_path / "b.xml", [changed]))

    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    assert sums_here() == {("1", "USD"): Decimal("201.00"), ("4", "USD"): Decimal("60.25")}
    assert Entry.objects.count() == 5  # two, two more, and one taken back
    assert any("which an import does not change" in note for note in report.notes)
    [out] = published_activities()
    assert sorted(one.value.amount for one in out.transactions if one.value and one.value.amount) == [
        Decimal("60.25"),
        Decimal("100.50"),
        Decimal("100.50"),
    ]

    back = take(save(tmp_path / "c.xml", [SOUND]))
    assert back.updated == 1
    assert sums_here() == {("1", "USD"): Decimal("100.50"), ("4", "USD"): Decimal("50.25")}
    assert Entry.objects.values("token").distinct().count() == Entry.objects.count()


def _with(**changes: Any) -> Activity:
    return replace(SOUND, transactions=(replace(SOUND.transactions[1], **changes),))


FAULTS = [
    (_with(value=value("1.005")), "amount-too-fine"),
    (_with(value=value("9" * 20)), "amount-too-large"),
    (replace(_with(value=replace(value(), currency="")), currency="XYZ"), "currency-unknown"),
    (_with(value=replace(value(), currency="BTC")), "currency-unknown"),
    (_with(value=replace(value("1.5"), currency="JPY")), "amount-too-fine"),
    (_with(value=None), "transaction-incomplete"),
    (_with(on=None), "transaction-incomplete"),
    (_with(type="77"), "transaction-type-unknown"),
    (replace(SOUND, identifier="x" * 151), "identifier-unreadable"),
    (replace(SOUND, reporting_org=None), "reporter-missing"),
    (replace(SOUND, dates=()), "day-missing"),
    (_with(on=date(1, 1, 1)), "day-too-early"),
    (replace(SOUND, dates=(ActivityDate(type="1", on=date(1899, 12, 31)),)), "day-too-early"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "code"), FAULTS)
def test_a_fault_keeps_everything_out_or_its_activity(
    world: World, tmp_path: Path, broken: Activity, code: str
):
    good = replace(SOUND, identifier="XX-REG-1-good")
    file = save(tmp_path / "faulty.xml", [good, broken])

    report = take(file)
    assert [fault.code for fault in report.faults] == [code]
    assert report.faults[0].line > 2
    assert not report.kept
    assert not Project.objects.exists()
    assert not Entry.objects.exists()

    report = take(file, keep="good")
    assert (report.added, report.kept) == (1, True)
    assert IatiActivity.objects.get().identifier == "XX-REG-1-good"


@pytest.mark.parametrize("known", [False, True])
def test_an_identifier_that_stands_twice_is_a_fault_also_on_one_line_and_across_files(
    world: World, tmp_path: Path, known: bool
):
    one = save(tmp_path / "one.xml", [SOUND])
    if known:
        take(one)
    good = replace(SOUND, identifier="XX-REG-1-good", transactions=())
    twice = save(tmp_path / "twice.xml", [SOUND, SOUND, good])
    twice.write_bytes(b"\n" + b" ".join(twice.read_bytes().partition(b"?>")[2].split(b"\n")))
    again = save(tmp_path / "again.xml", [SOUND])
    before = Project.objects.count()

    for files, file, line in ((twice, twice, 2), ([one, again], again, None)):
        report = take(files)
        [fault] = report.faults
        assert (fault.code, fault.file) == ("activity-twice", str(file))
        assert line is None or fault.line == line
        assert "stands twice: first in" in fault.sentence
        assert "Type 1, incoming funds: 1 transactions, 100.50 USD." in report.notes
        assert not report.kept
        assert Project.objects.count() == before

    report = take([twice, again], keep="good")
    assert (report.kept, len(report.faults)) == (True, 2)
    assert (report.added, report.unchanged) == ((1, 1) if known else (2, 0))
    assert Entry.objects.count() == 2


def test_later_files_may_go_back_before_the_first_ones_unless_the_book_was_closed(
    world: World, tmp_path: Path
):
    take(save(tmp_path / "a.xml", [SOUND]))
    old = replace(_with(on=date(1985, 3, 1)), identifier="XX-REG-1-old")
    first = replace(_with(on=date(1900, 1, 1)), identifier="XX-REG-1-first")
    assert take(save(tmp_path / "b.xml", [old, first])).added == 2
    edition = replace(SOUND, transactions=(*SOUND.transactions, *_with(on=date(1984, 3, 1)).transactions))
    assert take(save(tmp_path / "c.xml", [edition])).updated == 1
    assert Entry.objects.count() == 5

    Book.objects.update(closed_through=date(1985, 12, 31))
    late = replace(SOUND, identifier="XX-REG-1-late")
    early = replace(_with(on=date(1980, 2, 2)), identifier="XX-REG-1-early")
    file = save(tmp_path / "d.xml", [late, replace(old, transactions=()), early])
    report = take(file)
    lines = file.read_text().splitlines()
    assert [(fault.code, lines[fault.line - 1].split()[0].strip("<>")) for fault in report.faults] == [
        ("day-closed", "iati-activity"),
        ("day-closed", "transaction"),
    ]
    assert "closed through 1985-12-31: nothing of 1985-03-01 is entered" in report.faults[0].sentence
    assert "nothing of 1980-02-02" in report.faults[1].sentence
    assert (report.kept, Entry.objects.count()) == (False, 5)

    assert take(save(tmp_path / "e.xml", [old])).unchanged == 1  # what is there asks for nothing
    report = take(file, keep="good")  # the day after is open
    assert (report.kept, report.added, Entry.objects.count()) == (True, 1, 7)


@pytest.mark.parametrize("closed", ["iati-3", "elsewhere"])
def test_a_closed_account_is_a_fault_of_its_line_and_nothing_is_half_posted(
    world: World, tmp_path: Path, closed: str
):
    plain = replace(SOUND, transactions=())
    one, three = _with(type="1").transactions[0], _with(type="3").transactions[0]
    first = replace(plain, transactions=(one, three))
    same = save(tmp_path / "a.xml", [first])
    take(same)
    Account.objects.filter(key=closed).update(closed_on=TODAY)
    before = Entry.objects.count()

    assert take(same).unchanged == 1  # what is there asks for nothing

    new = replace(plain, identifier="XX-REG-1-new", transactions=(replace(three, on=date(2020, 2, 2)),))
    good = replace(plain, identifier="XX-REG-1-good")
    for number, activity in enumerate((new, replace(first, transactions=(one,)))):
        file = save(tmp_path / f"b{number}.xml", [good, activity])
        report = take(file)
        [fault] = report.faults
        assert (fault.file, fault.code, report.kept) == (str(file), "account-closed", False)
        assert f"{closed} of the book iati-" in fault.sentence
        assert (
            f"<{'iati-activity' if number else 'transaction'}"
            in file.read_text().splitlines()[fault.line - 1]
        )
        assert (Entry.objects.count(), IatiActivity.objects.count()) == (before, 1)
    assert take(file, keep="good").added == 1
    with pytest.raises(AccountUnfit, match="it is closed"):
        take_figures_back(actor=SYSTEM, book=Book.objects.get(), entries=list(Entry.objects.all()))


def test_the_report_says_what_is_true_when_nothing_is_taken_in(world: World, tmp_path: Path):
    plain = replace(SOUND, documents=(), results=(), transactions=SOUND.transactions[1:])
    good = replace(plain, identifier="XX-REG-1-good")
    broken = save(tmp_path / "broken.xml", [good, replace(plain, dates=())])
    sound = save(tmp_path / "sound.xml", [replace(plain, identifier="XX-REG-1-sound")])

    report = take([broken, sound])
    assert not report.kept
    notes = "\n".join(report.notes)
    assert "broken.xml" not in notes
    assert "is kept" not in notes
    assert "sound.xml: everything would be kept." in notes
    assert "Entries that would be made: 2; taken back: 0." in notes

    notes = "\n".join(take([broken, sound], keep="good").notes)
    assert "broken.xml: everything" not in notes
    assert "Entries made: 2; taken back: 0." in notes


def test_zero_is_no_entry_and_trailing_zeros_are_no_decimals(world: World, tmp_path: Path):
    transactions = tuple(
        replace(SOUND.transactions[1], value=value(amount)) for amount in ("0.00", "1.5000000000", "-2")
    )
    report = take(save(tmp_path / "a.xml", [replace(SOUND, transactions=transactions)]))
    assert sums_here() == {("4", "USD"): Decimal("-0.50")}
    assert "Transactions of zero, which no entry can be: 1." in report.notes


def test_texts_that_point_at_somebody_stay_away(world: World, tmp_path: Path):
    calls = replace(SOUND.title, narratives=(replace(SOUND.title.narratives[0], text="Call 0139 1234 5678"),))  # type: ignore[union-attr,type-var]
    report = take(save(tmp_path / "a.xml", [replace(SOUND, title=calls)]))
    assert report.added == 1
    assert "0139" not in str(Project.objects.get().names)
    assert "0139" not in IatiActivity.objects.get().statement
    assert any(note.startswith("Titles not kept") for note in report.notes)


def test_a_rehearsal_and_an_outsider_change_nothing(world: World, tmp_path: Path):
    file = save(tmp_path / "a.xml", [SOUND])
    report = take(file, dry_run=True)
    assert (report.added, report.kept) == (1, False)
    for actor in (PUBLIC, world.actor("amina")):
        with pytest.raises(Denied):
            take(file, actor=actor)
    assert not Project.objects.exists()
    assert not IatiTransaction.objects.exists()


def test_an_operator_may_take_files_in(world: World, tmp_path: Path):
    report = take(save(tmp_path / "a.xml", [SOUND]), actor=world.actor("grace"))
    assert report.added == 1
    assert Entry.objects.filter(maker_post=world.posts["operator"]).count() == 2


def test_the_area_has_to_be_clear(world: World, tmp_path: Path):
    file = save(tmp_path / "a.xml", [SOUND])
    with pytest.raises(AreaUnknown):
        take(file, area="pcode:nowhere")
    take(file, area="test:ford")
    assert Project.objects.get().area == world.areas["Ford"]


def test_without_areas_nothing_can_be_put_anywhere(tmp_path: Path):
    with pytest.raises(AreaUnclear):
        take(save(tmp_path / "a.xml", [SOUND]))
