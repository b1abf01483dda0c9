"""Projects from files: what is taken, what is refused with its line, and sums that DuckDB computes a second way."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db.models import Count, Sum

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM
from answerable.kernel import clock
from answerable.kernel.mapping import MappingRefused
from answerable.programme.models import Organisation
from answerable.projects import selectors
from answerable.projects.imports import import_projects
from answerable.projects.models import Project, ProjectArea, ProjectBudget, ProjectSector
from answerable.projects.problems import PlaceUnknown
from answerable.register.models import Event
from tests.support.world import World

MAPPINGS = Path(__file__).resolve().parents[4] / "docs" / "mappings"
AKVO = MAPPINGS / "projects-akvo-rsr.toml"
TODAY = date(2026, 3, 2)

#: The same sums by another program, from the raw file, without the five rows that can't be used.
SECOND_WAY = """
SELECT currency, count(*),
       sum(cast(replace(value, ',', '') AS DECIMAL(18, 2)) * 100)::BIGINT,
       sum(cast(replace(funded, ',', '') AS DECIMAL(18, 2)) * 100)::BIGINT
FROM read_csv(?, all_varchar = true) WHERE id NOT IN ('46', '433', '1183', '2140', '2230')
GROUP BY currency ORDER BY currency
"""

COLUMNS = ("number", "title", "title_ar", "place", "status", "sector", "cost", "money", "made", "end")
GOOD = {
    "number": "7",
    "title": "A new pump",
    "title_ar": "مضخة جديدة",
    "place": "ford",
    "status": "running",
    "sector": "14030",
    "cost": "1.234,50",
    "money": "EUR",
    "made": "02/01/2026",
    "end": "30/06/2026",
}
MAPPING = """
scheme = "small"
key = "number"
[name]
en = "title"
ar = "title_ar"
[recorded]
column = "made"
format = "%d/%m/%Y"
[planned_end]
column = "end"
format = "%d/%m/%Y"
[area]
scheme = "test"
column = "place"
[phase]
column = "status"
values.running = "implementation"
values.over = "completed"
[sector]
vocabulary = "dac-5"
column = "sector"
[budget]
column = "cost"
currency = "money"
decimal = ","
group = "."
"""


def files(folder: Path, *rows: dict[str, str], mapping: str = MAPPING) -> dict[str, Any]:
    """A file of such rows and its mapping, as the importer takes them."""
    path, described = folder / "small.csv", folder / "small.toml"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(GOOD | row for row in rows)
    described.write_text(mapping, "utf-8")
    return {"files": [path], "mapping": described}


@pytest.mark.usefixtures("on_monday")
def test_a_row_becomes_a_project_with_its_own_days(world: World, tmp_path: Path) -> None:
    report = import_projects(
        actor=SYSTEM, **files(tmp_path, {}, {"number": "8", "status": "over", "place": "mill"})
    )
    assert (report.added, report.faults, report.kept) == (2, [], True)
    pump = selectors.project_by_key("small-7")
    assert (pump.names["ar"], pump.phase, pump.recorded_on) == (
        "مضخة جديدة",
        "implementation",
        date(2026, 1, 2),
    )
    assert pump.planned_end_on == date(2026, 6, 30)
    assert list(ProjectSector.objects.filter(project=pump).values_list("code", "share")) == [
        ("14030", 10_000)
    ]
    assert ProjectBudget.objects.get(project=pump).budget_units == 123_450
    assert ProjectArea.objects.get(project=pump).area == world.areas["Ford"]
    # 59 days without a word: nobody said one here.
    assert selectors.silent_today(pump)
    over = selectors.project_by_key("small-8")
    assert (over.phase, over.claimed_on, selectors.standing_of(over)) == ("completed", TODAY, "waiting")
    assert Event.objects.filter(kind="projects.imported").count() == 1


@pytest.mark.usefixtures("on_monday")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"cost": "-5"}, "amount-negative"),
        ({"cost": "12,345"}, "amount-too-fine"),
        ({"cost": "1.23"}, "amount-unreadable"),
        ({"cost": "many"}, "amount-unreadable"),
        ({"money": "EURO"}, "currency-unknown"),
        ({"title": "", "title_ar": ""}, "text-missing"),
        ({"title": "Call 0912 345 678"}, "text-points-at-somebody"),
        ({"status": "?"}, "phase-unknown"),
        ({"status": ""}, "phase-missing"),
        ({"place": "nowhere"}, "area-unknown"),
        ({"place": ""}, "area-missing"),
        ({"sector": "99999"}, "sector-unknown"),
        ({"made": "2026-01-02"}, "recorded-unreadable"),
        ({"made": "01/01/2030"}, "recorded-out-of-range"),
        ({"number": ""}, "key-missing"),
        ({"number": "7"}, "key-twice"),
    ],
)
def test_a_bad_row_is_named_with_its_line(
    world: World, tmp_path: Path, row: dict[str, str], code: str
) -> None:
    sent = files(tmp_path, {}, {"number": "8"} | row)
    report = import_projects(actor=SYSTEM, **sent)
    assert [(fault.line, fault.code) for fault in report.faults] == [(3, code)]
    assert (report.kept, Project.objects.count(), Event.objects.count()) == (False, 0, 0)
    report = import_projects(actor=SYSTEM, keep="good", **sent)
    assert (report.kept, [p.key for p in Project.objects.all()]) == (True, ["small-7"])


@pytest.mark.usefixtures("on_monday")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"title": "", "title_ar": ""}, "The project's name is missing."),
        ({"title": "Call 0912 345 678"}, "The project's name holds “0912 345 678”, which looks like"),
        ({"title": "a" * 201}, "The project's name is too long: 201 characters, at most"),
    ],
)
def test_a_bad_name_is_said_in_words_of_the_row(
    world: World, tmp_path: Path, row: dict[str, str], said: str
) -> None:
    report = import_projects(actor=SYSTEM, **files(tmp_path, row))
    assert [(fault.line, fault.sentence[: len(said)]) for fault in report.faults] == [(2, said)]


@pytest.mark.usefixtures("on_monday")
def test_the_file_twice_changes_nothing_and_a_rehearsal_writes_nothing(world: World, tmp_path: Path) -> None:
    sent = files(tmp_path, {}, {"number": "8"})
    assert import_projects(actor=SYSTEM, dry_run=True, **sent).added == 2
    assert Project.objects.count() == 0
    import_projects(actor=SYSTEM, **sent)
    before = (Project.objects.count(), ProjectBudget.objects.count(), Event.objects.count())
    report = import_projects(actor=SYSTEM, **sent)
    assert (report.added, report.unchanged) == (0, 2)
    assert (Project.objects.count(), ProjectBudget.objects.count(), Event.objects.count()) == before


def test_who_may_not_import_imports_nothing(world: World, tmp_path: Path) -> None:
    sent = files(tmp_path, {})
    for actor in (PUBLIC, world.actor("ama"), world.actor("daudi")):
        with pytest.raises(Denied):
            import_projects(actor=actor, **sent)


@pytest.mark.parametrize(
    "wrong",
    [
        MAPPING.replace('key = "number"', ""),
        MAPPING.replace('en = "title"', "").replace('ar = "title_ar"', "").replace("[name]", ""),
        MAPPING.replace('"implementation"', '"building"'),
        MAPPING.replace("[phase]", "[fase]"),
        MAPPING.replace('decimal = ","', 'decimal = "."'),
        MAPPING.replace('column = "place"', ""),
        MAPPING.replace('vocabulary = "dac-5"', 'vocabulary = "dac-4"'),
        MAPPING + '[contact]\ncolumn = "number"\n',
    ],
)
def test_a_mapping_that_can_not_be_meant_is_refused(tmp_path: Path, wrong: str, db: None) -> None:
    with pytest.raises(MappingRefused):
        import_projects(actor=SYSTEM, **files(tmp_path, {}, mapping=wrong))


def test_a_place_that_is_not_there_is_said(world: World, tmp_path: Path) -> None:
    sent = files(tmp_path, {}, mapping=MAPPING.replace('column = "place"', 'is = "far"'))
    with pytest.raises(PlaceUnknown):
        import_projects(actor=SYSTEM, **sent)


# --- the real file -----------------------------------------------------------------------------


def test_two_thousand_real_projects_add_up_as_duckdb_does(shared: Path, db: None) -> None:
    path = shared / "data" / "iati" / "akvo-rsr-projects.csv"
    with clock.held_at(TODAY):
        report = import_projects(actor=SYSTEM, files=[path], mapping=AKVO, keep="good")
    assert (report.rows, report.added) == (2_010, 2_005)
    raw = {number: line for line, number in enumerate(_numbers(path), 2)}
    assert {(fault.line, fault.code) for fault in report.faults} == {
        (raw["46"], "text-unreadable"),
        (raw["433"], "text-points-at-somebody"),
        (raw["1183"], "amount-negative"),
        (raw["2140"], "text-missing"),
        (raw["2230"], "text-unreadable"),
    }
    ours = ProjectBudget.objects.values_list("currency").annotate(
        Count("pk"), Sum("budget_units"), Sum("funded_units")
    )
    with duckdb.connect() as second:
        theirs = second.execute(SECOND_WAY, [str(path)]).fetchall()
    assert list(ours.order_by("currency")) == theirs
    assert sum(row[1] for row in theirs) == 2_005
    with clock.held_at(TODAY):
        again = import_projects(actor=SYSTEM, files=[path], mapping=AKVO, keep="good")
        assert (again.added, again.unchanged, Project.objects.count()) == (0, 2_005, 2_005)
        gap = selectors.gap()
        # What a publisher calls completed, no resident confirmed.
        assert (gap.claimed, gap.confirmed) == (Project.objects.filter(phase="completed").count(), 0)
    assert Organisation.objects.count() == len({row.implementer_id for row in Project.objects.all()})


def _numbers(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]
