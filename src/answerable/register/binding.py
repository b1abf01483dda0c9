"""Rows in a form that can be compared for ever, and a digest of each under the key of the event that wrote it.

A model that is `Bound` tells the act under way of each row that is written or taken away, so that no act can forget
one: the last event that names a row has its digest as it stands. `unbound` names the columns that may change without
an act, with the reason beside it (sums that triggers keep; a text that can be erased has its commitment beside it).
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models

from .saving import QuicklySaved

Column = tuple[str, Callable[[Any], Any]]
#: Table, number and bytes of a row; no bytes: the act took the row away.
Told = tuple[str, int, bytes | None]


@cache
def columns(model: type[models.Model]) -> tuple[Column, ...]:
    """The bound columns of a model and how their values are brought to one form, in order of their names."""
    unbound = getattr(model, "unbound", ())
    return tuple(
        sorted(
            (
                (column.attname, _to_python(column))
                for column in model._meta.concrete_fields
                if column.name not in unbound and not column.generated
            ),
            key=lambda column: column[0],
        )
    )


def _to_python(column: Any) -> Callable[[Any], Any]:
    while column.remote_field is not None:
        column = column.target_field
    to_python: Callable[[Any], Any] = column.to_python
    return to_python


def row_bytes(row: models.Model) -> bytes:
    """The row's table, number and bound columns as bytes: equal for equal rows, whatever database they come from.

    A column that holds nothing is left out, and one of `Bound.later` that holds what it was added with: so what was
    bound before a column came still fits, and no two rows come to the same bytes.
    """
    values = {name: value for name, value in _values(row).items() if value is not None}
    return _write([row._meta.db_table, row.pk, values]).encode()


def _first_bytes(row: models.Model) -> bytes:
    """The row as it was bound at first: with the columns that hold nothing."""
    return _write([row._meta.db_table, row.pk, _values(row)]).encode()


def _values(row: models.Model) -> dict[str, object]:
    """What the bound columns hold, but for those that hold what they were added with."""
    later = getattr(row, "later", None)
    values = {}
    for name, to_python in columns(type(row)):
        value = getattr(row, name)
        # What most columns hold is in its one form already: asking would only cost time.
        value = value if value is None or type(value) is date else to_python(value)
        if not later or name not in later or value != later[name]:
            values[name] = value
    return values


def is_digest_of(said: str, key: bytes, row: models.Model) -> bool:
    """Whether an event said this of the row as it stands, in the form of today or the first one."""
    return any(
        hmac.compare_digest(digest(key, form(row)).encode(), said.encode())
        for form in (row_bytes, _first_bytes)
    )


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"a column of type {type(value).__name__} can't be bound")


_write = json.JSONEncoder(
    default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode


def digest(key: bytes, data: bytes) -> str:
    """43 characters: HMAC-SHA256 in base64url. Without the key nothing can be guessed from it."""
    return urlsafe_b64encode(hmac.digest(key, data, "sha256")).rstrip(b"=").decode()


def bound(key: bytes, rows: Sequence[Told]) -> list[list[object]]:
    """Table, number and digest of each row, as the event keeps them; no digest: the row was taken away."""
    return [[table, pk, None if data is None else digest(key, data)] for table, pk, data in rows]


class _Mark:
    """In place of a row that has to be read again."""


@dataclass(frozen=True)
class _Gone:
    """A row that was taken away, as it was; None: it went unseen."""

    row: models.Model | None = None


AGAIN = _Mark()
Key = tuple[type[models.Model], int]


@dataclass
class Written:
    """The rows that an act under way has written."""

    rows: dict[Key, models.Model | _Gone | _Mark] = field(default_factory=dict)
    #: The act that this one is a part of.
    outer: Written | None = None

    def note(self, row: models.Model) -> None:
        """A row was written: as it stands when the act ends, it is bound."""
        key = type(row), row.pk
        known = self.rows.get(key)
        self.rows[key] = row if known is None or known is row else AGAIN
        if self.outer is not None:
            self.outer.touched(key)

    def changed(self, model: type[models.Model], pks: Iterable[int]) -> None:
        """Rows were changed where no instance knows of it."""
        for pk in pks:
            self.rows[model, pk] = AGAIN
            if self.outer is not None:
                self.outer.touched((model, pk))

    def gone(self, rows: Iterable[models.Model]) -> None:
        """Rows were taken away."""
        for row in rows:
            key = type(row), row.pk
            self.rows[key] = _Gone(copy(row))
            if self.outer is not None:
                self.outer.touched(key)

    def row(self, key: Key) -> models.Model | None:
        """A row that was written, or as it was before it was taken away."""
        found = self.rows.get(key)
        if isinstance(found, _Gone):
            return found.row
        return found if isinstance(found, models.Model) else None

    def touched(self, key: Key) -> None:
        """An inner act wrote a row that this one has written too: what it remembers of it is old."""
        if key in self.rows:
            self.rows[key] = AGAIN
        if self.outer is not None:
            self.outer.touched(key)

    def settle(self) -> dict[Key, bytes | None]:
        """The bytes of each row as it stands now. One query for each table with rows that were changed unseen."""
        again: dict[type[models.Model], list[int]] = {}
        for (model, pk), row in self.rows.items():
            if row is AGAIN:
                again.setdefault(model, []).append(pk)
        for model, pks in again.items():
            found = model._base_manager.in_bulk(pks)
            for pk in pks:
                self.rows[model, pk] = found.get(pk, _Gone())
        return {
            key: row_bytes(row) if isinstance(row, models.Model) else None for key, row in self.rows.items()
        }


_under_way: ContextVar[Written | None] = ContextVar("rows_written", default=None)


@contextmanager
def writing() -> Iterator[Written]:
    """Collect the bound rows that are written inside."""
    mine = Written(outer=_under_way.get())
    token = _under_way.set(mine)
    try:
        yield mine
    finally:
        _under_way.reset(token)


Row = TypeVar("Row", bound=models.Model, covariant=True)


class BoundRows(models.QuerySet[Row]):
    """A query whose writes are told to the act under way."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Row]:
        """Insert, and bind."""
        made = super().bulk_create(objs, *args, **options)
        act = _under_way.get()
        if act is not None:
            for row in made:
                act.note(row)
        return made

    def update(self, **values: Any) -> int:
        """Change, and bind: the rows are read again when the act ends."""
        act = _under_way.get()
        if act is not None:
            act.changed(self.model, list(self.values_list("pk", flat=True)))
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Take away, and bind that they are gone."""
        act = _under_way.get()
        if act is not None:
            act.gone(list(self))
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Bound(QuicklySaved):
    """A table whose rows the record binds: whoever changes one by raw SQL is found by an audit."""

    #: Columns that change without an act; each model gives its reason.
    unbound: ClassVar[frozenset[str]] = frozenset()
    #: Columns that were added when rows were bound already, and what the migration gave those rows (None: nothing).
    later: ClassVar[Mapping[str, object]] = {}
    objects: ClassVar[models.Manager[Self]] = BoundRows.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save_base(self, *args: Any, **options: Any) -> None:
        """Write, and bind."""
        super().save_base(*args, **options)
        act = _under_way.get()
        if act is not None:
            act.note(self)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Take away, and bind that it is gone."""
        act = _under_way.get()
        if act is not None:
            act.gone([self])
        return super().delete(*args, **options)


def bind_again(rows: models.QuerySet[Any]) -> None:
    """Let the act under way bind these rows as they stand: what bound them before can't be read any more."""
    act = _under_way.get()
    if act is not None:
        act.changed(rows.model, rows.values_list("pk", flat=True))
