"""`answerable report annual`: the year of places on paper, many at once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from tqdm import tqdm

from answerable.annual.paper import draw
from answerable.annual.rules import FIRST_YEAR, Year, year_of
from answerable.annual.selectors import report_of
from answerable.annual.telling import told
from answerable.kernel import clock
from answerable.kernel.files import write_whole
from answerable.kernel.problem import Problem
from answerable.opendata.problems import AreaUnknown, TargetRefused
from answerable.places.models import Area, AreaLevel
from answerable.places.selectors import area_by_code, areas_below
from answerable.web.fonts import find_fonts


class Command(BaseCommand):
    """Writes what everybody may read: no true count of cases is in it."""

    help = "Write the report of a year, as everybody may read it, as PDF: of an area, or of all areas of a level."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which places, of which year, in which language, into which folder."""
        parser.add_argument("what", choices=["annual"])
        parser.add_argument("folder", metavar="DIR")
        parser.add_argument("--area", metavar="SCHEME:CODE", required=True, help="the area")
        parser.add_argument(
            "--level", metavar="KEY", help="every area of this level in it, instead of itself"
        )
        parser.add_argument("--year", type=int, default=clock.today().year, help="the year (this one)")
        parser.add_argument(
            "--language",
            choices=[tag for tag, _ in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help=f"the reader's ({settings.LANGUAGE_CODE})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how many. The same records give the same bytes."""
        folder, language = Path(options["folder"]), options["language"]
        try:
            fonts = find_fonts()
            year, places = _year(options["year"]), _places(options["area"], options["level"])
            bar = tqdm(places, unit=" reports", file=sys.stderr, disable=None, leave=False)
            for area, code in bar:
                with translation.override(language):
                    data = draw(told(report_of(area, year)), year.on, fonts)
                _write(folder / _name(code, year, language), data)
        except Problem as problem:
            raise CommandError(f"{problem.english} [{problem.code}]") from None
        self.stdout.write(f"{len(places):,} reports of {year.number} are in {folder}.")


def _name(code: str, year: Year, language: str) -> str:
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in code)
    return f"report-{year.number}-{safe}-{language}.pdf"


def _year(number: int) -> Year:
    today = clock.today()
    found = year_of(number, today)
    if found is None:
        raise CommandError(
            f"There is no report of the year {number}: there is one of each year from {FIRST_YEAR} to {today.year}."
        )
    return found


def _places(named: str, level: str | None) -> list[tuple[Area, str]]:
    """Each area with the code that its file is named by. Three queries."""
    scheme, _, code = named.partition(":")
    top = area_by_code(scheme, code)
    if top is None:
        raise AreaUnknown(area=named[:80])
    if level is None:
        return [(top, code)]
    levels = list(AreaLevel.objects.order_by("rank").values_list("key", flat=True))
    if level not in levels:
        raise CommandError(f"There is no level “{level[:60]}”. Levels are: {', '.join(levels)}.")
    rows = areas_below(top).filter(level__key=level).select_related("level").order_by("path")
    found = list(rows.prefetch_related("codes"))
    if not found:
        raise CommandError(f"No area of the level “{level}” lies in {named[:80]}.")
    return [
        (row, next((c.code for c in row.codes.all() if c.scheme == scheme), str(row.pk))) for row in found
    ]


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise TargetRefused(file=str(target), why=error.strerror or "it can't be written") from None
