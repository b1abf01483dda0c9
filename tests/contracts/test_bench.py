"""The bench runs through: a rehearsal of its parts that need no second process. Nothing is timed here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.results import Measure, plain

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.only_on("sqlite", "the bench brings its own databases; once is enough")
def test_a_rehearsal_of_the_bench_runs_through(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    arguments = ["batch", "--quick", "--report-only", "--databases", "sqlite", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        env={**os.environ, "ANSWERABLE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "records, fifty in a batch" in done.stdout
    found = json.loads(out.read_text())
    assert {measure["database"] for measure in found["measures"]} == {"sqlite"}
    assert all(measure["value"] > 0 for measure in found["measures"])
    assert found["quick"] is True


def measured(value: float, **more: float | bool) -> Measure:
    return Measure("pages", "sqlite", "a page", value, "/s", **more)  # type: ignore[arg-type]


def test_a_bar_is_kept_or_missed_and_without_one_nothing_is_said() -> None:
    assert measured(401, least=400).passed is True
    assert measured(399, least=400).passed is False
    assert measured(0, most=0).passed is True
    assert measured(1, most=0).passed is False
    assert measured(7).passed is None
    assert measured(900, ratio=0.5, least=1.0, bar_on_ratio=True).passed is False


def test_numbers_are_written_plainly() -> None:
    assert [plain(n) for n in (0.0357, 0.25, 12.34, 445.2, 1_000_000)] == [
        "0.0357",
        "0.25",
        "12.3",
        "445",
        "1,000,000",
    ]
