"""One audit, from the first leaf to the last row; and its result, kept for the public page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from answerable.kernel import clock
from answerable.register.models import Audit, Event, Leaf

from . import reading
from .bindings import Bindings
from .closing import Secrets, check_erasures
from .events import EventAudit
from .findings import Finding
from .reading import UNREADABLE, snapshot
from .rows import RowAudit
from .tables import bound_models, is_of_a_matter
from .tree import TreeAudit

#: Findings that are kept with the result; all of them are printed.
KEPT = 200
Progress = Callable[[int, int], object]


class Reads(Protocol):
    """A room's own part of an audit."""

    def event(self, event: Event, leaf: int | None) -> None:
        """Take in one event, in the order of the leaves; those that wait come last."""

    def findings(self) -> Iterator[Finding]:
        """What the room finds, once all events were taken in."""


_parts: list[Callable[[], Reads]] = []


def also(part: Callable[[], Reads]) -> None:
    """Let an audit do this as well. Said by a room, once, at start."""
    if part not in _parts:
        _parts.append(part)


@dataclass
class Report:
    """What an audit read and found."""

    size: int = 0
    events: int = 0
    rows: int = 0
    covers: int = 0
    erased: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: What has to be said and is no finding.
    notes: list[str] = field(default_factory=list)


def audit(progress: Progress | None = None) -> Report:
    """Read everything in one snapshot of the database and say what is not as it should be.

    `progress` is called with what was read and what there is to read: leaves, events that wait, rows.
    """
    with snapshot(), Bindings() as bindings:
        return _Run(bindings, progress).all()


def keep(report: Report) -> Audit:
    """Keep the result for the public page: codes and numbers, and no number of a matter."""
    (kept,) = Audit.objects.bulk_create(
        [
            Audit(
                on=clock.today(),
                size=report.size,
                events=report.events,
                found=len(report.findings),
                findings=[
                    [one.code, one.table, None if is_of_a_matter(one.table) else one.row, one.leaf]
                    for one in report.findings[:KEPT]
                ],
            )
        ]
    )
    return kept


class _Run:
    """One audit under way."""

    def __init__(self, bindings: Bindings, progress: Progress | None) -> None:
        self.bindings, self.progress = bindings, progress
        self.report = Report()
        self.parts = [part() for part in _parts]
        self.models = bound_models()
        self.secrets = Secrets()
        self.done = 0
        self.total = Leaf.objects.count() + sum(m._base_manager.count() for m in self.models)

    def all(self) -> Report:
        """Leaves and events first, as they say what was bound; then secrets, rows, and what the rooms look at."""
        report = self.report
        tree = TreeAudit(self.find)
        events = EventAudit(self.secrets, self.bindings, self.find, self._tell_parts)
        rows = RowAudit(self.secrets, self.bindings, self.find)
        after = -1
        while page := list(Leaf.objects.filter(index__gt=after).order_by("index")[: reading.PAGE]):
            tree.take(page)
            events.take(page)
            after = page[-1].index
            self._moved(len(page))
        report.size = tree.size
        tree.finish()
        report.notes += tree.notes
        events.finish()
        self.secrets.check(self.find)
        check_erasures(self.secrets, self.bindings, self.find)
        for model in self.models:
            for count in rows.table(model):
                self._moved(count)
        self._ask_parts()
        report.events, report.covers = events.events, events.covers
        report.erased, report.waiting, report.rows = events.erased, events.waiting, rows.rows
        return report

    def find(self, code: str, **about: object) -> None:
        """Note a finding."""
        self.report.findings.append(Finding(code, **about))  # type: ignore[arg-type]

    def _moved(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done, max(self.total, self.done))

    def _tell_parts(self, event: Event, leaf: int | None) -> None:
        for part in self.parts:
            try:
                part.event(event, leaf)
            except UNREADABLE:
                self.find("event-unread", event=event.pk, leaf=leaf)

    def _ask_parts(self) -> None:
        for part in self.parts:
            try:
                self.report.findings.extend(part.findings())
            except UNREADABLE as trouble:
                self.find("audit-undone", more=f"{type(part).__name__}, {type(trouble).__name__}")
