"""An overview as a table to take along: the numbers of the page, with what they are of."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from answerable.kernel.money import Amount, plain
from answerable.web.said import name_text

from .selectors import Line, Overview

#: Columns before those of money. Shares are not among them: both of their numbers are.
HEADS = (
    "area", "area_id", "received", "acknowledge_late", "acknowledge_due", "answer_late", "answer_in_time", "answer_due",
    "resolve_late", "resolve_due", "open", "open_to_30_days", "open_to_90_days", "open_to_180_days",
    "open_over_180_days", "stuck", "bounced", "escalated", "promises_owed", "promises_late", "projects", "projects_silent",
    "projects_claimed", "projects_confirmed", "things_working", "things_checked", "things_unchecked",
)  # fmt: skip


def rows(found: Overview, order: str) -> Iterator[list[str]]:
    """What it is of, the note, an empty row, the heads, the whole, and the areas below in the page's order."""
    currencies = sorted(found.total.money)
    yield ["area", _safe(_name(found.total)), str(found.area.pk) if found.area else ""]
    yield ["period", found.period.first.isoformat(), found.period.last.isoformat()]
    yield ["counted_on", found.on.isoformat()]
    yield [
        "note",
        gettext("Counts under 10 are true here and must not be published or passed on."),
        gettext("Sensitive cases are not among them."),
    ]
    yield []
    yield [
        *HEADS,
        *(f"{head}_{cur}" for cur in currencies for head in ("rests", "rests_days", "passed_days")),
    ]
    for line in (found.total, *found.ordered(order)):
        yield [*_cells(line), *(cell for currency in currencies for cell in _money(line, currency))]


def file_name(found: Overview) -> str:
    """What the file is called: plain letters only."""
    name = found.area.name if found.area else "all"
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:40]
    return f"overview-{safe}-{found.period.first.isoformat()}-{found.period.last.isoformat()}.csv"


def _cells(line: Line) -> list[str]:
    cases, projects, things = line.cases, line.projects, line.things
    numbers = (
        cases.received, cases.acknowledged.late, cases.acknowledged.due, cases.answered.late, cases.answered.in_time,
        cases.answered.due, cases.resolved.late, cases.resolved.due, cases.open, *cases.open_by_age, line.stuck,
        cases.bounced, cases.escalated, line.promises.owed, line.promises.late, projects.projects, projects.silent,
        projects.claimed, projects.confirmed, things.working, things.checked, things.unchecked,
    )  # fmt: skip
    return [_safe(_name(line)), str(line.area.pk) if line.area else "", *map(str, numbers)]


def _money(line: Line, currency: str) -> list[str]:
    rest = line.money.get(currency)
    if rest is None:
        return ["", "", ""]
    days = ("" if one is None else str(one) for one in (rest.left_days, rest.passed_days))
    return [plain(Amount(rest.left_units, currency)), *days]


def _name(line: Line) -> str:
    return name_text(line.area.names, line.area.name) if line.area else ""


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
