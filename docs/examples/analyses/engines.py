"""What the three analyses share: a lake opened in an engine, and figures in a form that can be compared.

DuckDB runs inside this process. Spark runs as a local session without a network; given a master, on a cluster.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import ibis

ENGINES = ("duckdb", "spark")


def read_about(folder: Path) -> dict[str, Any]:
    """What a lake says of itself. Ends the program with one sentence where the folder holds none."""
    try:
        told: dict[str, Any] = json.loads((folder / "lake.json").read_text("utf-8"))
        date.fromisoformat(told["as_of"]), told["whole"], told["county"]["depth"]
    except (OSError, ValueError, KeyError, TypeError):
        raise SystemExit(f"{folder} is no lake: name a folder that `answerable export lake` wrote.") from None
    return told


class Lake:
    """The tables of a lake in one engine, and the day as of which it was written."""

    def __init__(self, folder: Path, engine: Any, read: Callable[[Path], Any]) -> None:
        told = read_about(folder)
        if not told["whole"]:
            raise SystemExit(
                f"{folder}: the last refresh broke off. Run it again: answerable export lake {folder}"
            )
        self.folder, self.engine, self._read = folder, engine, read
        self.as_of = date.fromisoformat(told["as_of"])
        self.county_depth: int = told["county"]["depth"]

    def table(self, name: str) -> Any:
        """One table, with its folders' year and county as columns."""
        if not (self.folder / name).is_dir():
            raise SystemExit(
                f"{self.folder}: the table {name} is not in it. Write it: answerable export lake {self.folder}"
            )
        return self._read(self.folder / name)

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """What an expression comes to, as plain rows: whole numbers, days, texts, None."""
        found: list[dict[str, Any]] = self.engine.to_pyarrow(expression).to_pylist()
        return found


@contextmanager
def opened(folder: Path, engine: str, master: str = "local[2]") -> Iterator[Lake]:
    """A lake in `duckdb` or `spark`, for as long as the block lasts."""
    if engine == "duckdb":
        duck = ibis.duckdb.connect()

        def one(path: Path) -> Any:
            split = not (path / "all.parquet").is_file()
            return duck.read_parquet(str(path / "**" / "*.parquet"), hive_partitioning=split)

        try:
            yield Lake(folder, duck, one)
        finally:
            duck.disconnect()
        return
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master(master)
        .appName("lake")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        spark = ibis.pyspark.connect(session)
        yield Lake(folder, spark, lambda path: spark.read_parquet(str(path)))
    finally:
        session.stop()


def percentile(days: Any, by: Sequence[str], percent: int) -> Any:
    """The smallest value within which at least that percentage lies (percentile_disc), from whole numbers alone.

    `days` has the columns `by`, `value` and `n`, a row a value. Engines that interpolate or estimate differ; this can't.
    """
    upto = ibis.window(group_by=by, order_by="value", preceding=None, following=0)
    whole = ibis.window(group_by=by)
    reached = days.mutate(reached=days.n.sum().over(upto), whole=days.n.sum().over(whole))
    within = reached.filter(reached.reached * 100 >= reached.whole * percent)
    return within.group_by(by).aggregate(value=within.value.min())


def canonical(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Each row as one line of JSON, the lines in order: the same figures give the same lines in any engine."""
    lines = [
        json.dumps({k: _plain(v) for k, v in row.items()}, sort_keys=True, ensure_ascii=False) for row in rows
    ]
    return sorted(lines)


def digest(rows: Sequence[dict[str, Any]]) -> str:
    """SHA-256 of the canonical lines."""
    return hashlib.sha256("\n".join(canonical(rows)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def run(analysis: Callable[[Lake], Any], what: str | None) -> None:
    """The command of an analysis: its rows as CSV on the way out, their digest beside."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("lake", type=Path, help="a folder that `answerable export lake` wrote")
    parser.add_argument("--engine", choices=ENGINES, default="duckdb")
    parser.add_argument("--master", default="local[2]", help="of Spark")
    options = parser.parse_args()
    read_about(options.lake)  # before an engine takes its time to start
    with opened(options.lake, options.engine, options.master) as lake:
        rows = lake.rows(analysis(lake))
    columns = list(rows[0]) if rows else []
    print(",".join(columns))
    for row in sorted(rows, key=lambda row: [(row[c] is not None, row[c]) for c in columns]):
        print(",".join("" if row[c] is None else str(row[c]) for c in columns))
    print(f"{len(rows)} rows, as of {lake.as_of}, sha256 {digest(rows)}", file=sys.stderr)
