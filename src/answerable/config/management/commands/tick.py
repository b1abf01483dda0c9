"""`answerable tick`: do what is due."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from answerable.disclosure.rules import Quarter
from answerable.evidence.sweeping import sweep_daily
from answerable.kernel import clock
from answerable.listening.services import erase_closed, tick
from answerable.listening.services.releasing import release_due
from answerable.promises.services import tick as tick_promises
from answerable.register import cycle
from answerable.register.sqlite_log import empty_the_log
from answerable.register.vault import SecretLost
from answerable.rollups.checking import check, due
from answerable.rollups.folding import work

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
            lost: list[str] = []
            report, promises = _unless_lost(tick, lost), _unless_lost(tick_promises, lost)
            erased = _unless_lost(erase_closed, lost) or 0
            released = release_due()
            sweep_daily()
            register = _unless_lost(lambda: cycle.work(patient=True), lost) or cycle.Done("")
            differing = _sums()
            # Words that were erased are not left in that file; readers in the way: the next tick comes.
            empty_the_log(connection)
            troubles = [*dict.fromkeys(lost), *([register.told] if register.trouble else []), differing]
            now = "; ".join(filter(None, troubles))
            if now and now != trouble:
                self.stderr.write(f"{clock.today()}: {now}")
            trouble = now
            cases, steps = (report.cases, report.steps) if report else (0, 0)
            moved, moves = (promises.promises, promises.steps) if promises else (0, 0)
            if steps or moves or erased or released or not options["watch"]:
                told = said(cases, steps, moved, moves)
                told += f" {erased:,} matters erased, their time was up." if erased else ""
                told += "".join(f" The figures of {Quarter(one.quarter)} are published." for one in released)
                told += f" In the log: {register.told}." if register.told and not register.trouble else ""
                self.stdout.write(f"{clock.today()}: {told}")
                self.stdout.flush()
            if not options["watch"]:
                return
            close_old_connections()
            try:
                time.sleep(EVERY_SECONDS)
            except KeyboardInterrupt:
                return


def _unless_lost(part: Callable[[], Any], lost: list[str]) -> Any:
    """What a part of the work gives back; None when a wrapping key hinders it, which is noted."""
    try:
        return part()
    except SecretLost as why:
        lost.append(f"{why}. What needs it was left; the rest is done")
        return None


def _sums() -> str:
    """Fold what changed into the sums behind figures, and prove them once a day; say what is wrong with them."""
    work()
    if due(clock.today()) and (proof := check()).differing:
        return f"{proof.differing:,} sums behind figures differ from the cases: answerable rollups check"
    return ""


def said(cases: int, steps: int, promises: int = 0, promised: int = 0) -> str:
    """What a tick did, in words."""
    parts = [_counted(steps, cases, "case"), _counted(promised, promises, "promise")]
    told = [part for part in parts if part]
    return f"{', '.join(told)}." if told else "nothing was due."


def _counted(steps: int, things: int, what: str) -> str:
    if not steps:
        return ""
    return f"{steps:,} step{'s' if steps != 1 else ''} in {things:,} {what}{'s' if things != 1 else ''}"
