"""`answerable tick`: do what is due."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from answerable.evidence.sweeping import sweep_daily
from answerable.kernel import clock
from answerable.listening.services import erase_closed, tick
from answerable.promises.services import tick as tick_promises
from answerable.register import cycle

EVERY_SECONDS = 60


class Command(BaseCommand):
    """Nudges, goes up a level, ends windows."""

    help = (
        "Do what is due: nudges, going up a level, windows that close. Run it every minute or once a day, twice at "
        "once, or after a week's stop: the result is the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or again and again."""
        parser.add_argument("--watch", action="store_true", help="go on, once a minute, until Ctrl-C")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick and report."""
        trouble = ""
        while True:
            report, promises = tick(), tick_promises()
            erased = erase_closed()
            sweep_daily()
            register = cycle.work(patient=True)
            empty_the_log(connection)
            if register.trouble and register.told != trouble:
                self.stderr.write(f"{clock.today()}: {register.told}")
            trouble = register.told if register.trouble else ""
            if report.steps or promises.steps or erased or not options["watch"]:
                told = said(report.cases, report.steps, promises.promises, promises.steps)
                told += f" {erased:,} matters erased, their time was up." if erased else ""
                told += f" In the log: {register.told}." if register.told and not trouble else ""
                self.stdout.write(f"{clock.today()}: {told}")
                self.stdout.flush()
            if not options["watch"]:
                return
            close_old_connections()
            try:
                time.sleep(EVERY_SECONDS)
            except KeyboardInterrupt:
                return


def empty_the_log(database: BaseDatabaseWrapper) -> None:
    """Clear SQLite's write-ahead log, so that words that were erased are not still in that file.

    Readers that stand in the way are left alone: the next tick comes.
    """
    if database.vendor == "sqlite" and not database.in_atomic_block:
        with database.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def said(cases: int, steps: int, promises: int = 0, promised: int = 0) -> str:
    """What a tick did, in words."""
    parts = [_counted(steps, cases, "case"), _counted(promised, promises, "promise")]
    told = [part for part in parts if part]
    return f"{', '.join(told)}." if told else "nothing was due."


def _counted(steps: int, things: int, what: str) -> str:
    if not steps:
        return ""
    return f"{steps:,} step{'s' if steps != 1 else ''} in {things:,} {what}{'s' if things != 1 else ''}"
