"""Appending to the record. Only the gate (answerable.access.gate) calls this; a house test says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import rules
from .models import Event


@dataclass(frozen=True)
class Record:
    """One thing done, before it is written down."""

    kind: str
    on: date
    by: str
    post_id: int | None
    area_id: int | None
    sealed: bool = False
    body: Mapping[str, object] = field(default_factory=dict)


def append_events(records: Sequence[Record]) -> int:
    """Insert the records as events, in order, inside the caller's transaction; return how many.

    A plain insert: no lock, no position (those are given later, in batches). Raises
    rules.BodyRefused when a body holds more than codes and numbers.
    """
    rows = []
    for record in records:
        rules.check_kind(record.kind)
        rows.append(
            Event(
                kind=record.kind,
                on=record.on,
                by=record.by,
                post_id=record.post_id,
                area_id=record.area_id,
                sealed=record.sealed,
                body=rules.plain_body(record.body),
            )
        )
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        Event.objects.bulk_create(rows, batch_size=500)
    return len(rows)
