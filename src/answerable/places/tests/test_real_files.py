"""The real lists of areas, with the mappings that are shipped; the counts are computed a second way from the raw files.

The second way is DuckDB where it reads the file as we do, and a few lines of plain csv for Tanzania.
"""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from answerable.access.rules import SYSTEM
from answerable.kernel.tables import ImportReport
from answerable.places.area_names import made_code
from answerable.places.imports import import_areas
from answerable.places.models import Area, AreaCode
from answerable.places.selectors import area_by_code, villages_below
from answerable.register.models import Event
from tests.support.real_data import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(shared: Path) -> Path:
    return shared / "data" / "areas"


def take(mapping: str, *files: Path, keep: str = "good", dry_run: bool = False) -> ImportReport:
    path = ROOT / "docs" / "mappings" / f"areas-{mapping}.toml"
    return import_areas(actor=SYSTEM, files=files, mapping=path, keep=keep, dry_run=dry_run)


def count(sql: str, path: Path) -> tuple[int, ...]:
    raw = gzip.decompress(path.read_bytes()).decode()
    columns = dict.fromkeys(filter(None, next(csv.reader([raw.splitlines()[0]]))), "VARCHAR")
    # Karnataka's rows end in one comma more than its header, which the sniffer does not forgive.
    read = f"read_csv('{path}', header=true, auto_detect=false, columns={columns}, delim=',', quote='\"')"
    relation = duckdb.sql(sql.format(read))
    assert relation is not None
    row: tuple[int, ...] = relation.fetchall()[0]
    return row


def by_level() -> dict[str, int]:
    return dict(Counter(Area.objects.values_list("level__key", flat=True)))


def test_the_philippines(lists: Path) -> None:
    path = lists / "philippines-regions-to-barangays.csv.gz"
    refused = take("philippines", path, keep="none")
    assert not refused.kept
    assert not Area.objects.exists()

    report = take("philippines", path)
    rows, ids, regions, provinces, towns, villages = count(
        "SELECT count(*), count(DISTINCT id), count(DISTINCT id) FILTER (level = '1'), count(DISTINCT id) FILTER "
        "(level = '2'), count(DISTINCT id) FILTER (level = '3'), count(DISTINCT id) FILTER (level = '4') FROM {}",
        path,
    )
    assert (report.rows, report.added, report.updated) == (rows, ids, 0) == (43_772, 43_771, 0)
    assert by_level() == {
        "region": regions,
        "province": provinces,
        "municipality": towns,
        "barangay": villages,
    }
    assert villages == 42_036
    (shared_points,) = count(
        "SELECT sum(n) FROM (SELECT count(*) n FROM (SELECT DISTINCT id, level, lat, lon FROM {}) "
        "GROUP BY level, lat, lon HAVING n >= 500)",
        path,
    )
    assert report.by_kind == {"shared-point": shared_points, "repeated-row": 1}
    assert shared_points == 2_468 + 694
    (poblacion,) = count("SELECT count(DISTINCT id) FROM {} WHERE name = 'Poblacion'", path)
    assert Area.objects.filter(name="Poblacion").count() == poblacion
    ilocos = area_by_code("ph-psgc", "R01")
    assert ilocos is not None
    (below,) = count(
        "WITH a AS (SELECT DISTINCT id, level, parent_id FROM {}) SELECT count(*) FROM a v JOIN a m ON m.id = v.parent_id "
        "JOIN a p ON p.id = m.parent_id WHERE v.level = '4' AND p.parent_id = 'R01'",
        path,
    )
    assert villages_below(ilocos).count() == below

    events = Event.objects.count()
    again = take("philippines", path)
    assert (again.added, again.updated, again.unchanged) == (0, 0, ids)
    assert Event.objects.count() == events


def test_india_down_to_the_villages_of_karnataka(lists: Path) -> None:
    states = take("india-states", lists / "india-1-states.csv", keep="none")
    districts = take("india-districts", lists / "india-2-districts.csv", keep="none")
    subdistricts = take("india-subdistricts", lists / "india-3-subdistricts.csv.gz", keep="none")
    assert (states.added, districts.added, subdistricts.added) == (36, 763, 6_921)

    blocks_path = lists / "india-blocks.csv.gz"
    assert not take("india-blocks", blocks_path, keep="none").kept
    blocks = take("india-blocks", blocks_path)
    rows, codes = count('SELECT count(*), count(DISTINCT "Block Code") FROM {}', blocks_path)
    assert blocks.by_kind == {"parent-conflict": rows - codes} == {"parent-conflict": 10}
    assert blocks.added == codes == 7_223

    path = lists / "india-karnataka-villages.csv.gz"
    rows, villages, bodies = count(
        'SELECT count(*), count(DISTINCT "Village Code"), count(DISTINCT "Localbody Code") FROM {}', path
    )
    karnataka = take("india-karnataka", path, keep="none")
    assert karnataka.faults == []
    assert (karnataka.rows, villages, bodies) == (rows, 14_660, 2_712) == (14_859, 14_660, 2_712)
    assert karnataka.added == villages + bodies
    assert karnataka.updated == 0
    assert karnataka.skipped["rows that repeat a village"] == rows - villages
    state = area_by_code("in-lgd-state", "29")
    assert state is not None
    assert villages_below(state).count() == villages
    raichur = area_by_code("in-lgd-district", "546")
    assert raichur is not None
    (in_raichur,) = count(
        'SELECT count(DISTINCT "Village Code") FROM {} WHERE "District Code" = \'546\'', path
    )
    assert villages_below(raichur).count() == in_raichur
    assert take("india-karnataka", path).unchanged == karnataka.added + karnataka.unchanged


def test_iraq_in_both_forms_is_the_same(lists: Path) -> None:
    report = take("iraq-cod-ab", lists / "iraq-cod-ab.csv", keep="none")
    assert (report.added, report.faults) == (414, [])
    assert by_level() == {"country": 1, "governorate": 18, "district": 101, "subdistrict": 294}
    wide = take("iraq-hxl", lists / "iraq-adm3-hxl.csv", keep="none")
    assert (wide.rows, wide.added, wide.updated, wide.unchanged) == (294, 0, 0, 414)
    assert wide.skipped == {"rows of HXL tags": 1}
    anbar = area_by_code("p-code", "IQG01")
    assert anbar is not None
    assert anbar.names == {"en": "Al-Anbar", "ar": "الانبار"}
    check_whole_tree_of(anbar)


def check_whole_tree_of(area: Area) -> None:
    assert Area.objects.filter(l2=area.pk).count() == 1 + sum(
        1 + child.children.count() for child in area.children.all()
    )


def expected_of_tanzania(paths: list[Path]) -> tuple[Counter[str], dict[str, set[str]]]:
    """Tanzania's files with plain csv: what is at fault, and the codes of each level."""
    faults: Counter[str] = Counter()
    codes: dict[str, set[str]] = {
        "region": set(),
        "district": set(),
        "ward": set(),
        "street": set(),
        "hamlet": set(),
    }
    first_names: dict[str, str] = {}
    ends: set[str] = set()
    for path in paths:
        rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline=""))
        next(rows)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            _, region, _, district, ward_name, ward, street, hamlet = (" ".join(cell.split()) for cell in row)
            codes["region"].add(region)
            codes["district"].add(district)
            if first_names.setdefault(ward, ward_name.casefold()) != ward_name.casefold():
                faults["name-conflict"] += 1
                continue
            codes["ward"].add(ward)
            if not street and hamlet:
                faults["level-empty"] += 1
                continue
            end = made_code(ward, {"": street}) if street else ward
            if street:
                codes["street"].add(end)
            if hamlet:
                made = made_code(end, {"": hamlet})  # empty for a name without any letter
                codes["hamlet"] |= {made} - {""}
                end = made or end
            faults["repeated-row"] += end in ends
            ends.add(end)
    return faults, codes


def test_tanzanias_eighteen_files_with_one_mapping(lists: Path) -> None:
    paths = sorted((lists / "tanzania").glob("*.csv.gz"))
    assert len(paths) == 18
    faults, codes = expected_of_tanzania(paths)
    report = take("tanzania", *paths)
    assert report.rows == 46_348
    assert report.by_kind == dict(faults)
    assert faults == {"level-empty": 151, "repeated-row": 98, "name-conflict": 65}
    assert by_level() == {level: len(found) for level, found in codes.items()}
    assert report.added == 57_037
    for level, found in codes.items():
        assert set(AreaCode.objects.filter(scheme=f"tz-{level}").values_list("code", flat=True)) == found
    # Kigoma's first district has a line break in its name; the fault's line is the file's.
    district = area_by_code("tz-district", "471")
    assert district is not None
    assert district.name == "Kigoma CBD"
    mbeya = next(f for f in report.faults if f.file.endswith("mbeya.csv.gz") and f.code == "level-empty")
    line = gzip.decompress(Path(mbeya.file).read_bytes()).decode().splitlines()[mbeya.line - 1]
    assert ",," in line
    again = take("tanzania", *paths, dry_run=True)
    assert (again.added, again.updated, again.unchanged) == (0, 0, report.added)
