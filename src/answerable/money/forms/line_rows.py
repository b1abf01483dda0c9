"""Budget lines typed as a table: rows read, added up, and shown again with what is wrong in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from answerable.kernel.money import Amount
from answerable.kernel.problem import Problem
from answerable.money.models import Fund
from answerable.money.problems import ChoiceUnknown
from answerable.money.services.lines import NewLine
from answerable.projects.models import Project
from answerable.web import reading

from .entering import amount_in
from .rulings import names_in

#: Rows that a new table has, that "more rows" adds, and that one table may have.
ROWS, MOST_ROWS = 8, 120
CELLS = ("key", "name", "fund", "project", "amount")


@dataclass
class LineRow:
    """A row as typed. Its names on the page end in `n`."""

    n: int
    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys(CELLS, ""))
    problem: Problem | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was typed in it; the fund alone, which rows take over from each other, is nothing."""
        return not any(self.typed[name].strip() for name in CELLS if name != "fund")

    def wrong(self) -> str:
        """The cell that its problem is about."""
        if self.problem is None:
            return ""
        return {"names": "name"}.get(self.problem.field, self.problem.field)


def rows_in(sent: Mapping[str, str] | None) -> list[LineRow]:
    """The rows that came, ROWS more when more were asked for; empty ones for a new table."""
    if sent is None:
        return [LineRow(n) for n in range(ROWS)]
    count = max((n + 1 for n in range(MOST_ROWS) if f"key_{n}" in sent), default=ROWS)
    count = min(MOST_ROWS, count + (ROWS if sent.get("act") == "more" else 0))
    rows = []
    for n in range(count):
        typed = reading.typed_in(sent, tuple(f"{name}_{n}" for name in CELLS))
        rows.append(LineRow(n, {name: typed[f"{name}_{n}"] for name in CELLS}))
    return rows


def lines_of(rows: list[LineRow], currency: str) -> tuple[list[NewLine], int]:
    """The rows that can be read, and what their amounts add up to; the others have their problem then."""
    lines, total, fund_key = [], 0, ""
    funds = {fund.key: fund for fund in Fund.objects.filter(closed_on=None)}
    wanted = {row.typed["project"].strip() for row in rows} - {""}
    projects = {one.key: one for one in Project.objects.filter(key__in=wanted).select_related("area")}
    for row in rows:
        if row.is_empty:
            continue
        # A table is often of one fund: a row without one has that of the row above.
        fund_key = row.typed["fund"].strip() or fund_key
        try:
            amount = amount_in(row.typed["amount"], currency)
            total += amount.units
            lines.append(_line(row, funds, fund_key, projects, amount))
        except Problem as problem:
            row.problem = problem
    return lines, total


def _line(
    row: LineRow, funds: dict[str, Fund], fund_key: str, projects: dict[str, Project], amount: Amount
) -> NewLine:
    project_key = row.typed["project"].strip()
    for name, key, there in (("fund", fund_key, funds), ("project", project_key, projects)):
        if key not in there and (key or name == "fund"):
            raise ChoiceUnknown(field=name, given=reading.shown(key)[:40] or "-", allowed="-")
    return NewLine(
        fund=funds[fund_key],
        key=row.typed["key"],
        names=names_in(row.typed["name"]),
        amount=amount,
        project=projects.get(project_key),
    )
