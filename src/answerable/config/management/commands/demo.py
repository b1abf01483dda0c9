"""`answerable demo`: a fictional programme to look at and to try everything on."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from tqdm import tqdm

from answerable.config.demo import build, notary, people
from answerable.config.demo.scale import FULL, SMALL
from answerable.config.serving import CannotServe, check_port, serve
from answerable.kernel import clock
from answerable.listening.models import Slip
from answerable.listening.rules.slips import shown as show_serial
from answerable.listening.services import tick
from answerable.listening.services.releasing import release_due
from answerable.money.models import BudgetLine
from answerable.places.models import Area
from answerable.projects.models import Project
from answerable.promises.services import tick as tick_promises
from answerable.register import cycle
from answerable.rollups import folding
from answerable.safeguards.codes import shown

from .tick import said

MOST_DAYS = 3_650
ROLES = {
    "handler": "case handler of the township's desk",
    "township": "coordinator of the township",
    "water": "case handler of the county's water office",
    "county": "coordinator of the county",
    "bookkeeper": "bookkeeper of the county and its townships",
    "director": "programme director",
    "auditor": "auditor (reads)",
    "focal": "focal point (sensitive cases only)",
    "team": "team member",
    "operator": "operator (sets up, imports)",
}


class Command(BaseCommand):
    """Makes the demo's database when there is none, and serves it."""

    help = (
        "Make a fictional programme in the data folder, unless it is there, and serve it on this machine. "
        "With --days, move the demo's clock and do what then falls due; the server may run beside."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("--fresh", action="store_true", help="make it anew")
        parser.add_argument("--no-serve", action="store_true", help="make it and end")
        parser.add_argument("--days", type=int, metavar="N", help="move the demo's clock N days on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument("--small", action="store_true", help="one county of six villages: quickly made")
        parser.add_argument(
            "--here",
            action="store_true",
            help="fill the empty database of DATABASE_URL instead of the demo's own file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what hinders it is said in one sentence."""
        if options["days"] is not None:
            self._move(options["days"])
            return
        port = options["port"]
        try:
            if not options["no_serve"]:
                check_port("127.0.0.1", port)
            self._make(options)
            self._say(port)
            if not options["no_serve"]:
                with notary.signer():
                    serve(host="127.0.0.1", port=port, workers=None, ready=self._ready)
        except CannotServe as reason:
            raise CommandError(str(reason)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped before it was complete; the next start begins again.") from None

    # --- the data ------------------------------------------------------------------------------

    def _make(self, options: dict[str, Any]) -> None:
        scale = SMALL if options["small"] else FULL
        if options["here"]:
            with build.ahead():
                build.migrate()
                if Area.objects.exists():
                    raise CommandError("This database is not empty: the demo is only put into an empty one.")
                with notary.signer():
                    self._fill(scale)
            return
        path = Path(connection.settings_dict["NAME"])
        if options["fresh"] or not path.exists() or not path.stat().st_size:
            Path(settings.CLOCK_FILE).unlink(missing_ok=True)
            with build.ahead(), build.beside(path), notary.anew():
                build.migrate()
                self._fill(scale)
        else:
            build.migrate()
            tick()
            tick_promises()
            release_due()
            folding.work()
            with notary.signer():
                cycle.run()

    def _fill(self, scale: Any) -> None:
        bar = _Bar(self.stdout)
        told = build.fill(scale, bar)
        folding.work()
        bar.close()
        _notes().write_text(json.dumps(told.codes))
        for line in told.broken:
            self.stderr.write(f"Broken off: {line}")
        self.stdout.write(
            f"{told.areas:,} areas, {told.teams:,} teams, {told.staff:,} staff, {told.cases:,} cases."
        )

    def _move(self, days: int) -> None:
        if not settings.CLOCK_FILE:
            raise CommandError("Only the demo's clock can be moved (ANSWERABLE_CLOCK names its file).")
        if not 0 < days <= MOST_DAYS:
            raise CommandError(f"--days takes a number from 1 to {MOST_DAYS:,}.")
        path = Path(settings.CLOCK_FILE)
        if not (connection.introspection.table_names() if _has_file() else ()):
            raise CommandError("There is no demo yet. Run first: make demo")
        day = clock.today() + timedelta(days=days)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(f"{day.isoformat()}\n")
        fresh.replace(path)
        report, promises = tick(), tick_promises()
        release_due()
        folding.work()
        with notary.signer():
            register = notary.day_is_over(day)
        done = said(report.cases, report.steps, promises.promises, promises.steps)
        if register.told:
            done += f" In the log: {register.told}."
        self.stdout.write(f"In the demo it is now {day:%A}, {day.isoformat()}: {done}")

    # --- where to look -------------------------------------------------------------------------

    def _say(self, port: int) -> None:
        at = f"http://127.0.0.1:{port}"
        village = Area.objects.filter(level__is_village=True).order_by("pk").first()
        lines = ["", "Residents' pages (no account):"]
        lines += [f"  {at}/{language}/" for language in ("en", "ar", "zh-hans")]
        if village is not None:
            lines += [f"  {at}/en/area/{village.pk}/   the village {village.name}, where the tour begins"]
            lines += [f"  {at}{address}   {what}" for address, what in _chain(village)]
        lines += ["", "Staff:", f"  {at}/desk/"]
        lines += [f"    {name:10} {people.PASSWORD}   {role}" for name, role in ROLES.items()]
        lines += ["", f"Tracking codes to try on {at}/en/code/:"]
        lines += [f"  {shown(code)}   {label}" for label, code in _codes().items()]
        if slips := _slips():
            lines += ["", f"Numbers of slips to look up on {at}/en/register/pads/:", *slips]
        lines += ["", f"The register: {at}/en/register/ (docs/guides/register.md)"]
        if moved := _moved_to():
            lines += [
                "",
                f"The demo's clock was moved to {moved.isoformat()}; make demo ARGS=--fresh starts over.",
            ]
        lines += ["", "make demo DAYS=20 in another terminal moves the clock on, while this runs.", ""]
        self.stdout.write("\n".join(lines))

    def _ready(self) -> None:
        self.stdout.write("Serving. Ctrl-C stops.")
        self.stdout.flush()


class _Bar:
    """A progress bar on a terminal, a line now and then elsewhere."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.bar: tqdm[Any] | None = None
        self.said = -1

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            if self.bar is None:
                form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}, {remaining} to go"
                self.bar = tqdm(total=total, desc="Telling 14 months", bar_format=form, file=sys.stderr)
            self.bar.update(done - self.bar.n)
        elif (tenth := 10 * done // total) > self.said:
            self.said = tenth
            self.out.write(f"Telling the story so far: {10 * tenth} %")
            self.out.flush()

    def close(self) -> None:
        """End the line."""
        if self.bar is not None:
            self.bar.close()


def _chain(village: Area) -> list[tuple[str, str]]:
    """Where a grant leads to a thing that residents confirmed, and back."""
    shown = Q(evidence__item__publishable=True, evidence__stage="after")
    built = Project.objects.filter(shown, area=village, verdict="done").order_by("pk").first()
    line = BudgetLine.objects.filter(project=built).select_related("fund").first() if built else None
    if built is None or line is None:
        return []
    return [
        (reverse("money:fund", args=["en", line.fund.key]), "a fund, from its source to the villages"),
        (reverse("following:project", args=["en", built.key]), "a project that residents confirmed"),
    ]


def _has_file() -> bool:
    """Whether there is a database to ask: SQLite makes the file that it doesn't find."""
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()


def _notes() -> Path:
    return Path(settings.STATIC_ROOT).parent / "demo-codes.json"


def _codes() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_notes().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _slips() -> list[str]:
    """One slip in each state."""
    found = {slip.state: slip.serial for slip in Slip.objects.order_by("-n")}
    return [f"  {show_serial(serial)}   {state}" for state, serial in sorted(found.items())]


def _moved_to() -> date | None:
    return clock.today() if settings.CLOCK_FILE and Path(settings.CLOCK_FILE).exists() else None
