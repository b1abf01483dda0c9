"""`answerable export WHAT TARGET`: our books and projects in the formats of others."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from answerable.access.rules import SYSTEM
from answerable.kernel.files import write_whole
from answerable.kernel.problem import Problem
from answerable.lake import refreshing as lake
from answerable.lake.cases_file import write_cases
from answerable.lake.declared import LEFT_OUT, PUBLISHING
from answerable.opendata import releases
from answerable.opendata.problems import AreaUnknown, TargetRefused
from answerable.places.models import Area
from answerable.places.selectors import area_by_code
from answerable.results.exporting import framework_file, rows_of
from answerable.results.selectors import frameworks_for

WORDS = {
    "iati": ("FILE|DIR", "projects and money as IATI 2.03 (docs/guides/open-data.md)"),
    "beancount": ("FILE", "the books for Beancount; then: bean-check FILE"),
    "ledger": ("FILE", "the books for hledger and ledger; then: hledger -f FILE check -s"),
    "results": (
        "FILE",
        "a results framework as a sheet, .csv or .xlsx by the file's ending (docs/guides/results.md)",
    ),
    "postings": (
        "FILE",
        "every posting of the books as one CSV, as large as it may be (docs/guides/open-data.md)",
    ),
    "csv": ("DIR", "projects and money as CSV with a data dictionary"),
    "cases": ("FILE", "every case that is not sensitive as one CSV, for staff (docs/guides/analysts.md)"),
    "lake": ("DIR", "facts as Parquet files, only those that changed, for staff (docs/guides/analysts.md)"),
}


class Command(BaseCommand):
    """Writes files that other programs read."""

    help = "Write projects and books in the formats of others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a format."""
        words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        for name, (target, told) in WORDS.items():
            word = words.add_parser(name, help=told, description=told)
            word.add_argument("target", metavar=target)
            word.add_argument("--area", metavar="SCHEME:CODE", help="only what lies in this area or below")
            if name == "results":
                word.add_argument("--framework", metavar="KEY", required=True, help="which framework")
            if name == "lake":
                word.add_argument(
                    "--month",
                    action="append",
                    default=[],
                    metavar="YYYY-MM",
                    help="of cases, events and postings only this one",
                )
                word.add_argument(
                    "--fact", action="append", default=[], metavar="TABLE", help="only this table"
                )
            if name == "iati":
                word.add_argument(
                    "--imported",
                    action="store_true",
                    help="what others published and we took in, as they stated it; DIR: a file a publisher",
                )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how much. Ends with 1 when something had to be left out because it breaks a rule."""
        what, target = options["what"], Path(options["target"])
        broken = False
        try:
            area = _area(options["area"])
            if what == "results":
                written = _framework(target, options["framework"])
            elif what == "lake":
                written = _lake(target, area, options["month"], options["fact"])
            elif what == "cases":
                written = _cases(target, area)
            elif what == "csv":
                written = releases.write_tables(target, area)
            elif what == "postings":
                written = releases.write_books(target, area)
            elif what != "iati":
                written = releases.write_journal(target, what, area)
            elif options["imported"]:
                written = releases.write_imported(target, area)
            else:
                file = target / releases.IATI if target.is_dir() else target
                written, published = releases.write_iati(file, area)
                broken = bool(published.findings)
        except Problem as problem:
            raise CommandError(f"{problem.english} [{problem.code}]") from None
        unit = {
            "iati": "activities",
            "csv": "rows",
            "results": "rows",
            "postings": "postings",
            "cases": "cases",
            "lake": "rows",
        }.get(what, "entries")
        for name, count in written.files:
            self.stdout.write(f"{name}: {count:,} {unit}.")
        for note in written.notes:
            self.stdout.write(note)
        if broken:
            sys.exit(1)


def _framework(target: Path, key: str) -> releases.Written:
    form = target.suffix.lower().removeprefix(".")
    if form not in {"csv", "xlsx"}:
        raise CommandError(f"{target}: a results sheet ends in .csv or .xlsx.")
    there = {one.key: one for one in frameworks_for(SYSTEM)}
    if key not in there:
        known = f"There are: {', '.join(sorted(there))}." if there else "There is none yet."
        raise CommandError(f"There is no framework “{key[:60]}”. {known}")
    framework = there[key]
    data = framework_file(framework, form)
    try:
        write_whole(target, data)
    except OSError as error:
        raise TargetRefused(file=str(target), why=error.strerror or "it can't be written") from None
    return releases.Written([(target.name, sum(1 for _ in rows_of(framework)))], [])


def _lake(folder: Path, area: Area | None, months: list[str], facts: list[str]) -> releases.Written:
    with tqdm(unit=" counties", file=sys.stderr, disable=None, leave=False) as bar:

        def moved(done: int, steps: int) -> None:
            bar.total = steps
            bar.update(done - bar.n)

        found = lake.refresh(folder, area=area, months=months, facts=facts, progress=moved)
    tables = found.tables.values()
    notes = [
        f"{sum(one.written for one in tables):,} files were written, {sum(one.removed for one in tables):,} taken away."
    ]
    if found.mended:
        notes.append("The run before broke off: everything was written anew.")
    return releases.Written(
        [(name, table.rows) for name, table in found.tables.items()], [*notes, *LEFT_OUT, PUBLISHING]
    )


def _cases(file: Path, area: Area | None) -> releases.Written:
    with tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar:
        count = write_cases(file, area, bar.update)
    return releases.Written([(file.name, count)], [LEFT_OUT[0], PUBLISHING])


def _area(named: str | None) -> Area | None:
    if not named:
        return None
    scheme, _, code = named.partition(":")
    found = area_by_code(scheme, code)
    if found is None:
        raise AreaUnknown(area=named[:80])
    return found
