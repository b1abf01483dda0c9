"""Several budget lines at once: all of them are set, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel.money import Amount
from answerable.kernel.problem import Problem
from answerable.money.models import Book, BudgetLine, Fund
from answerable.projects.models import Project

from .setting_up import set_line


@dataclass(frozen=True)
class NewLine:
    """A budget line to be set."""

    fund: Fund
    key: str
    names: Mapping[str, str]
    amount: Amount
    project: Project | None = None


class LinesRefused(Exception):
    """Some of them can't be set: by their place in the list, each with its problem. None was set."""

    def __init__(self, problems: Mapping[int, Problem]) -> None:
        super().__init__(f"{len(problems)} lines refused")
        self.problems = dict(problems)


def set_lines(*, actor: Actor, book: Book, wanted: Sequence[NewLine]) -> list[BudgetLine]:
    """Set budget lines in one act. Raises Denied; LinesRefused with what set_line raises for each that can't be set."""
    problems: dict[int, Problem] = {}
    made = []
    with acting(actor, Right.CHECK_BOOKS, book.area) as act:
        for place, line in enumerate(wanted):
            try:
                made.append(
                    set_line(
                        actor=actor,
                        book=book,
                        fund=line.fund,
                        key=line.key,
                        names=line.names,
                        amount=line.amount,
                        project=line.project,
                    )
                )
            except Problem as problem:
                problems[place] = problem
        if problems:
            raise LinesRefused(problems)
        act.idle = True  # each line has left its own record
    return made
