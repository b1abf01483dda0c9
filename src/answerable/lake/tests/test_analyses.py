"""The three analyses: the product's own figures on DuckDB, and the same to the last digit on Spark."""

import shutil
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db.models import Q

from answerable.access.rules import SYSTEM
from answerable.assets.selectors import still_working, total
from answerable.kernel import clock
from answerable.listening.figures import Period, area_figures
from answerable.money.answers import Scope, rest_by_level, resting
from answerable.money.models import Book
from answerable.places.models import Area, AreaLevel
from answerable.promises.selectors import counts_in

#: Ibis asks DuckDB by a name of before.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
NAMES = ("answered_in_time", "money_resting", "kept_by_round")


def test_answers_are_as_the_desk_counts_them(lake: Path, analyses) -> None:
    with analyses["engines"].opened(lake, "duckdb") as opened:
        rows = opened.rows(analyses["answered_in_time"].answered_in_time(opened))
    assert len(rows) > 10
    assert len({row["county"] for row in rows}) == 2
    for row in rows:
        year, month = divmod(row["month"], 100)
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        own = area_figures(SYSTEM, Area.objects.get(pk=row["county"]), Period(first, last)).total
        days = own.answer_days
        assert row == {
            "county": row["county"],
            "month": row["month"],
            "received": own.received,
            "in_time": own.answered.in_time,
            "late": own.answered.late,
            "answered": days.n,
            "median_days": days.median,
            "p90_days": days.p90,
        }
    everything = area_figures(SYSTEM, None, Period(date(2020, 1, 1), clock.today())).total
    assert sum(row["received"] for row in rows) == everything.received > 40


def test_money_rests_as_the_desk_says(lake: Path, analyses) -> None:
    with analyses["engines"].opened(lake, "duckdb") as opened:
        rows = opened.rows(analyses["money_resting"].money_resting(opened))
    level_of = dict(Book.objects.values_list("pk", "area__level_id"))
    keys = dict(AreaLevel.objects.values_list("pk", "key"))
    told = {(keys[level], currency): rest for (level, currency), rest in
            rest_by_level(resting(Scope(), clock.today()), level_of).items() if rest.left_units}  # fmt: skip
    assert {(row["level"], row["currency"]) for row in rows} == set(told)
    for key, rest in told.items():
        own = [row for row in rows if (row["level"], row["currency"]) == key]
        assert sum(row["units"] for row in own) == rest.left_units > 0
        assert sum(row["unit_days"] for row in own) == rest.left_unit_days
        assert min(row["oldest_on"] for row in own) == rest.oldest_on
    assert {row["stage"] for row in rows} == {"receipt", "allocation"}


def test_promises_and_things_are_as_the_desk_counts_them(scene, lake: Path, analyses) -> None:
    with analyses["engines"].opened(lake, "duckdb") as opened:
        rows = opened.rows(analyses["kept_by_round"].kept_by_round(opened))
    assert {(row["round"], row["what"]) for row in rows} == {("before", "things"), ("now", "promises")}
    by_what = {row["what"]: row for row in rows}
    root = scene.areas["Riverland"]
    states = counts_in(root, clock.today())
    made = by_what["promises"]
    assert (made["open"], made["late"], made["kept"], made["taken_up"], made["declined"]) == (
        states["open"], states["late"], states["kept"], states["taken-up"], states["declined"],
    )  # fmt: skip
    found = total(still_working(Q(), "area").values())
    things = by_what["things"]
    assert (things["working"], things["partly"], things["not_working"], things["unchecked"]) == (
        found.working, found.partly, found.broken, found.unchecked,
    )  # fmt: skip
    assert (made["late"], things["working"], things["not_working"]) == (1, 1, 1)


@pytest.mark.spark
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (scripts/lake --spark)")
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 (openjdk-17-jre-headless)")
@pytest.mark.filterwarnings("ignore")
def test_spark_says_the_same_to_the_last_digit(lake: Path, analyses) -> None:
    said: dict[str, dict[str, str]] = {}
    for engine in ("duckdb", "spark"):
        with analyses["engines"].opened(lake, engine) as opened:
            rows = {name: opened.rows(getattr(analyses[name], name)(opened)) for name in NAMES}
        assert all(rows.values())
        said[engine] = {name: analyses["engines"].digest(found) for name, found in rows.items()}
    assert said["duckdb"] == said["spark"]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_is_no_lake_is_told_in_one_sentence(
    name: str, tmp_path: Path, analyses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for broken in (None, "{", "[]", "{}"):
        if broken is not None:
            (tmp_path / "lake.json").write_text(broken)
        monkeypatch.setattr("sys.argv", [name, str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            analyses["engines"].run(getattr(analyses[name], name), "")
        assert str(ended.value).startswith(f"{tmp_path} is no lake: name a folder")
    (tmp_path / "lake.json").write_text(
        '{"whole": true, "as_of": "2026-03-02", "county": {"depth": 3}, "tables": {}}'
    )
    with pytest.raises(SystemExit, match="is not in it"):
        analyses["engines"].run(getattr(analyses[name], name), "")
