"""How `answerable import` talks to the rooms' importers, and how it prints what they report."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from answerable.access.rules import SYSTEM, Actor
from answerable.access.selectors import actor_for
from answerable.kernel.problem import Problem, gettext_noop
from answerable.kernel.tables import Fault, ImportReport, TableMissing


class StaffUnknown(Problem):
    """No staff member signs in under that name."""

    code = "import-staff-unknown"
    status = 404
    sentence = gettext_noop("Nobody signs in as {staff}. Leave --as away to import as the machinery.")


@dataclass(frozen=True)
class Importer:
    """One word of `answerable import`.

    `run` is called with actor, files (list of Path), keep ("none" or "good"), dry_run and progress, all by
    name; with mapping (Path or None) unless `mapping` is "never"; and with each of `arguments` under its own
    name. It returns an ImportReport and raises Problems.
    """

    name: str
    run: Callable[..., ImportReport]
    help: str
    #: "always", "maybe" or "never"
    mapping: str = "always"
    #: How many files it takes, as argparse writes it: "+", or "*" when it has one of its own.
    files: str = "+"
    #: Further options: argparse's name and its keywords.
    arguments: tuple[tuple[str, dict[str, Any]], ...] = ()

    def own_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """The importer's own options."""
        names = [name.lstrip("-").replace("-", "_") for name, _ in self.arguments]
        found = {name: options[name] for name in names}
        if self.mapping != "never":
            found["mapping"] = Path(options["mapping"]) if options["mapping"] else None
        return found


def actor_named(username: str | None) -> Actor:
    """Who imports: a staff member with the posts they fill today, or the machinery. Raises StaffUnknown."""
    if username is None:
        return SYSTEM
    from answerable.access.models import Staff

    staff = Staff.objects.filter(username=username, is_active=True).first()
    if staff is None:
        raise StaffUnknown(staff=username)
    return actor_for(staff)


def bar(steps: Iterable[Any], /, total: int | None = None, label: str = "") -> Iterable[Any]:
    """A progress bar, drawn on a terminal only."""
    return tqdm(steps, total=total, desc=label, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)


def print_report(report: ImportReport, out: TextIO, *, what: str, dry_run: bool, show: int) -> None:
    """Say what was done: the counts, then the faults by kind, then the first of them in full."""
    lines = [f"Read {report.rows:,} rows of {len(report.files)} file{'s' if len(report.files) != 1 else ''}."]
    lines += [f"Left out, no fault: {count:,} {what_it_is}." for what_it_is, count in report.skipped.items()]
    lines += report.notes
    if report.faults:
        lines.append(f"{len(report.faults):,} fault{'s' if len(report.faults) != 1 else ''}:")
        lines += [f"  {count:>7,}  {kind}" for kind, count in report.by_kind.items()]
        lines += _first(report.faults, show)
    counts = f"{report.added:,} added, {report.updated:,} updated, {report.unchanged:,} unchanged."
    if report.kept:
        lines.append(f"{what}: {counts}")
    elif dry_run:
        lines.append(f"{what}: would be {counts} Nothing was written: this was a rehearsal.")
    else:
        lines.append(
            "Nothing was taken in, because of these faults. Mend the file, or run again with --keep good "
            f"to take what is good: {counts}"
        )
    out.write("\n".join(lines) + "\n")


def _first(faults: list[Fault], show: int) -> list[str]:
    """The first faults in full, some of each kind, so that a rare kind is not buried under a frequent one."""
    each = -(-show // max(1, len({fault.code for fault in faults})))
    shown: Counter[str] = Counter()
    lines = []
    for fault in faults:
        if shown[fault.code] < each:
            shown[fault.code] += 1
            lines.append(f"  {fault.file}:{fault.line}: {fault.sentence} [{fault.code}]")
    if (rest := len(faults) - len(lines)) > 0:
        lines.append(f"  ... and {rest:,} more; --faults FILE writes all of them.")
    return lines


def write_faults(faults: list[Fault], path: str) -> None:
    """All faults as a CSV file. Raises TableMissing when it can't be written."""
    try:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "line", "kind", "sentence"])
            writer.writerows([fault.file, fault.line, fault.code, fault.sentence] for fault in faults)
    except OSError:
        raise TableMissing(file=path) from None
