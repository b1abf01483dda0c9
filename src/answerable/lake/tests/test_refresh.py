"""A lake's refreshes: only what changed, nothing that may not be there, one run at a time, and mended after a break."""

import fcntl
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command

from answerable.access.rules import SYSTEM
from answerable.assets.models import Asset, Check
from answerable.kernel import clock
from answerable.lake import files, refreshing
from answerable.lake.declared import CASES, FACTS
from answerable.lake.problems import (
    ExtraMissing,
    FactUnknown,
    FolderRefused,
    LakeBusy,
    LakeOfAnother,
    MonthUnknown,
    NotALake,
)
from answerable.listening.figures import Period, area_figures
from answerable.listening.models import Case, CaseStep
from answerable.money.models import Posting
from answerable.places.models import Area, AreaCode
from answerable.programme.models import Subject
from answerable.projects.models import Project
from answerable.promises.models import Promise
from tests.support.write_guard import outside_the_gate


def written(found: refreshing.Refreshed) -> dict[str, int]:
    """How many files of each table were written or taken away."""
    return {
        name: table.written + table.removed
        for name, table in found.tables.items()
        if table.written + table.removed
    }


def ask(lake: Path, table: str, what: str = "count(*)", where: str = "true") -> list[tuple[Any, ...]]:
    """A question to the files, by a library that knows nothing of ours."""
    with duckdb.connect() as second:
        return second.execute(
            f"SELECT {what} FROM read_parquet('{lake}/{table}/**/*.parquet', "  # noqa: S608 - our own words
            f"hive_partitioning = {'false' if table in WHOLE else 'true'}) WHERE {where}"
        ).fetchall()


WHOLE = {fact.name for fact in FACTS if not fact.on}


def test_everything_is_there_once_and_a_second_run_writes_nothing(lake: Path) -> None:
    told = json.loads((lake / "lake.json").read_text())
    assert (told["whole"], told["as_of"], told["county"]) == (True, clock.today().isoformat(), {"depth": 2})
    rows = {name: ask(lake, name)[0][0] for name in told["rows"]}
    assert rows == told["rows"]
    assert rows["cases"] == Case.objects.filter(sensitive=False).count() > 40
    assert rows["events"] == CaseStep.objects.filter(case__sensitive=False).count() == 6
    assert (rows["projects"], rows["assets"]) == (Project.objects.count(), Asset.objects.count())
    assert (rows["checks"], rows["promises"]) == (Check.objects.count(), Promise.objects.count())
    assert (rows["postings"], rows["areas"]) == (Posting.objects.count(), Area.objects.count())
    assert rows["subjects"] == Subject.objects.count()
    total = area_figures(SYSTEM, None, Period(clock.today().replace(year=2020), clock.today())).total
    (found,) = ask(
        lake,
        "cases",
        "count(*), count(answered_on), sum(answer_days), sum(bounces), quantile_disc(answer_days, 0.9)",
        "state NOT IN ('duplicate', 'withdrawn')",
    )
    assert found[:2] == (total.received, total.answer_days.n)
    assert found[3:] == (total.bounces, total.answer_days.p90)
    before = {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")}
    assert written(refreshing.refresh(lake)) == {}
    assert {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")} == before


def test_every_column_says_what_the_row_says(lake: Path) -> None:
    case = Case.objects.filter(sensitive=False, answered_on__isnull=False).order_by("-pk")[0]
    names = [column.name for column in CASES.columns]
    (row,) = ask(lake, "cases", ", ".join(names), f"case_id = {case.pk}")
    told = dict(zip(names, row, strict=True))
    assert (told["area"], told["subject"], told["kind"]) == (case.area_id, case.subject_id, case.kind)
    assert (told["received_on"], told["answered_on"]) == (case.received_on, case.answered_on)
    assert (told["answer_days"], told["urgent"], told["stars"]) == (case.answer_took, False, None)
    assert told["closed_reason"] is None
    posting = Posting.objects.select_related("entry", "account").order_by("pk")[0]
    (row,) = ask(lake, "postings", "units, currency, day, role, fund", f"posting = {posting.pk}")
    assert row == (posting.units, posting.currency, posting.entry.on, posting.account.role, posting.fund_id)
    assert "Ford" in {name for (name,) in ask(lake, "areas", "name")}


def test_only_what_changed_is_written(lake: Path, scene) -> None:
    case = Case.objects.filter(sensitive=False, area=scene.areas["Mill"]).order_by("received_on")[0]
    month = case.received_on.isoformat()[:7]
    county = scene.areas["Fordland"].pk
    path = f"year={case.received_on.year}/county={county}/{month}.parquet"
    with outside_the_gate():
        # A late edit that changes no count and no step.
        Case.objects.filter(pk=case.pk).update(kind="thanks")
        assert written(refreshing.refresh(lake)) == {"cases": 1, "events": 1}
        assert ask(lake, "cases", "kind", f"case_id = {case.pk}") == [("thanks",)]
        # What becomes sensitive is gone, file and all where it was the only row.
        Case.objects.filter(pk=case.pk).update(sensitive=True)
        refreshing.refresh(lake)
        assert ask(lake, "cases", where=f"case_id = {case.pk}") == [(0,)]
        Case.objects.filter(received_on__range=(f"{month}-01", f"{month}-28"), area__l2=county).update(
            sensitive=True
        )
        Case.objects.filter(
            received_on__gte=f"{month}-01", area__l2=county, received_on__lt=clock.today()
        ).filter(received_on__startswith=month).update(sensitive=True)
        refreshing.refresh(lake)
        assert not (lake / "cases" / path).exists()
        # Another county: both are written, and the dimension.
        other = scene.areas["Hillland"].pk
        moved = Case.objects.filter(sensitive=False, area=scene.areas["Mill"]).count()
        before = ask(lake, "cases", where=f"county = {other}")[0][0]
        Area.objects.filter(pk=scene.areas["Mill"].pk).update(l2=other)
        found = written(refreshing.refresh(lake))
        assert found["areas"] == 1
        assert found["cases"] > 1
        assert ask(lake, "cases", where=f"county = {other}")[0][0] == before + moved > before
        assert written(refreshing.refresh(lake)) == {}


def test_a_month_is_refreshed_alone(lake: Path) -> None:
    newest, oldest = Case.objects.filter(sensitive=False).order_by("-received_on")[0], Case.objects.filter(
        sensitive=False
    ).order_by("received_on")[0]  # fmt: skip
    with outside_the_gate():
        Case.objects.filter(pk__in=(newest.pk, oldest.pk)).update(kind="thanks")
    assert written(refreshing.refresh(lake, months=[newest.received_on.isoformat()[:7]])) == {
        "cases": 1,
        "events": 1,
    }
    assert written(refreshing.refresh(lake, facts=["areas", "promises"])) == {}
    assert written(refreshing.refresh(lake)) == {"cases": 1, "events": 1}


def test_a_lake_that_was_left_half_written_is_written_anew(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lake / "areas" / "all.parquet").unlink()
    assert written(refreshing.refresh(lake)) == {"areas": 1}, "what somebody took away comes back"
    with outside_the_gate():
        Case.objects.filter(sensitive=False).update(voices=3)
    write = files.write
    done: list[Path] = []

    def breaks(table, path):
        if len(done) == 3:
            raise RuntimeError("the power went")
        done.append(path)
        return write(table, path)

    monkeypatch.setattr(files, "write", breaks)
    with pytest.raises(RuntimeError):
        refreshing.refresh(lake)
    monkeypatch.undo()
    assert json.loads((lake / "lake.json").read_text())["whole"] is False
    done[0].write_bytes(b"half")
    (lake / "cases" / ".x.parquet.draft").write_bytes(b"PAR1")
    stranger = lake / "cases" / "year=1999" / "county=1" / "1999-01.parquet"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"PAR1")
    found = refreshing.refresh(lake, months=["2026-01"], facts=["areas"])
    assert found.mended
    assert found.tables["cases"].written == found.tables["cases"].files > 6
    assert not stranger.parent.parent.exists()
    assert not list(lake.rglob(".*.draft"))
    assert ask(lake, "cases", "sum(voices) / count(*)") == [(3,)]
    assert written(refreshing.refresh(lake)) == {}


def test_one_area_has_a_lake_of_its_own(scene, lake: Path, tmp_path: Path) -> None:
    place = scene.areas["Upper Ford"]
    own = tmp_path / "own"
    refreshing.refresh(own, area=place)
    count = Case.objects.filter(sensitive=False, area__l3=place.pk).count()
    assert ask(own, "cases") == [(count,)]
    assert ask(own, "cases", "DISTINCT county") == [(scene.areas["Fordland"].pk,)]
    assert written(refreshing.refresh(own, area=place)) == {}
    for folder, area in ((own, None), (own, scene.areas["Fordland"]), (lake, place)):
        with pytest.raises(LakeOfAnother):
            refreshing.refresh(folder, area=area)


def test_what_hinders_is_said_before_anything_is_written(lake: Path, tmp_path: Path, monkeypatch) -> None:
    state = (lake / "lake.json").read_bytes()
    with (lake / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LakeBusy):
            refreshing.refresh(lake)
    strange = tmp_path / "letters"
    strange.mkdir()
    (strange / "letter.txt").write_text("dear")
    with pytest.raises(NotALake):
        refreshing.refresh(strange)
    assert [one.name for one in strange.iterdir()] == ["letter.txt"]
    (strange / "lake.json").write_text('{"of": "milk"}')
    with pytest.raises(NotALake):
        refreshing.refresh(strange)
    for refused in (tmp_path / "no" / "where", strange / "letter.txt"):
        with pytest.raises(FolderRefused):
            refreshing.refresh(refused)
    with pytest.raises(MonthUnknown):
        refreshing.refresh(lake, months=["2026-13"])
    with pytest.raises(FactUnknown):
        refreshing.refresh(lake, facts=["words"])
    (lake / "lake.json").write_bytes(state.replace(b'"format": 1', b'"format": 99'))
    with pytest.raises(LakeOfAnother):
        refreshing.refresh(lake)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.csv", None)
    with pytest.raises(ExtraMissing):
        refreshing.refresh(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_command_says_what_it_did_and_what_is_left_out(scene, tmp_path: Path, capsys) -> None:
    code = AreaCode.objects.get(area=scene.areas["Fordland"])
    call_command(
        "export", "lake", str(tmp_path / "lake"), "--area", f"{code.scheme}:{code.code}", "--fact", "cases"
    )
    said = capsys.readouterr().out
    assert "must not be published" in said
    assert "Sensitive cases are in no table" in said
    with pytest.raises(CommandError, match="lake-not-a-lake"):
        call_command("export", "lake", str(tmp_path))
