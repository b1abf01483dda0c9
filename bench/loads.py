"""Real files and the demo: how long `answerable import` and the demo's filling take. Runs the command itself."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

from .databases import ROOT, WORK
from .results import Measure, Note, Results

SHARED = Path(os.environ.get("ANSWERABLE_SHARED") or ROOT.parent / "shared")
#: Issue 2: the Philippines in 20 seconds, the demo in 90.
PHILIPPINES_S, DEMO_S = 20.0, 90.0
COMMAND = (str(ROOT / ".venv/bin/answerable"),)


def run(database: str, url: str | None) -> Results:
    """Each in an empty database. `url` None: an SQLite file of its own."""
    measure = partial(Measure, "loads", database)
    found = Results([], [])
    areas = SHARED / "data/areas/philippines-regions-to-barangays.csv.gz"
    if not areas.exists():
        found.notes.append(Note("loads", database, f"skipped: no {areas.name} beside the project"))
        return found
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        environment = {
            **os.environ,
            "ANSWERABLE_DATA": folder,
            "DATABASE_URL": url or f"sqlite:///{folder}/load.sqlite3",
        }
        _run(["migrate", "--verbosity", "0"], environment)
        mapping = ROOT / "docs/mappings/areas-philippines.toml"
        arguments = ["import", "areas", str(areas), "--mapping", str(mapping), "--keep", "good"]
        for label, bar in (
            ("Philippines, 43,772 areas", PHILIPPINES_S),
            ("Philippines again, nothing new", None),
        ):
            took, said = _run(arguments, environment)
            found.measures.append(measure(label, took, "s", most=bar))
            found.notes.append(Note("loads", database, said.strip().splitlines()[-1]))
    return found


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    return took, done.stdout
