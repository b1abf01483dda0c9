"""The lake: writing it, refreshing it when nothing or a month changed, asking it; and all cases as one CSV."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from django.db import connection

from answerable.kernel import clock
from answerable.lake.cases_file import write_cases
from answerable.lake.declared import CASES
from answerable.lake.refreshing import Refreshed, refresh
from answerable.listening.models import Case

from .databases import ROOT
from .ledgers import progress
from .results import Measure, Note, Results
from .rounds import interleaved, ratio, work
from .setting import Setting

#: Issue 5, "Speed": seconds for so many cases; times of the bare way; memory.
OF, ALL_S, MONTH_S = 5_000_000, 30.0, 10.0
MOST_TIMES = {"postgresql": 2.0, "sqlite": 1.2}
MOST_MB = 300
TABLES = ("areas", "subjects", "cases")
ANALYSES = ROOT / "docs/examples/analyses"


def run(setting: Setting) -> Results:
    """All of it, in one database."""
    measure = partial(Measure, "lake", setting.database)
    cases, found, say = Case.objects.count(), list[Measure](), progress()

    def add(measures: Iterable[Measure]) -> None:
        for one in measures:
            found.append(one)
            say("  ".join(cell for cell in one.cells() if cell))

    add([measure("cases", cases, "")])
    folder = setting.folder / "lake"
    add(_refreshing(measure, folder, cases))
    add(_asking(measure, folder))
    add(_file(setting, measure))
    add(_memory(measure, setting))
    note = f"Bars of the refresh hold for {OF:,} cases; the world has no events and no books."
    return Results(found, [Note("lake", setting.database, note)])


def _refreshing(measure: partial[Measure], folder: Path, cases: int) -> Iterator[Measure]:
    month = clock.today().replace(day=1).isoformat()[:7]
    # The generator joins some to sensitive ones, which a trigger of the table would name now.
    own = Case.objects.filter(sensitive=False, duplicate_of__isnull=True, received_on__gte=f"{month}-01")
    every = partial(refresh, folder, facts=TABLES)
    for name, act, call, bar in (
        ("making it", None, every, ALL_S),
        ("nothing changed", None, every, ALL_S),
        (
            "one month changed, that month alone",
            own,
            partial(refresh, folder, facts=TABLES, months=[month]),
            MONTH_S,
        ),
    ):
        if act is not None:
            act.update(refusals=2)
        worked = work()
        took, done = _timed(call)
        worked = work() - worked
        table = done.tables["cases"]
        yield measure(f"{name}: cases of {table.written:,} of {table.files:,} files written", took, "s")
        yield measure(f"{name}, work of all cores", worked, "s")
        # With fewer cases there are as many files, whose making would count too much.
        whole = cases >= OF
        yield measure(
            f"{name}, at this rate for {OF:,} cases", took * OF / cases, "s", most=bar if whole else None
        )
    octets = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    yield measure("octets a case", octets / cases, "B")


def _timed(call: Callable[[], Refreshed]) -> tuple[float, Refreshed]:
    began = time.perf_counter()
    done = call()
    return time.perf_counter() - began, done


def _asking(measure: partial[Measure], folder: Path) -> Iterator[Measure]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ANALYSES / "answered_in_time.py"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = len(done.stdout.splitlines()) - 1
    yield measure(
        f"answered in time, {rows:,} rows by DuckDB, process and all", time.perf_counter() - began, "s"
    )


def _file(setting: Setting, measure: partial[Measure]) -> Iterator[Measure]:
    columns = ", ".join(f'{one.sql} AS "{one.name}"' for one in CASES.columns if one.sql.startswith("c."))
    # Fewer columns than ours, and nothing joined.
    query = f"SELECT {columns} FROM listening_case c WHERE NOT c.sensitive"
    path = setting.folder / "bare.csv"

    def bare() -> None:
        if setting.database == "postgresql":
            command = f"\\copy ({query}) TO '{path}' CSV HEADER"
            subprocess.run(["psql", "-q", os.environ["DATABASE_URL"], "-c", command], check=True)
            return
        connection.ensure_connection()
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(connection.connection.cursor().execute(query))

    count = 0

    def ours() -> None:
        nonlocal count
        count = write_cases(setting.folder / "cases.csv")

    # Here both are this process's work; psql is another one.
    timed = interleaved({"ours": (ours, 1), "bare": (bare, 1)}, setting.pick(3, 1))
    way = "psql's COPY" if setting.database == "postgresql" else "a bare sqlite3-to-csv loop"
    share = ratio(timed["ours"], timed["bare"])
    yield measure(f"{count:,} cases as CSV, with names of place and subject", 1 / timed["ours"].a_second, "s")
    if setting.database == "sqlite":
        times = min(timed["ours"].cpu) / min(timed["bare"].cpu)
        yield measure(f"times the work of {way}", times, "x")
    yield measure(
        f"times as long as {way}, of fewer columns and joined with nothing",
        1 / share,
        "x",
        most=MOST_TIMES[setting.database],
    )


def _memory(measure: partial[Measure], setting: Setting) -> Iterator[Measure]:
    """In a process of its own, as the command is one."""
    for name, words, most in (
        ("cases as CSV", ["cases", str(setting.folder / "again.csv")], MOST_MB),
        (
            "making the lake",
            ["lake", str(setting.folder / "again"), *(f"--fact={one}" for one in TABLES)],
            None,
        ),
    ):
        # VmHWM, not ru_maxrss: a process begins with that of the one which started it.
        code = (
            "import sys; from answerable.config.cli import main\n"
            f"sys.argv = ['answerable', 'export', *{words!r}]\n"
            "main(); sys.stderr.write(next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        yield measure(
            f"{name}, most memory of the process", int(done.stderr.split()[-1]) / 1024, "MB", most=most
        )
