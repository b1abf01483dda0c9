"""Sheets: read exactly, refused with the cell named, all or none, and the same after a round trip."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.problem import Problem
from answerable.kernel.tables import ImportReport
from answerable.results import services
from answerable.results.exporting import framework_file, rows_of
from answerable.results.imports import import_results
from answerable.results.models import Actual, Framework, Indicator, Period, Scorecard, ScorecardPart, Target
from answerable.results.problems import SheetUnreadable
from answerable.results.samples import SAMPLES, sample_text
from answerable.results.sheets import read_sent, read_sheet
from answerable.results.xlsx import LARGEST, letters, read_xlsx, write_xlsx
from tests.support.world import World

from .factories import Frame, number, share

HEAD = (
    "row,key,parent,name,area,level,measure,direction,counts,adds_up,period,starts_on,ends_on,year,value,"
    "numerator,denominator,reason"
)
GOOD = f"""{HEAD}
framework,ford,,Better water,test:upper-ford,,,,,,,,,,,,,
goal,water,,Water for all,,outcome,,,,,,,,,,,,
indicator,taps,water,Taps,,,unit,up,things,yes,,,,,,,,
indicator,happy,water,Content,,,percentage,up,people,,,,,,,,,
period,2026,,,,,,,,,,2026-01-01,2026-12-31,,,,,
baseline,taps,,,,,,,,,,,,2025,4,,,
baseline,taps,,,test:ford,,,,,,,,,2025,3,,,
baseline,taps,,,test:well,,,,,,,,,2025,1,,,
baseline,happy,,,,,,,,,,,,,,,,never-measured
target,taps,,,,,,,,,2026,,,,10,,,
target,taps,,,test:ford,,,,,,2026,,,,6,,,
target,taps,,,test:well,,,,,,2026,,,,4,,,
target,happy,,,,,,,,,2026,,,,80,,,
actual,happy,,,,,,,,,2026,,,,,45,60,
actual,taps,,,test:ford,,,,,,2026,,,,5,,,
"""
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12)


def save(folder: Path, text: str | bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def changed(*pairs: tuple[str, str]) -> str:
    text = GOOD
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def taken(world: World, path: Path, who: str = "baraka", **more: Any) -> ImportReport:
    return import_results(actor=world.actor(who), files=[path], **more)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), min_size=1, max_size=5))
def test_a_workbook_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    data = write_xlsx("x", rows, frozenset())
    wanted = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    found = [(n, cells + [""] * (len(rows[n - 1]) - len(cells))) for n, cells in read_xlsx("x", data)]
    assert found == wanted


def test_numbers_of_a_workbook_are_exact_and_its_days_are_days() -> None:
    def cell(ref: str, value: str, kind: str = "n") -> str:
        return f'<c r="{ref}" t="{kind}"><v>{value}</v></c>'

    data = write_xlsx("x", [["12.5", "1000000.0001", "0.1", "text"]], frozenset({0, 1, 2}))
    assert list(read_xlsx("x", data)) == [(1, ["12.5", "1000000.0001", "0.1", "text"])]
    sheet = (
        cell("A1", "0.30000000000000004") + cell("C1", "1E-2") + cell("D1", "1", "b") + cell("E1", "7", "str")
    )
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        files = {name: book.read(name) for name in book.namelist()}
    body = files["xl/worksheets/sheet1.xml"].decode()
    start, end = body.index("<row"), body.index("</row>")
    files["xl/worksheets/sheet1.xml"] = (body[:start] + '<row r="1">' + sheet + body[end:]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, part in files.items():
            book.writestr(name, part)
    assert list(read_xlsx("x", out.getvalue())) == [(1, ["0.3", "", "0.01", "yes", "7"])]
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def with_sheet(before: str, after: str) -> bytes:
    """A small workbook whose sheet was written by somebody else."""
    data, out = write_xlsx("x", [["12.5"]], frozenset({0})), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for name in book.namelist():
            part = book.read(name).decode()
            if name.endswith("sheet1.xml"):
                assert before in part
                part = part.replace(before, after, 1)
            other.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("<worksheet", '<!DOCTYPE a [<!ENTITY e "boo">]><worksheet', ""),
        ("<sheetData>", "<sheetData>" + " " * (LARGEST + 1), "size"),
        ('<row r="1">', '<row r="1048576">', "size"),
        ('r="A1"', 'r="XFD1"', "size"),
        ("<v>12.5</v>", "<v>twelve</v>", ""),
        ("</sheetData>", "", ""),
    ],
)
def test_workbooks_that_are_made_to_hurt_are_refused(before: str, after: str, why: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        list(read_xlsx("x", with_sheet(before, after)))
    assert why in refused.value.values["why"]


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    assert list(read_xlsx("x", with_sheet("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))) == [
        (1, ["12.5"])
    ]


def test_no_text_becomes_a_formula_and_no_moment_stands_in_a_file() -> None:
    rows = [["=1+1", "+2", "@x", "1"]]
    data = write_xlsx("a/b", rows, frozenset({0, 3}))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert {one.date_time[:3] for one in book.infolist()} == {(1980, 1, 1)}
        assert b"202" not in book.read("docProps/core.xml")
    assert list(read_xlsx("x", data)) == [(1, rows[0])]
    assert write_xlsx("a/b", rows, frozenset({0, 3})) == data


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04broken", b""])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read_sent("a.xlsx", data)
    assert refused.value.code in {"results-sheet-unreadable", "table-empty"}
    with pytest.raises(Problem) as refused:
        read_sent("a.ods", b"x")
    assert refused.value.code == "results-sheet-kind"


@pytest.mark.parametrize(
    ("pairs", "cell", "code"),
    [
        ([("80,,,", "180,,,")], "O14 (value)", "results-share-over-whole"),
        ([("80,,,", "eighty,,,")], "O14 (value)", "results-number-unreadable"),
        ([("80,,,", '"80%",,,')], "O14 (value)", "results-number-unreadable"),
        ([("10,,,", '"1,000",,,')], "O11 (value)", "results-number-unreadable"),
        ([("45,60", "61,60")], "P15 (numerator)", "results-share-over-whole"),
        ([("45,60", "45,0")], "Q15 (denominator)", "results-denominator-zero"),
        ([(",45,60,", ",,,lazy")], "R15 (reason)", "choice-unknown"),
        ([("never-measured", "lazy")], "R10 (reason)", "choice-unknown"),
        ([("45,60", ",60")], "P15 (numerator)", "results-parts-missing"),
        ([(",45,60,", "75,,,")], "P15 (numerator)", "results-parts-missing"),
        ([("baseline,happy,,,,,,,,,,,,,,,,never-measured\n", "")], "O13 (value)", "results-baseline-missing"),
        ([("2026,,,,6,", "2026,,,,7,")], "O11 (value)", "totals-disagree"),
        ([("2025,3", "2025,2")], "O7 (value)", "totals-disagree"),
        ([("actual,taps", "target,taps")], "B16 (key)", "row-twice"),
        ([("unit,up", "unit,down")], "O11 (value)", "results-target-against"),
        ([("2026-12-31", "2025-12-31")], "M6 (ends_on)", "dates-in-disorder"),
        ([("2026-01-01", "soon")], "L6 (starts_on)", "day-unreadable"),
        ([("test:well", "test:mill")], "E9 (area)", "results-place-outside"),
        ([("test:well", "test:nowhere")], "E9 (area)", "area-unknown"),
        ([("target,happy", "target,sad")], "B14 (key)", "results-key-unknown"),
        ([("goal,water", "goat,water")], "A3 (row)", "row-unknown"),
        ([(",percentage,", ",,")], "G5 (measure)", "cell-empty"),
        ([("water,,Water for all,,", "water,,Water for all,x,")], "E3 (area)", "cell-not-here"),
        ([("outcome", "dream")], "F3 (level)", "choice-unknown"),
        (
            [("baseline,taps,,,,", "period,2027,,,,,,,,,,2026-06-01,2027-05-31,,,,,\nbaseline,taps,,,,")],
            "L7 (starts_on)",
            "results-period-overlaps",
        ),
    ],
)
@pytest.mark.usefixtures("on_monday")
def test_bad_cells_are_named_and_nothing_is_kept(
    world: World, tmp_path: Path, pairs: list[tuple[str, str]], cell: str, code: str
) -> None:
    report = taken(world, save(tmp_path, changed(*pairs)))
    assert (cell, code) in [(fault.sentence.partition(":")[0], fault.code) for fault in report.faults], (
        report.faults
    )
    assert not report.kept
    assert Framework.objects.count() == 0


@pytest.mark.usefixtures("on_monday")
def test_a_sheet_is_taken_in_and_the_same_again_changes_nothing(world: World, tmp_path: Path) -> None:
    path = save(tmp_path, GOOD)
    rehearsed = taken(world, path, dry_run=True)
    assert (rehearsed.added, rehearsed.kept, Framework.objects.count()) == (15, False, 0)
    report = taken(world, path)
    assert (report.faults, report.added, report.kept) == ([], 15, True)
    assert {row.state for row in Actual.objects.all()} == {"draft"}
    again = taken(world, path)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 15)
    more = taken(world, save(tmp_path, changed(("45,60", "46,60"))))
    assert (more.added, more.updated, more.unchanged) == (0, 1, 14)


@pytest.mark.usefixtures("on_monday")
def test_a_part_without_data_leaves_room_upwards_only(world: World, tmp_path: Path) -> None:
    parts = "actual,taps,,,,,,,,,2026,,,,{},,,\nactual,taps,,,test:well,,,,,,2026,,,,,,,no-access\n"
    assert taken(world, save(tmp_path, GOOD + parts.format(4)), dry_run=True).by_kind == {
        "totals-disagree": 1
    }
    assert taken(world, save(tmp_path, GOOD + parts.format(9)), dry_run=True).faults == []


@pytest.mark.usefixtures("on_monday")
def test_who_may_not_set_takes_nothing_in(world: World, tmp_path: Path) -> None:
    for who in ("amina", "daudi", "chidi", "public"):
        with pytest.raises(Problem) as refused:
            taken(world, save(tmp_path, GOOD), who)
        assert refused.value.code == "access-denied"
    assert Framework.objects.count() == 0


@pytest.mark.usefixtures("on_monday")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again(world: World, tmp_path: Path, form: str) -> None:
    frame = Frame(world)
    frame.make_goal("pumps", "output", frame.goal)
    taps = frame.indicator(unit_words={"en": "=taps", "ar": "صنابير"}, adds_up=True, decimals=2)
    happy = frame.indicator("happy", "percentage", counts="people")
    step = frame.indicator("road", "ordinal", steps=5)
    debt = frame.indicator("balance", "unit", decimals=4)
    frame.baseline(debt, number("-12.3456"))
    frame.baseline(taps, number("4.25"))
    frame.baseline(happy, share(40, 90))
    frame.baseline(step, number("2"))
    frame.target(taps, number("10"))
    frame.target(happy, number("66.6667"))
    frame.approved(taps, number("7.5"))
    frame.approved(happy, share(45, 60), margin=31_000, sample=60)
    frame.approved(happy, share(46, 60), correction="came-late")
    card, _ = services.set_scorecard(
        actor=frame.coordinator, framework=frame.framework, key="whole", names={"en": "Whole"},
        formula="points", passes=800_000,
    )  # fmt: skip
    services.set_part(
        actor=frame.coordinator, scorecard=card, indicator=taps, weight=3, floor=0, full=100_000, position=1
    )
    path = save(tmp_path, framework_file(frame.framework, form), f"out.{form}")
    rows = list(rows_of(frame.framework))
    report = taken(world, path)
    assert report.faults == []
    assert (report.added, report.updated, report.unchanged) == (0, 0, len(rows))
    other = Path(tmp_path / f"elsewhere.{form}")
    text = path.read_bytes()
    if form == "csv":
        other.write_bytes(text.replace(b"ford-2026", b"elsewhere").replace(b"came-late", b""))
        assert taken(world, other).faults == []
        copied = list(rows_of(Framework.objects.get(key="elsewhere")))
        kept = [row for row in rows if row["row"] != "actual"]
        assert [row for row in copied if row["row"] != "framework"] == kept[1:]


@pytest.mark.usefixtures("on_monday")
@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_sound(world: World, name: str) -> None:
    report = import_results(actor=world.actor("baraka"), files=[], sample=name, area="test:ford", year=2026)
    assert (report.faults, report.unchanged) == ([], 0)
    framework = Framework.objects.get()
    assert (framework.key, framework.area) == (f"{name}-2026", world.areas["Ford"])
    again = import_results(actor=world.actor("baraka"), files=[], sample=name, area="test:ford", year=2026)
    assert (again.added, again.updated) == (0, 0)
    if name == "ten-stars":
        assert Scorecard.objects.get().formula == "stars"
        assert ScorecardPart.objects.count() == 10
    else:
        assert Target.objects.filter(value_e4=0).count() == 6
        assert Indicator.objects.filter(ascending=False).count() == 3
    assert Period.objects.count() == 2


def test_every_row_of_a_sample_says_all_languages() -> None:
    for name in SAMPLES:
        rows = list(csv.DictReader(io.StringIO(sample_text(name, area="a", year=2026))))
        named = [row for row in rows if row["name"]]
        assert named
        assert [row["key"] for row in named if not (row["name:ar"] and row["name:zh-hans"])] == []


def test_a_sheet_without_its_first_columns_is_no_sheet(tmp_path: Path) -> None:
    for text in ("row,name\nx,y\n", "key,row,colour\na,b,c\n"):
        with pytest.raises(Problem):
            read_sheet(save(tmp_path, text))


@pytest.mark.usefixtures("on_monday")
def test_the_command_writes_what_its_ending_says_and_names_what_there_is(
    world: World, tmp_path: Path
) -> None:
    frame = Frame(world)
    call_command("export", "results", str(tmp_path / "s.csv"), framework=frame.framework.key)
    with pytest.raises(CommandError, match=r"\.csv or \.xlsx"):
        call_command("export", "results", str(tmp_path / "s.pdf"), framework=frame.framework.key)
    with pytest.raises(CommandError, match=f"no framework “nope”. There are: {frame.framework.key}"):
        call_command("export", "results", str(tmp_path / "t.csv"), framework="nope")
    assert [one.name for one in tmp_path.iterdir()] == ["s.csv"]


@pytest.mark.usefixtures("on_monday")
def test_margins_and_samples_that_cannot_be_are_refused(world: World, tmp_path: Path) -> None:
    for said, cell, code in (
        ("500,60", "S15 (margin)", "results-share-over-whole"),
        ("-1,60", "S15 (margin)", "results-number-negative"),
        ("3,0", "T15 (sample)", "results-sample-missing"),
        ("3,", "T15 (sample)", "results-sample-missing"),
        (",0", "T15 (sample)", "results-sample-missing"),
        ("3,59", "T15 (sample)", "results-sample-too-small"),
    ):
        lines = GOOD.splitlines()
        lines = [f"{lines[0]},margin,sample", *(f"{line},," for line in lines[1:])]
        lines[14] = f"{lines[14][:-2]},{said}"
        report = taken(world, save(tmp_path, "\n".join(lines)))
        found = [(fault.sentence.partition(":")[0], fault.code) for fault in report.faults]
        assert (found, report.kept) == ([(cell, code)], False), said
    lines[14] = lines[14].replace("59", "60")
    assert taken(world, save(tmp_path, "\n".join(lines))).faults == []
