"""Appending to the record. Only the gate (answerable.access.gate) calls this; a house test says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import models

from . import leaves, rules
from .binding import bound, row_bytes
from .models import Erasure, Event
from .vault import make_secrets, secrets_of


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
    #: The rows that the act wrote, as they stand when it ends.
    rows: Sequence[models.Model] = ()


def append_events(records: Sequence[Record]) -> list[Event]:
    """Insert the records as events, in order, inside the caller's transaction; return them.

    A plain insert: no lock, no position (those are given later, in batches); a trigger notes that each waits for
    its leaf. Events of a matter (`case` in the body) are closed by its secret, which is made with the first of
    them. Raises rules.BodyRefused when a body holds more than codes and numbers, vault.SecretLost.
    """
    events = [_event(record) for record in records]
    known = _secrets(events)
    written: dict[int, bytes] = {}
    for event, record in zip(events, records, strict=True):
        _seal(event, record.rows, known, written)
    if len(events) == 1:
        events[0].save(force_insert=True)
    else:
        Event.objects.bulk_create(events, batch_size=500)
    return events


def _event(record: Record) -> Event:
    rules.check_kind(record.kind)
    body = rules.plain_body(record.body)
    if rules.is_public(record.kind) and ("case" in body or record.sealed):
        raise rules.BodyRefused(f"an event {record.kind} about a case can't be public")
    return Event(
        kind=record.kind,
        on=record.on,
        by=record.by,
        post_id=record.post_id,
        area_id=record.area_id,
        sealed=record.sealed,
        body=body,
    )


def _secrets(events: Sequence[Event]) -> dict[int, bytes]:
    """The secrets of the matters that the events are about; a matter without one gets it, an erased one none."""
    begun = {m for event in events if rules.begins(event.kind) and (m := leaves.matter_of(event)) is not None}
    others = {m for event in events if (m := leaves.matter_of(event)) is not None} - begun
    known = dict(secrets_of(others)) if others else {}
    if missing := others - set(known):
        missing -= set(Erasure.objects.filter(matter__in=missing).values_list("matter", flat=True))
    return known | dict(make_secrets(begun | missing)) if begun | missing else known


def _seal(
    event: Event, rows: Sequence[models.Model], known: Mapping[int, bytes], written: dict[int, bytes]
) -> None:
    """Give the event its key, bind its rows, and commit to it unless it is public."""
    matter = leaves.matter_of(event)
    secret = known.get(matter) if matter is not None else None
    if secret is None:
        event.salt = leaves.fresh_salt()
    else:
        event.n = leaves.number_within(event)
    key = leaves.key_of(event, secret)
    if key is None:
        raise RuntimeError("an event without a key")
    if rows:
        told = []
        for row in rows:
            data = written.get(id(row))
            if data is None:
                data = written[id(row)] = row_bytes(row)
            told.append((row._meta.db_table, row.pk, data))
        event.rows = bound(key, told)
    if not rules.is_public(event.kind):
        event.commitment = leaves.commitment(event, key, secret)
