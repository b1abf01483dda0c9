"""`python -m bench [name ...] [--quick] [--report-only]`: runs benches and says which bars they miss.

Ends with 1 when a bar was missed, with 2 when a bench broke off.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import draws, loads, merkle
from .databases import ROOT, WORK, kept_world, other_database, postgres
from .results import BROKEN, Note, Results, machine, table

IN_SMALL = ("pages", "intake", "batch", "writers", "register")
#: Each with books of its own, in the tree of a province.
IN_BOOKS = ("books", "province")
NAMES = (*IN_SMALL, "figures", "rollups", "lake", *IN_BOOKS, "merkle", "draws", "loads")


def main() -> int:
    """Run what was asked for; 1 when a bar was missed."""
    options = _options()
    names = tuple(options.names) or NAMES
    databases = options.databases.split(",")
    WORK.mkdir(parents=True, exist_ok=True)
    found = Results([], [])
    before = machine()
    with ExitStack() as stack:
        for database in databases:
            try:
                server = stack.enter_context(_server(database))
            except (RuntimeError, subprocess.SubprocessError) as trouble:
                found.notes.append(Note("all", database, f"left out: {trouble}"))
                continue
            for more in _measured(names, database, server, options):
                found.merge(more)
                found.save(options.out, names=names, quick=options.quick, before=before, after=machine())
    found.save(options.out, names=names, quick=options.quick, before=before, after=machine())
    print(table(found.measures))
    for note in found.notes:
        short = note.text.splitlines()[0]
        print(f"  note  {note.bench}, {note.database}: {short[:200]}")
    missed = found.missed
    print(f"\n{len(missed)} bars missed. All numbers: {options.out}")
    if found.broken:
        return 2
    return 1 if missed and not options.report_only else 0


def _measured(
    names: tuple[str, ...], database: str, server: str | None, options: argparse.Namespace
) -> Iterator[Results]:
    """What each process found, as soon as it has: a run that is stopped keeps what it had."""
    small = [name for name in IN_SMALL if name in names]
    if small:
        cases = 1_500 if options.quick else 20_000
        yield _child(database, server, small, "small", cases, options)
    if "figures" in names:
        tree = "middle" if options.quick else "large"
        cases = options.cases or (20_000 if options.quick else 1_000_000)
        yield _child(database, server, ["figures"], tree, cases, options)
    for name in ("rollups", "lake"):
        if name in names:
            tree = "rollups-quick" if options.quick else "rollups"
            cases = options.cases or (20_000 if options.quick else 500_000)
            yield _child(database, server, [name], tree, cases, options)
    for name in IN_BOOKS:
        if name in names:
            yield _child(database, server, [name], "books-quick" if options.quick else "books", 0, options)
    if "merkle" in names and database == "sqlite":  # brings its own rows, and tries no other database
        yield merkle.run(quick=options.quick)
    if "draws" in names and database == "sqlite":  # lists are text
        yield draws.run(units=options.cases or (200_000 if options.quick else 1_000_000))
    if "loads" in names and not options.quick:
        urls = [other_database(server, f"load-{n}") for n in range(2)] if server else None
        yield loads.run(database, urls)


def _child(
    database: str, server: str | None, names: list[str], tree: str, cases: int, options: argparse.Namespace
) -> Results:
    """A process of its own: settings are read once, and a world is made once."""
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        file = kept_world(tree, cases) if tree == "large" else Path(folder, f"{tree}.sqlite3")
        url = other_database(server, f"{tree}-{names[0]}") if server else f"sqlite:///{file}"
        out = Path(folder, "found.json")
        Path(folder, "static").mkdir()
        arguments = ["--benches", ",".join(names), "--tree", tree, "--cases", str(cases)]
        arguments += ["--folder", folder, "--out", str(out)] + (["--quick"] if options.quick else [])
        arguments += ["--parts", options.parts, "--postings", str(options.postings)]
        environment = {**os.environ, "ANSWERABLE_DATA": folder, "DATABASE_URL": url}
        environment |= {"ANSWERABLE_TRIES_A_MINUTE": "1000000", "ANSWERABLE_HOSTS": "127.0.0.1"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.child", *arguments], env=environment, cwd=ROOT, check=False
        )
        if not out.exists():
            text = f"{BROKEN}: {', '.join(names)} with code {done.returncode}, see above"
            return Results([], [Note("all", database, text)])
        return Results.load(out)


@contextmanager
def _server(database: str) -> Iterator[str | None]:
    if database == "sqlite":
        yield None
        return
    with postgres() as url:
        yield url


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="a smaller world and few rounds: a rehearsal")
    parser.add_argument("--report-only", action="store_true", help="end with 0 even when a bar was missed")
    parser.add_argument(
        "--databases", default="sqlite,postgresql", help="sqlite, postgresql, or both by a comma"
    )
    parser.add_argument(
        "--cases",
        type=int,
        help="how many cases for figures (1,000,000), rollups and lake (500,000), and how many units for draws (1,000,000)",
    )
    parser.add_argument("--parts", default="", help="of books: reading, proof, export, posting (by a comma)")
    parser.add_argument("--postings", type=int, default=0, help="how many postings for books and province")
    parser.add_argument("--out", type=Path, default=WORK / "results.json", help="where the JSON goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
