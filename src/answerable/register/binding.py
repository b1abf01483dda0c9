"""Rows in a form that can be compared for ever: canonical bytes, and a digest under the key of the event that wrote them.

A model says with `unbound` which of its columns may change without an act (a text that can be erased has its
commitment beside it). All others are bound: whoever changes one by raw SQL is found by an audit.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

Column = tuple[str, Callable[[Any], Any]]


@cache
def columns(model: type[models.Model]) -> tuple[Column, ...]:
    """The bound columns of a model and how their values are brought to one form, in order of their names."""
    unbound = getattr(model, "unbound", ())
    return tuple(
        sorted(
            (
                (field.attname, field.to_python)
                for field in model._meta.concrete_fields
                if field.name not in unbound and not field.generated
            ),
            key=lambda column: column[0],
        )
    )


def row_bytes(row: models.Model) -> bytes:
    """The row's table, number and bound columns as bytes: equal for equal rows, whatever database they come from."""
    values = {name: to_python(getattr(row, name)) for name, to_python in columns(type(row))}
    return json.dumps(
        [row._meta.db_table, row.pk, values],
        default=_plain,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"a column of type {type(value).__name__} can't be bound")


def digest(key: bytes, data: bytes) -> str:
    """43 characters: HMAC-SHA256 in base64url. Without the key nothing can be guessed from it."""
    return urlsafe_b64encode(hmac.digest(key, data, "sha256")).rstrip(b"=").decode()


def bound(key: bytes, rows: Sequence[tuple[str, int, bytes]]) -> list[list[object]]:
    """Table, number and digest of each row, as the event keeps them."""
    return [[table, pk, digest(key, data)] for table, pk, data in rows]
