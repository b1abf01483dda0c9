"""Files of real publishers come out as they went in; files that are none, or mean harm, are refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from answerable.kernel.problem import Problem
from answerable.kernel.tables import TableBrokenGzip, TableMissing, TableTooLarge
from answerable.opendata.iati.elements import Activity, Narrative, Part, Text, Value
from answerable.opendata.iati.reading import LONGEST_TEXT
from answerable.opendata.iati.shapes import shape_of
from answerable.opendata.iati.writing import activity_xml, element_of, write_activities
from answerable.opendata.problems import (
    IatiBroken,
    IatiEmpty,
    IatiHasEntities,
    IatiIsFolder,
    IatiNotActivities,
    IatiVersionUnknown,
)

from .examples import FILES, SOUND, TODAY, read, schema, sums


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_and_written_again(shared: Path, tmp_path: Path, name: str):
    source, copy = shared / "data" / "iati" / f"{name}.xml", tmp_path / "copy.xml"
    activities, reading = read(source)
    assert not reading.faults
    original = etree.parse(source).getroot()
    assert len(activities) == len(original.findall("iati-activity"))

    copy.write_bytes(b"".join(write_activities(activities, generated=TODAY)))

    written = etree.parse(copy).getroot()
    schema().assertValid(written)
    assert sums(written) == sums(original)
    again, second = read(copy)
    assert again == activities
    assert not second.left
    assert not written.findall(".//contact-info")
    # All that was left behind is contacts, and elements of a namespace that is not IATI's.
    assert all(path == "contact-info" or "usg:" in path for path in reading.left)


def _parts(kind: type[Part]) -> st.SearchStrategy[Part]:
    """Any part, of texts that XML can carry."""
    words = st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=9
    )
    plain = {
        "str": words.map(lambda text: text.strip() or "x"),
        "date": st.dates(),
        "Decimal": st.decimals(
            allow_nan=False, allow_infinity=False, places=4, min_value=-9e9, max_value=9e9
        ),
        "bool": st.booleans(),
    }
    values = {}
    for slot in shape_of(kind).slots:
        if slot.holds == "value":
            values[slot.field] = plain[slot.kind.__name__]
        elif slot.holds == "one":
            values[slot.field] = st.deferred(lambda slot=slot: _parts(slot.kind))  # type: ignore[misc]
        else:
            values[slot.field] = st.lists(
                st.deferred(lambda slot=slot: _parts(slot.kind)),  # type: ignore[misc]
                min_size=slot.kind is Narrative,
                max_size=1 + (slot.kind is Narrative),
            ).map(tuple)
    return st.builds(kind, **values)


@given(_parts(Value) | _parts(Text))
def test_a_part_is_read_as_it_was_written(part: Part):
    from answerable.opendata.iati.reading import Reading, _Builder

    element = etree.fromstring(etree.tostring(element_of(part, "part")))
    reading = Reading("x")
    assert _Builder(reading).build(shape_of(type(part)), element, "", "") == part
    assert not reading.faults


def test_elements_stand_in_the_order_of_the_schema():
    root = etree.fromstring(b"".join(write_activities([SOUND], generated=TODAY)))
    schema().assertValid(root)
    assert root.get("version") == "2.03"


def test_an_older_version_is_read(tmp_path: Path):
    file = tmp_path / "old.xml"
    file.write_bytes(b'<iati-activities version="2.02">' + activity_xml(SOUND) + b"</iati-activities>")
    assert read(file)[0] == [SOUND]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + ']><iati-activities version="2.03"><iati-activity><iati-identifier>&j;</iati-identifier></iati-activity>'
    "</iati-activities>"
)
HEAD = '<iati-activities version="2.03">'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", IatiEmpty),
        (" \n", IatiEmpty),
        ("title,amount\nA well,100\n", IatiBroken),
        ('{"activities": []}', IatiBroken),
        (HEAD + "<iati-activity>", IatiBroken),
        (HEAD + "<iati-activity></title></iati-activities>", IatiBroken),
        (HEAD + "\0", IatiBroken),
        ("<html><body/></html>", IatiNotActivities),
        ('<iati-organisations version="2.03"/>', IatiNotActivities),
        ('<iati-activities version="1.05"/>', IatiVersionUnknown),
        ("<iati-activities/>", IatiVersionUnknown),
        (BOMB, IatiHasEntities),
        (BOMB.replace('version="2.03"', 'version="&j;"'), IatiBroken),
        (
            f'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>{HEAD}<title>&f;</title></iati-activities>',
            IatiHasEntities,
        ),
        (f"{HEAD}{'<x>' * 5000}", IatiBroken),
        (
            f"{HEAD}<iati-activity><title>{'a' * 10_100_000}</title></iati-activity></iati-activities>",
            IatiBroken,
        ),
    ],
)
def test_what_is_no_careful_iati_is_refused(tmp_path: Path, content: str, problem: type[Problem]):
    file = tmp_path / "bad.xml"
    file.write_text(content)
    with pytest.raises(problem) as refused:
        read(file)
    assert str(file) in refused.value.english
    assert len(refused.value.english) < len(str(file)) + 400


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(TableMissing):
        read(tmp_path / "none.xml")
    with pytest.raises(IatiIsFolder):
        read(tmp_path)


def test_a_packed_file_is_read_and_a_damaged_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plain, packed = tmp_path / "a.xml", tmp_path / "a.xml.gz"
    plain.write_bytes(b"".join(write_activities([SOUND], generated=TODAY)))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(packed)[0] == read(plain)[0]

    whole = packed.read_bytes()
    for damaged in (whole[:-12], whole[: len(whole) // 2], whole[:2], whole[:20] + b"?" * 40 + whole[60:]):
        packed.write_bytes(damaged)
        with pytest.raises(TableBrokenGzip):
            read(packed)
    packed.write_bytes(gzip.compress(b""))
    with pytest.raises(IatiEmpty):
        read(packed)
    packed.write_bytes(whole)
    monkeypatch.setattr("answerable.opendata.iati.reading.LARGEST_FILE", len(whole) + 10)
    with pytest.raises(TableTooLarge):
        read(packed)


@pytest.mark.parametrize(
    ("inside", "code", "line"),
    [
        ("<iati-identifier>a</iati-identifier>\n<activity-date iso-date='2026-02-30' type='1'/>", "day-unreadable", 3),
        ("<iati-identifier>a</iati-identifier>\n<activity-date iso-date='22.11.2026'/>", "day-unreadable", 3),
        ("<iati-identifier>a</iati-identifier>\n<activity-date iso-date='' type='1'/>", "day-missing", 3),
        ("\n\n<transaction><value value-date='2026-01-01'>1,234.5</value></transaction>", "number-unreadable", 4),
        ("<transaction><value value-date='2026-01-01'>1e9</value></transaction>", "number-unreadable", 2),
        ("<transaction><value value-date='2026-01-01'>NaN</value></transaction>", "number-unreadable", 2),
        ("<transaction><value value-date='2026-01-01'>١٢</value></transaction>", "number-unreadable", 2),
        ("<transaction><value value-date='2026-01-01'></value></transaction>", "number-missing", 2),
        (f"<transaction><value value-date='2026-01-01'>{'9' * 30}</value></transaction>", "number-unreadable", 2),
        ("<conditions attached='perhaps'/>", "yes or no-unreadable", 2),
        ("<title><narrative>a</narrative></title>\n<title/>", "element-twice", 3),
        (f"<title><narrative>{'a' * (LONGEST_TEXT + 1)}</narrative></title>", "text-too-long", 2),
        ("<title/>", "identifier-missing", 1),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_activity_is_said_with_its_line(
    tmp_path: Path, inside: str, code: str, line: int
):
    file = tmp_path / "faulty.xml"
    good = activity_xml(SOUND).decode()
    file.write_text(f"{HEAD}<iati-activity>\n{inside}</iati-activity>{good}</iati-activities>")

    activities, reading = read(file)

    assert [(fault.code, fault.line) for fault in reading.faults] == [(code, line)]
    assert activities == [SOUND]  # the sound one beside it is handed out


def test_an_activity_that_stands_there_twice(tmp_path: Path):
    file = tmp_path / "twice.xml"
    good = activity_xml(SOUND).decode()
    file.write_text(f"{HEAD}\n{good}{good}</iati-activities>")
    activities, reading = read(file)
    assert activities == [SOUND]
    assert [fault.code for fault in reading.faults] == ["activity-twice"]
    assert "line 2" in reading.faults[0].sentence


def test_a_large_file_is_read_activity_by_activity(tmp_path: Path):
    """20 MB in 2,000 activities: what is kept of the tree is one of them."""
    import tracemalloc

    from answerable.opendata.iati.reading import Reading, read_activities

    file = tmp_path / "large.xml"
    padding = "word " * 2000
    with file.open("w") as out:
        out.write(HEAD)
        for n in range(2000):
            out.write(
                f"<iati-activity><iati-identifier>x-{n}</iati-identifier><title><narrative>{padding}"
                "</narrative></title></iati-activity>"
            )
        out.write("</iati-activities>")
    reading = Reading(str(file))
    tracemalloc.start()
    count = sum(isinstance(activity, Activity) for activity in read_activities(file, reading))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2000
    assert peak < 5_000_000
