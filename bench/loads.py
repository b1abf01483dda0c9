"""Real files and the demo: how long `answerable import` and the demo's filling take. Runs the command itself."""

from __future__ import annotations

import os
import resource
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
AREAS = "data/areas/philippines-regions-to-barangays.csv.gz"
FEEDBACK = "data/feedback/en-baltimore-311-2014-2019.csv.gz"
COMMAND = (str(ROOT / ".venv/bin/answerable"),)


def run(database: str, urls: list[str] | None) -> Results:
    """Each in an empty database. `urls` None: SQLite files; else one PostgreSQL database each."""
    measure = partial(Measure, "loads", database)
    found = Results([], [])

    def load(
        label: str, arguments: list[str], place: int, bar: float | None = None, *, first: bool = True
    ) -> None:
        url = urls[place] if urls else f"sqlite:///{folder}/load-{place}.sqlite3"
        environment = {**os.environ, "ANSWERABLE_DATA": folder, "DATABASE_URL": url}
        if first:
            _run(["migrate", "--verbosity", "0"], environment)
        took, worked, said = _run(arguments, environment)
        found.measures.append(measure(f"{label}, work of this side", worked, "s"))
        found.measures.append(measure(f"{label}, on the wall", took, "s", most=bar))
        if said:
            found.notes.append(Note("loads", database, f"{label}: {said.splitlines()[-1]}"))

    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        areas, feedback = SHARED / AREAS, SHARED / FEEDBACK
        if areas.exists() and feedback.exists():
            mapping = str(ROOT / "docs/mappings/areas-philippines.toml")
            arguments = ["import", "areas", str(areas), "--mapping", mapping, "--keep", "good"]
            load("Philippines, 43,772 areas", arguments, 0, PHILIPPINES_S)
            load("Philippines again, nothing new", arguments, 0, first=False)
            mapping = str(ROOT / "docs/mappings/feedback-baltimore.toml")
            arguments = ["import", "feedback", str(feedback), "--mapping", mapping, "--keep", "good"]
            load("Baltimore, 10,000 requests", arguments, 1)
        else:
            found.notes.append(Note("loads", database, "real files skipped: no ../shared beside the project"))
        if not urls:
            load("the demo, made from nothing", ["demo", "--fresh", "--no-serve"], 2, DEMO_S, first=False)
    return found


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Seconds on the wall, seconds of the command's own work, what it said."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, worked, done.stdout.strip()
