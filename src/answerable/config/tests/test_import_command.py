"""`answerable import`, as an operator meets it."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC
from answerable.places.boundaries import import_boundaries
from answerable.places.models import Area, Boundary
from answerable.register.models import Event

pytestmark = pytest.mark.django_db
MAPPING = """
form = "long"
scheme = "t"
columns = { id = "id", parent = "parent", level = "level", name = "name" }
level = [{ key = "region", value = "1" }, { key = "town", value = "2" }]
"""
GOOD = "id,parent,level,name\nR,,1,Region\nT,R,2,Town\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.toml").write_text(MAPPING)
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "dirty.csv").write_text(GOOD + "".join(f"X{n},nowhere,2,X\n" for n in range(30)) + ",,1,x\n")
    return tmp_path


def run(folder: Path, what: str, *words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import", what, *[str(folder / w) if "." in w else w for w in words], stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_good_files_come_in_and_the_second_time_nothing_changes(folder: Path) -> None:
    code, said = run(folder, "areas", "good.csv", "--mapping", "m.toml")
    assert (code, "2 added, 0 updated, 0 unchanged" in said) == (0, True)
    code, said = run(folder, "areas", "good.csv", "--mapping", "m.toml")
    assert (code, "0 added, 0 updated, 2 unchanged" in said) == (0, True)


def test_faults_keep_all_out_and_are_counted_by_kind(folder: Path) -> None:
    code, said = run(folder, "areas", "dirty.csv", "--mapping", "m.toml", "--faults", "f.csv")
    assert code == 1
    assert "31 faults" in said
    assert "30  parent-missing" in said
    assert "dirty.csv:34: The row has no id. [code-missing]" in said
    assert "and 20 more" in said
    assert "Nothing was taken in" in said
    assert not Area.objects.exists()
    with (folder / "f.csv").open(newline="") as file:
        assert len(list(csv.reader(file))) == 32
    code, said = run(folder, "areas", "dirty.csv", "--mapping", "m.toml", "--keep", "good", "--show", "0")
    assert (code, Area.objects.count()) == (0, 2)
    assert "dirty.csv:34" not in said


def test_a_rehearsal_says_what_would_be(folder: Path) -> None:
    code, said = run(folder, "areas", "good.csv", "--mapping", "m.toml", "--dry-run")
    assert (code, "would be 2 added" in said, Area.objects.count()) == (0, True, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.csv", "--mapping", "m.toml"], "table-missing"),
        (["good.csv", "--mapping", "none.toml"], "mapping-refused"),
        (["good.csv", "--mapping", "m.toml", "--as", "ghost"], "import-staff-unknown"),
        (["good.csv", "--mapping", "m.toml", "--faults", "no/such/folder.csv"], "table-missing"),
        (["good.csv"], "--mapping"),
    ],
)
def test_wrong_words_get_a_sentence(folder: Path, words: list[str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(folder, "areas", *words)
    assert said in str(refused.value)
    assert not Area.objects.exists()


def feature(code: Any, *ring: list[float]) -> dict[str, Any]:
    return {"properties": {"p": code}, "geometry": {"type": "Polygon", "coordinates": [list(ring)]}}


def test_outlines_are_matched_by_code(folder: Path) -> None:
    run(folder, "areas", "good.csv", "--mapping", "m.toml")
    closed = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 1.0]]
    good = [feature("T", *closed)]
    bad = [
        feature("R", *closed[:3]),
        feature("Z", *closed),
        feature(None, *closed),
        feature("T", *closed),
        None,
    ]
    for name, features in (("good.geojson", good), ("bad.geojson", good + bad)):
        (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    words = ["--scheme", "t", "--code-property", "p"]
    code, said = run(folder, "boundaries", "bad.geojson", *words)
    assert (code, Boundary.objects.count()) == (1, 0)
    assert "5 faults" in said
    code, said = run(folder, "boundaries", "good.geojson", *words)
    assert (code, "1 added" in said, Boundary.objects.count()) == (0, True, 1)
    events = Event.objects.count()
    code, said = run(folder, "boundaries", "good.geojson", *words)
    assert (code, "1 unchanged" in said, Event.objects.count()) == (0, True, events)
    with pytest.raises(Denied):
        import_boundaries(actor=PUBLIC, files=[folder / "good.geojson"], scheme="t", code_property="p")


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "FeatureCollection", "features": [{}], "crs": {"properties": {"name": "EPSG:3857"}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_geojson_is_refused(folder: Path, content: str) -> None:
    (folder / "x.geojson").write_text(content)
    with pytest.raises(CommandError, match="places-boundary-refused"):
        run(folder, "boundaries", "x.geojson", "--scheme", "t", "--code-property", "p")
