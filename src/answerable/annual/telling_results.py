"""What was aimed at and reached, in words: as the results' own public page says it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from answerable.results import words
from answerable.results.models import Period
from answerable.results.published import public_progress, shown_in, wanted
from answerable.results.selectors import Line, Sheet
from answerable.web.figures import day, number

from .content import Link, Row, Section, Table, name_of, named
from .selectors import Report

MOST_LINES = 14


def aimed(report: Report) -> Section:
    """The indicators of the nearest frameworks with targets, values, and how many have none."""
    address = reverse("results:area", kwargs={"lang": get_language() or "en", "area_id": report.area.pk})
    tables, gaps = [], []
    for sheet, period in report.results:
        name = name_of(sheet.framework)
        if period is None:
            gaps.append(gettext("“%(framework)s” has no period in this year.") % {"framework": name})
            continue
        table, missing = _table(sheet, period)
        if table.rows:
            tables.append(table)
        if missing:
            gaps.append(
                ngettext(
                    "“%(framework)s”: %(n)s indicator has a target and no value.",
                    "“%(framework)s”: %(n)s indicators have a target and no value.",
                    missing,
                )
                % {"framework": name, "n": number(missing)}
            )
    return Section(
        key="aimed",
        icon="find",
        title=gettext("Aimed at and reached"),
        source=Link(gettext("What was aimed at, and what was reached"), address),
        words=[]
        if tables
        else [gettext("No published results framework says anything of this place this year.")],
        tables=tables,
        gaps=gaps,
    )


def _table(sheet: Sheet, period: Period) -> tuple[Table, int]:
    """The lines of which something is said, and how many with a target have no value."""
    rows, missing = [], 0
    for line in sheet.lines:
        row, lacks = _row(line, period)
        missing += lacks
        if row is not None:
            rows.append(row)
    days = gettext("%(first)s to %(last)s") % {"first": day(period.starts_on), "last": day(period.ends_on)}
    head = (gettext("Indicator"), gettext("Wanted"), gettext("Reached"))
    return Table(f"{name_of(sheet.framework)} · {days}", head, rows[:MOST_LINES]), missing


def _row(line: Line, period: Period) -> tuple[Row | None, bool]:
    cell, indicator = line.at(period), line.indicator
    if cell is None or (cell.target is None and cell.actual is None):
        return None, False
    value = words.value_said(indicator, shown_in(indicator, cell))
    target = words.value_said(indicator, wanted(cell.target))
    progress = public_progress(indicator, line, cell)
    there = cell.actual is not None and cell.actual.is_there
    reached = ""
    if progress.reached is not None:
        reached = gettext("reached") if progress.reached else gettext("not reached")
    said = " · ".join(part for part in (value or gettext("no value yet"), reached) if part)
    return Row((named(indicator.names, indicator.key), target or "–", said)), bool(target) and not there
