"""The parts of a payment for several villages: rows of a table, read and shown again with what is wrong in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from answerable.kernel.money import Amount
from answerable.kernel.problem import Problem
from answerable.money.services.stages import MOST_SHARES
from answerable.places.models import Area
from answerable.web import reading

#: Rows that a new form has, and that "more rows" adds.
ROWS = 6


@dataclass
class ShareRow:
    """A row as typed. Its names on the page end in `n`."""

    n: int
    area: str = ""
    amount: str = ""
    problem: Problem | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was typed in it."""
        return not (self.area.strip() or self.amount.strip())


class RowsRefused(Exception):
    """Some rows can't be read: each has its own problem."""


def rows_in(sent: Mapping[str, str] | None) -> list[ShareRow]:
    """The rows that came, with empty ones behind them: ROWS more when more were asked for."""
    if sent is None:
        return [ShareRow(n) for n in range(ROWS)]
    count = max((n + 1 for n in range(MOST_SHARES) if f"share_area_{n}" in sent), default=ROWS)
    count = min(MOST_SHARES, count + (ROWS if "more" in sent else 0))
    rows = []
    for n in range(count):
        typed = reading.typed_in(sent, (f"share_area_{n}", f"share_amount_{n}"))
        rows.append(ShareRow(n, typed[f"share_area_{n}"], typed[f"share_amount_{n}"]))
    return rows


def shares_of(
    rows: list[ShareRow], area_in: Callable[[str], Area], amount_in: Callable[[str], Amount]
) -> list[tuple[Area, Amount]]:
    """The rows that are not empty, read. Raises RowsRefused after all of them were looked at."""
    shares = []
    for row in rows:
        if row.is_empty:
            continue
        try:
            shares.append((area_in(row.area), amount_in(row.amount)))
        except Problem as problem:
            row.problem = problem
    if any(row.problem for row in rows):
        raise RowsRefused
    return shares
