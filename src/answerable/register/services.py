"""Appending to the record. Only the gate (answerable.access.gate) calls this; a house test says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, models

from . import leaves, rules
from .binding import Key, Told, Written, bound
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
    #: Rows that this record is to bind, where an act makes several.
    rows: Sequence[models.Model] = ()


class WroteUnrecorded(RuntimeError):
    """A programming error: an act changed rows and recorded nothing."""


def append_events(records: Sequence[Record], written: Written | None = None) -> list[Event]:
    """Insert the records as events, in order, inside the caller's transaction; return them.

    A plain insert: no lock, no position (those are given later, in batches); a trigger notes that each waits for
    its leaf. Each row of `written` is bound by one of them. Events of a matter (`case` in the body) are closed by
    its secret, which is made with the first of them. Raises rules.BodyRefused when a body holds more than codes
    and numbers, vault.SecretLost, WroteUnrecorded.
    """
    told = written.settle() if written is not None and written.rows else {}
    if not records:
        if told:
            raise WroteUnrecorded(", ".join(sorted({model._meta.label for model, _ in told})))
        return []
    events = [_event(record) for record in records]
    known = _secrets(events)
    for event, rows in zip(events, _shared(events, records, told, written), strict=True):
        _seal(event, rows, known)
    if len(events) == 1:
        _insert(events[0])
    else:
        Event.objects.bulk_create(events, batch_size=500)
    return events


_COLUMNS = ("kind", "on", "by", "post_id", "area_id", "sealed", "body", "rows", "salt", "n", "commitment")
_INSERT = "INSERT INTO register_event ({}) VALUES ({}) RETURNING id".format(  # noqa: S608 - names of our own
    ", ".join('"' + name + '"' for name in _COLUMNS), ", ".join(["%s"] * len(_COLUMNS))
)


def _insert(event: Event) -> None:
    """One event, in words of our own: every act has one, and the model's way to the same statement takes three times
    as long as the database does."""
    said = {name: getattr(event, name) for name in _COLUMNS}
    said["on"] = connection.ops.adapt_datefield_value(event.on)
    for name in ("body", "rows"):
        if said[name] is not None:
            said[name] = connection.ops.adapt_json_value(said[name], None)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, list(said.values()))
        event.pk = cursor.fetchone()[0]
    event._state.adding = False
    event._state.db = connection.alias


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


def _shared(
    events: Sequence[Event],
    records: Sequence[Record],
    told: Mapping[Key, bytes | None],
    written: Written | None,
) -> list[list[Told]]:
    """The rows that each event binds: those its record names; a matter's by its event; others by what names them."""
    shares: list[list[Told]] = [[] for _ in events]
    if not told:
        return shares
    named = {(type(row), row.pk): n for n, record in enumerate(records) for row in record.rows}
    # The last event that names a thing by its number binds it.
    about = (
        {}
        if len(events) == 1
        else {
            (name, value): n
            for n, event in enumerate(events)
            for name, value in event.body.items()
            if type(value) is int
        }
    )
    for key, data in told.items():
        model, pk = key
        n = named.get(key)
        if n is None:
            n = _place(model, pk, written.row(key) if written else None, about) if about else len(events) - 1
        shares[n if n is not None else len(events) - 1].append((model._meta.db_table, pk, data))
    return shares


def _place(
    model: type[models.Model], pk: int, row: object, about: Mapping[tuple[str, int], int]
) -> int | None:
    if not isinstance(row, models.Model):
        return about.get((model._meta.model_name or "", pk))
    if (n := about.get(("case", getattr(row, "case_id", 0)))) is not None:
        return n
    if (n := about.get((model._meta.model_name or "", pk))) is not None:
        return n
    for column in model._meta.concrete_fields:
        if column.remote_field is not None:
            n = about.get((column.name, getattr(row, column.attname)))
            if n is not None:
                return n
    return None


def _secrets(events: Sequence[Event]) -> dict[int, bytes]:
    """The secrets of the matters that the events are about; a matter without one gets it, an erased one none."""
    begun = {m for event in events if rules.begins(event.kind) and (m := leaves.matter_of(event)) is not None}
    others = {m for event in events if (m := leaves.matter_of(event)) is not None} - begun
    known = dict(secrets_of(others)) if others else {}
    if missing := others - set(known):
        missing -= set(Erasure.objects.filter(matter__in=missing).values_list("matter", flat=True))
    return known | dict(make_secrets(begun | missing)) if begun | missing else known


def _seal(event: Event, rows: Sequence[Told], known: Mapping[int, bytes]) -> None:
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
        event.rows = bound(key, rows)
    if not rules.is_public(event.kind) or not leaves.fits_open(event):
        event.commitment = leaves.commitment(event, key, secret)
