"""`answerable audit`: whether the tables are what the register says, and the register what was signed."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from tqdm import tqdm

from answerable.register.auditing import Finding, Report, audit, keep

CLEAN, FOUND, NOT_DONE = 0, 1, 2


class Command(BaseCommand):
    """Audits, says each finding in a sentence, and keeps the result for the public page."""

    help = (
        "Hold every row against the event that wrote it, every event against its leaf, the leaves against the signed "
        "tree and the published files. Ends with 0 when nothing was found, 1 with findings, 2 when it can't be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the result is kept."""
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what is found and keep nothing of it for the public page",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            with tqdm(unit=" rows", unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar:

                def moved(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                report = audit(moved)
            if not options["dry_run"]:
                keep(report)
        except Exception as trouble:
            self.stderr.write(f"The audit can't be done: {type(trouble).__name__}: {trouble}")
            if not options["dry_run"]:
                self._keep_undone(type(trouble).__name__)
            sys.exit(NOT_DONE)
        for finding in report.findings:
            self.stdout.write(f"{finding.code}: {finding.sentence()}")
        for note in report.notes:
            self.stdout.write(note)
        self.stdout.write(told(report))
        sys.exit(FOUND if report.findings else CLEAN)

    def _keep_undone(self, why: str) -> None:
        try:
            keep(Report(findings=[Finding("audit-undone", more=why)]))
        except DatabaseError as trouble:
            self.stderr.write(f"That can't be kept either: {trouble}")


def told(report: Report) -> str:
    """What was read and found, in a line."""
    said = (
        f"{report.size:,} leaves ({report.covers:,} of them covers), {report.events:,} events "
        f"({report.waiting:,} wait for their leaf, {report.erased:,} are erased), {report.rows:,} rows: "
    )
    count = len(report.findings)
    return said + ("nothing found." if not count else f"{count:,} finding{'s' if count != 1 else ''}.")
