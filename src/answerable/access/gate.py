"""The gate: the one way in for every write.

    with acting(actor, Right.HANDLE, case.area) as act:
        ...rules decide, rows change...
        act.record("listening.case-answered", case=case.pk)

It checks the right, opens the transaction and writes the record. An act that records nothing is a bug.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, models, transaction

from answerable.kernel import clock
from answerable.places.models import Area
from answerable.register.binding import writing
from answerable.register.models import Event
from answerable.register.services import Record, append_events

from .problems import Denied
from .rules import Actor, Right

#: SQLite's busy wait is unfair: threads of one process queue here instead (SCALE.md 2, lesson 5).
_sqlite_writer = threading.RLock()
_open = threading.local()


class NothingRecorded(RuntimeError):
    """A programming error: a write went through the gate and left no record."""


@dataclass
class Act:
    """An act under way: who, in which post, where; what it records goes in with it."""

    actor: Actor
    post_id: int | None
    area_id: int | None
    records: list[Record] = field(default_factory=list)
    #: Set by an act that found nothing to do and changed nothing: then there is nothing to record.
    idle: bool = False
    #: The events, once the block has ended.
    events: list[Event] = field(default_factory=list)

    def record(
        self,
        kind: str,
        /,
        *,
        sealed: bool = False,
        area_id: int | None = None,
        rows: Sequence[models.Model] = (),
        **body: object,
    ) -> None:
        """Note what was done; written when the block ends. Bodies hold codes and numbers only.

        What the act writes is bound without being told (register.binding). `rows` says that this record, and
        none of its other ones, is to bind these.
        """
        self.records.append(
            Record(
                kind=kind,
                on=clock.today(),
                by=self.actor.kind,
                post_id=self.post_id,
                area_id=area_id if area_id is not None else self.area_id,
                sealed=sealed,
                body=body,
                rows=rows,
            )
        )

    def after(self, then: Callable[[], object]) -> None:
        """Run `then` once the act has been committed."""
        transaction.on_commit(then)


def is_open() -> bool:
    """True inside an act; the tests refuse writes outside of one."""
    return getattr(_open, "depth", 0) > 0


def post_for(actor: Actor, right: Right, area: Area | None) -> int | None:
    """The narrowest held post that gives the right there.

    None for system and public. Raises Denied when nothing does.
    """
    if actor.kind != "staff":
        if actor.has(right):
            return None
        raise Denied
    fitting = [
        h
        for h in actor.holdings_with(right)
        if h.area is None or (area is not None and area.path and h.area.path and h.area.covers(area.path))
    ]
    if not fitting:
        raise Denied
    return max(fitting, key=lambda h: (h.area.depth if h.area else 0, -h.post_id)).post_id


@contextmanager
def acting(actor: Actor, right: Right, area: Area | None) -> Iterator[Act]:
    """Open an act of `actor` under `right` in `area` (None: programme-wide).

    Raises Denied before anything is touched; NothingRecorded when the block wrote no record.
    Everything in the block and its records are one transaction.
    """
    act = Act(
        actor=actor, post_id=post_for(actor, right, area), area_id=area.pk if area is not None else None
    )
    with _writer(), transaction.atomic(), writing() as written:
        _open.depth = getattr(_open, "depth", 0) + 1
        try:
            yield act
            if not act.records and not act.idle:
                raise NothingRecorded(f"an act under {right} recorded nothing")
            act.events = append_events(act.records, written)
        finally:
            _open.depth -= 1


@contextmanager
def _writer() -> Iterator[None]:
    if connection.vendor == "sqlite":
        with _sqlite_writer:
            yield
    else:
        yield
