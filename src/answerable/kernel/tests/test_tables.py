"""Reading other people's tables: every dirt they have is named with its line, or read rightly."""

import gzip
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.kernel.mapping import MappingRefused, read_mapping
from answerable.kernel.tables import (
    Fault,
    ImportReport,
    TableBrokenGzip,
    TableColumnMissing,
    TableEmpty,
    TableMissing,
    TableNotText,
    TableTooLarge,
    TableUndecodable,
    cell_reader,
    read_table,
)


def rows_of(path: Path) -> tuple[list[tuple[int, list[str]]], list[Fault], Counter[str]]:
    faults: list[Fault] = []
    skipped: Counter[str] = Counter()
    rows = [(row.line, row.cells) for row in read_table(path).rows(faults, skipped)]
    return rows, faults, skipped


def written(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


TEXT = "name,place\nصنعاء,1\nÉvora,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str, packed: bool) -> None:
    raw = TEXT.encode(encoding)
    rows, faults, _ = rows_of(written(tmp_path, gzip.compress(raw) if packed else raw))
    assert rows == [(2, ["صنعاء", "1"]), (3, ["Évora", "2"])]
    assert faults == []


def test_old_windows_files_are_read_and_mixtures_refused(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "name\nÉvora\nSão Tomé\n".encode("cp1252")))
    assert table.encoding == "cp1252"
    mixed = "name\nSão Tomé\n".encode() + "Évora\n".encode("cp1252")
    with pytest.raises(TableUndecodable) as refused:
        read_table(written(tmp_path, mixed))
    assert refused.value.values["line"] == 3
    with pytest.raises(TableUndecodable):
        read_table(written(tmp_path, b"name\n\x81\x8d\n"))
    with pytest.raises(TableUndecodable):
        read_table(written(tmp_path, b"name\n\xe9\n"), encoding="utf-8")
    with pytest.raises(TableUndecodable):
        read_table(written(tmp_path, b"name\n"), encoding="klingon")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", TableEmpty),
        (b" \n\n", TableEmpty),
        (b",,\n,,\n", TableEmpty),
        (gzip.compress(b"", mtime=0), TableEmpty),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-10], TableBrokenGzip),
        (b"PK\x03\x04 a spreadsheet", TableNotText),
        (bytes(range(256)) * 20, TableUndecodable),
        (b"\x00\x01\x02\x03\x04" * 2000, TableNotText),
    ],
)
def test_what_is_no_table_is_said_so(tmp_path: Path, content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        read_table(written(tmp_path, content))


def test_missing_misnamed_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(TableMissing):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(TableMissing):
        read_table(tmp_path)
    with pytest.raises(TableBrokenGzip):
        read_table(written(tmp_path, "a,b\n1,2\n", "plain.csv.gz"))
    with pytest.raises(TableTooLarge):
        read_table(written(tmp_path, gzip.compress(b"a\n" * 10_000), "bomb.gz"), limit=1000)
    with pytest.raises(TableTooLarge):
        read_table(written(tmp_path, "a\n" * 1000), limit=1000)


def test_lines_are_those_of_the_file_also_after_line_breaks_in_cells(tmp_path: Path) -> None:
    rows, faults, skipped = rows_of(
        written(tmp_path, 'a,b\r\n"one\r\ntwo",2\r\n\r\n,\r\n3,4\r\n5\r\n6,7,\r\n8,9,10\r\n')
    )
    assert rows == [(2, ["one\r\ntwo", "2"]), (6, ["3", "4"]), (8, ["6", "7"])]
    assert [(fault.line, fault.code) for fault in faults] == [(7, "ragged-row"), (9, "ragged-row")]
    assert skipped == {"blank rows": 2}


def test_a_huge_cell_a_control_character_and_an_open_quote_are_faults(tmp_path: Path) -> None:
    huge = "x" * 10_000_000
    path = written(
        tmp_path, f'a,b\n{huge},1\nnul\0,2\n\u202etxet,2\nx\u2066,2\nfine\u200f,3\n"open,4\nlost,5\n'
    )
    rows, faults, _ = rows_of(path)
    assert rows == [(6, ["fine\u200f", "3"])]
    assert [(fault.line, fault.code) for fault in faults] == [
        (2, "cell-too-long"),
        (3, "control-characters"),
        (4, "control-characters"),
        (5, "control-characters"),
        (7, "quote-open"),
    ]
    assert all(len(fault.sentence) < 200 for fault in faults)


def test_columns_by_name_place_and_synonym(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "Region ;CODE;code;Code\n a  b;1;<Null>;3\n"))
    assert table.delimiter == ";"
    row = next(iter(table.rows([], Counter())))
    assert cell_reader(table, "region")(row) == "a b"
    assert cell_reader(table, "code#3")(row) == "3"
    assert cell_reader(table, 3, nulls=frozenset({"<Null>"}))(row) == ""
    assert cell_reader(table, ["regioncode", "CODE#1"])(row) == "1"
    assert cell_reader(table, None)(row) == ""
    for wrong in ("code", "code#4", "nothing", 0, 5, ["x", "y"]):
        with pytest.raises(TableColumnMissing):
            table.find(wrong)


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=20)


@given(st.lists(st.tuples(cells, cells).filter(lambda row: any(cell.strip() for cell in row)), max_size=10))
def test_what_a_writer_wrote_is_read_again(rows: list[tuple[str, str]]) -> None:
    import csv
    import tempfile

    out = io.StringIO()
    csv.writer(out).writerows([("a", "b"), *rows])
    if "\ufffd" in out.getvalue():
        return
    with tempfile.TemporaryDirectory() as folder:
        read, faults, _ = rows_of(written(Path(folder), out.getvalue()))
    assert [tuple(row) for _, row in read] == rows
    assert faults == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"form = ", "no TOML"),
        (b"form = 1\nform = 2", "no TOML"),
        (b"\xff\xfe", "UTF-8"),
        (b"frm = 1", "did you mean 'form'"),
        (b"zzz = 1", "known are form"),
    ],
)
def test_mapping_files_are_refused_with_a_reason(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        read_mapping(written(tmp_path, content, "m.toml")).only({"form", "scheme"})
    assert said in refused.value.english
    with pytest.raises(MappingRefused):
        read_mapping(tmp_path / "nothing.toml")


def test_a_report_counts_faults_by_kind() -> None:
    report = ImportReport(
        faults=[Fault("f", line, kind, "") for line, kind in [(1, "a"), (2, "b"), (3, "b")]]
    )
    assert report.by_kind == {"b": 2, "a": 1}
