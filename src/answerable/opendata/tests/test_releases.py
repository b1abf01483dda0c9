"""Files of open data: other programs add them up, spreadsheets open them, readers keep them, nothing sensitive is in them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.rules import SYSTEM
from answerable.kernel.money import Amount, decimal_of
from answerable.money.models import Account, AccountSum, Posting
from answerable.money.tests.factories import Offices
from answerable.opendata import releases
from answerable.opendata.imports import import_iati
from answerable.opendata.sheets import Column, Counted, Sheet, safe
from answerable.opendata.tables import POSTINGS, SHEETS
from answerable.projects.models import Project
from tests.support.world import World

from .examples import SOUND
from .scenes import everything
from .test_iati_import import save
from .test_journals import PROGRAMS, judge


@pytest.fixture(autouse=True)
def set_up(settings: Any, tmp_path: Path) -> None:
    settings.IATI_ORG, settings.IATI_COUNTRY = "XX-REG-1", "BD"
    settings.OPENDATA_FOLDER = tmp_path / "served"


@pytest.fixture
def offices(world: World, on_monday: date) -> Offices:
    return everything(world)


# --- journals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_adds_our_books_up_to_our_totals(offices: Offices, tmp_path: Path, name: str):
    form, check = judge(name)
    import_iati(actor=SYSTEM, files=[save(tmp_path / "theirs.xml", [SOUND])])
    file = tmp_path / "books"
    written = releases.write_journal(file, form)
    found = check(file)
    assert (found.returncode, found.stderr) == (0, "")
    assert written.files[0][1] > 20
    assert file.read_text().count(" ~ 0 " if form == "beancount" else "  0 ") == len(
        {(row.account_id, row.currency) for row in AccountSum.objects.all()}
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_kept_total_that_is_wrong_is_found_by_others(offices: Offices, tmp_path: Path, name: str):
    form, check = judge(name)
    row = AccountSum.objects.first()
    assert row is not None
    row.debit_units += 1
    row.save()
    file = tmp_path / "books"
    releases.write_journal(file, form)
    assert check(file).returncode != 0


def test_journals_are_the_same_each_time_and_name_no_person(offices: Offices, tmp_path: Path):
    for form in ("beancount", "ledger"):
        for name in ("a", "b"):
            releases.write_journal(tmp_path / name, form)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        assert "Builder Ltd" not in (tmp_path / "a").read_text()
        assert "builder" in (tmp_path / "a").read_text()


def test_an_area_s_books(offices: Offices, tmp_path: Path):
    form, check = judge("bean-check")
    releases.write_journal(tmp_path / "books", form, offices.world.areas["Fordland"])
    assert check(tmp_path / "books").returncode == 0
    assert "Riverland" not in (tmp_path / "books").read_text()


def test_every_posting_goes_out_and_adds_up_to_what_the_database_keeps(offices: Offices, tmp_path: Path):
    assert told("postings", str(tmp_path / "all.csv")) == f"all.csv: {Posting.objects.count():,} postings.\n"
    lines = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text())))
    sums: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        sums[line["book"], line["account"], line["currency"]] += int(line["units"])
    accounts = Account.objects.select_related("book").in_bulk()
    kept = {
        (accounts[row.account_id].book.key, accounts[row.account_id].key, row.currency): row.debit_units
        - row.credit_units
        for row in AccountSum.objects.all()
    }
    assert dict(sums) == kept
    assert any(line["payee"] == "builder" and line["line"] and line["project"] for line in lines)
    assert "Builder Ltd" not in (tmp_path / "all.csv").read_text()

    told("postings", str(tmp_path / "part.csv"), "--area", "test:fordland")
    part = list(csv.DictReader(io.StringIO((tmp_path / "part.csv").read_text())))
    assert part == [line for line in lines if line["book"] != "riverland"]


# --- tables ------------------------------------------------------------------------------------


def rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_tables_with_their_counts(offices: Offices, tmp_path: Path):
    folder = tmp_path / "tables"
    import_iati(actor=SYSTEM, files=[save(tmp_path / "theirs.xml", [SOUND])])
    Project.objects.filter(key="pump").update(names={"en": "=cmd|' /C calc'!A0"})

    releases.write_tables(folder)

    described = json.loads((folder / "datapackage.json").read_text())
    for resource in described["resources"]:
        found = rows(folder / resource["path"])
        assert len(found) == resource["rows"]
        assert (folder / resource["path"]).stat().st_size == resource["bytes"]
        assert list(found[0]) == [field["name"] for field in resource["schema"]["fields"]]
        for row in found:
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())
    assert {one["name"] for one in described["resources"]} == {sheet.name for sheet in SHEETS}

    [pump] = rows(folder / "projects.csv")
    assert pump["name"] == "'=cmd|' /C calc'!A0"
    assert (pump["key"], pump["longitude"], pump["iati_status"]) == ("pump", "-77.5", "1")
    assert pump["sectors"] == "dac-5:12220=33.33 dac-5:14031=66.67"

    ours = Posting.objects.exclude(account__key__startswith="iati-").exclude(account__key="elsewhere")
    expected: Counter[str] = Counter()
    for currency, units in ours.filter(units__gt=0).values_list("currency", "units"):
        expected[currency] += decimal_of(Amount(units, currency))  # type: ignore[assignment]
    for side in ("debit", "credit"):
        total: Counter[str] = Counter()
        for row in rows(folder / "postings.csv"):
            total[row["currency"]] += Decimal(row[side] or 0)  # type: ignore[assignment]
        assert total == expected
    assert len(rows(folder / "postings.csv")) == ours.count()
    [money] = rows(folder / "project-money.csv")
    assert (money["project"], money["currency"], money["paid"], money["given_back"]) == (
        "pump",
        "USD",
        "520.50",
        "10.00",
    )
    told = {row["persons"] for row in rows(folder / "postings.csv")}
    assert told == {"", "15"}


def test_no_table_holds_anything_sensitive(offices: Offices, tmp_path: Path):
    releases.write_tables(tmp_path)
    for path in tmp_path.glob("*.*"):
        assert "hidden" not in path.read_text().lower()


@given(st.text(max_size=40))
def test_a_cell_is_no_formula(text: str):
    cell = safe(text)
    assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n"))
    assert not cell.startswith("-") or cell[1:].replace(".", "", 1).isdigit()
    assert cell in (text, f"'{text}")


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=9), st.integers()), max_size=9))
def test_a_sheet_is_read_as_it_was_written(content: list[tuple[str, int]]):
    sheet = Sheet("x", "x", "x", (Column("text", "string", "x"), Column("number", "integer", "x")))
    counted = Counted(sheet, content)
    raw = b"".join(counted)
    found = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert found[1:] == [[safe(text), str(number)] for text, number in content]
    assert (counted.rows, counted.octets) == (len(content), len(raw))


# --- public addresses --------------------------------------------------------------------------


def test_files_are_served_to_everybody_and_kept(offices: Offices, client: Client):
    first = client.get("/opendata/iati.xml")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    content = b"".join(first.streaming_content)  # type: ignore[attr-defined]
    assert b"XX-REG-1-pump" in content
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get("/opendata/iati.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not first.cookies
    for sheet in SHEETS:
        found = client.get(f"/opendata/{sheet.name}.csv")
        assert b"".join(found.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[attr-defined]
    package = json.loads(b"".join(client.get("/opendata/datapackage.json").streaming_content))  # type: ignore[attr-defined]
    assert next(one["rows"] for one in package["resources"] if one["name"] == "postings") > 20
    assert client.get("/opendata/release.json").status_code == 404
    assert client.get("/opendata/../secret-key").status_code == 404
    assert client.post("/opendata/iati.xml").status_code == 405


def test_a_release_is_made_again_only_when_old_and_something_happened(
    offices: Offices, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    made: list[Path] = []
    make = releases._make

    def counted(root: Path) -> Path:
        made.append(root)
        return make(root)

    monkeypatch.setattr(releases, "_make", counted)
    path, word = releases.current("iati.xml")
    offices.receive(100)
    assert releases.current("iati.xml") == (path, word)  # something happened, but it is fresh
    hour_ago = path.parent.joinpath("release.json").stat().st_mtime - releases.LIFETIME - 1
    os.utime(path.parent / "release.json", (hour_ago, hour_ago))
    newer, other = releases.current("iati.xml")
    assert (newer != path, other != word, len(made)) == (True, True, 2)
    os.utime(newer.parent / "release.json", (hour_ago, hour_ago))
    assert releases.current("iati.xml") == (newer, other)  # old, but nothing happened
    settings.IATI_COUNTRY = "IN"
    assert releases.current("iati.xml")[0] != newer  # another setting shows at once
    assert len([one for one in Path(settings.OPENDATA_FOLDER).iterdir() if one.is_dir()]) == 2


def test_without_a_setting_there_is_no_iati_file_and_the_tables_are_there(
    world: World, client: Client, settings: Any
):
    settings.IATI_ORG = ""
    assert client.get("/opendata/iati.xml").status_code == 404
    assert client.get("/opendata/projects.csv").status_code == 200
    settings.IATI_ORG = "XX-REG-1"
    assert client.get("/opendata/iati.xml").status_code == 404  # nothing to publish yet


# --- the command -------------------------------------------------------------------------------


def told(*words: str) -> str:
    out = io.StringIO()
    call_command("export", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_wrote(offices: Offices, tmp_path: Path):
    assert told("iati", str(tmp_path)) == "iati.xml: 4 activities.\n"
    assert told("iati", str(tmp_path / "x.xml"), "--area", "test:upper-ford") == "x.xml: 2 activities.\n"
    assert "entries.\nTotals stated: " in told("beancount", str(tmp_path / "books.beancount"))
    assert "entries." in told("ledger", str(tmp_path / "books.journal"))
    assert "postings.csv: " in told("csv", str(tmp_path / "tables"))
    assert told("iati", str(tmp_path), "--imported") == ""


def test_the_command_says_what_is_wrong(world: World, tmp_path: Path, settings: Any):
    settings.IATI_ORG = ""
    with pytest.raises(CommandError, match="opendata-iati-not-set-up"):
        told("iati", str(tmp_path / "x.xml"))
    with pytest.raises(CommandError, match="opendata-target-refused"):
        told("ledger", str(tmp_path / "nowhere" / "x"))
    with pytest.raises(CommandError, match="opendata-area-unknown"):
        told("ledger", str(tmp_path / "x"), "--area", "test:nowhere")
    assert list(tmp_path.iterdir()) == []


def test_every_sheet_says_what_its_columns_are():
    for sheet in SHEETS:
        assert all(column.description.endswith(".") for column in sheet.columns)
        assert len({column.name for column in sheet.columns}) == len(sheet.columns)
    assert POSTINGS in SHEETS


def test_a_page_for_people_names_every_file_that_can_be_fetched(world: World, client: Client) -> None:
    from answerable.opendata.views import TYPES, WORDS

    assert set(WORDS) == set(TYPES)
    for lang in ("en", "ar", "zh-hans"):
        page = client.get(f"/{lang}/open-data/").content.decode()
        for name in TYPES:
            assert f'href="/opendata/{name}"' in page
    assert 'href="/en/open-data/"' in client.get("/en/").content.decode()
