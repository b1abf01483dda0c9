"""What an administrator may do behind the product's back, to one row of each bound table, and what an audit says of it.

Run as a process on a filled demo: `python -m tests.support.tampering`. It prints JSON: for each way (edit, backdate,
delete, add; forge: edit, and invent an act that binds the row as it is now) and each table the row that was touched, or
null where the table allows no such thing, and the findings. Everything is rolled back. Guards are lifted first, as
somebody with the database's own password would.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from .bound_guard import declare_test_kinds

WAYS = ("edit", "backdate", "delete", "add", "forge")


def main() -> None:
    """Fill what the demo leaves empty, give everything its place, tamper, audit."""
    import django

    django.setup()
    declare_test_kinds()
    from answerable.register.auditing import audit, bound_models
    from answerable.register.sequencing import sequence

    fill_empty()
    sequence(seal=True)
    clean = [finding.sentence() for finding in audit().findings if finding.table or "event" in finding.code]
    said: dict[str, Any] = {"clean": clean}
    for way in WAYS:
        with _undone():
            _lift_guards()
            touched = {model._meta.db_table: _HOW[way](model) for model in bound_models()}
            if way == "forge":
                _forge(touched)
            findings = [
                [one.code, one.table, one.row, one.event, one.leaf, one.sentence()]
                for one in audit().findings
            ]
        said[way] = {"touched": touched, "findings": findings}
    json.dump(said, sys.stdout)


def fill_empty() -> None:
    """One row, at least, in each bound table: the demo's story needs not all of them."""
    from answerable.access.gate import acting
    from answerable.access.rules import SYSTEM, Right
    from answerable.register.auditing import bound_models

    with acting(SYSTEM, Right.TICK, None) as act:
        act.idle = True
        for _ in range(3):  # some wait for others
            for model in bound_models():
                if not model._base_manager.exists() and (row := _made_up(model)) is not None:
                    row.save(force_insert=True)
                    act.record("test.row-made")
        empty = [model._meta.db_table for model in bound_models() if not model._base_manager.exists()]
        assert not empty, empty


#: What a made-up value can't be guessed for.
VALUES: dict[str, object] = {
    "money_fundsector.vocabulary": "dac",
    "surveys_estimate.measure": "share",
    "money_fundtermrule.vocabulary": "",
    "money_fundtermrule.code": "",
    "money_fundtermrule.area": None,
    "money_fundterm.rules_count": 1,
    "listening_slip.code_salt": bytes(16),
    "listening_slip.code_hash": bytes(64),
    "listening_slip.locator": "123456",
    "listening_slip.serial": "AAAA-0001",
}


def _made_up(model: Any) -> Any:
    from django.db import models

    row = model()
    for field in model._meta.concrete_fields:
        key = f"{model._meta.db_table}.{field.name}"
        if key in VALUES:
            setattr(row, field.attname, VALUES[key])
        elif field.primary_key or field.generated or field.has_default():
            continue
        elif field.remote_field is not None:
            other = field.related_model._base_manager.order_by("pk").values_list("pk", flat=True).first()
            if other is None and not field.null:
                return None
            setattr(row, field.attname, other)
        elif not field.null:
            setattr(row, field.attname, _value(field, models))
    return row


def _value(field: Any, models: Any) -> object:
    if isinstance(field, models.DateField):
        return date(2026, 1, 5)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return 1
    if isinstance(field, models.BinaryField):
        return bytes(field.max_length or 1)
    if isinstance(field, models.JSONField):
        return {"en": "made up"}
    return "x"[: field.max_length or 1]


@contextmanager
def _undone() -> Iterator[None]:
    from django.db import transaction

    class Enough(Exception):
        pass

    try:
        with transaction.atomic():
            yield
            raise Enough
    except Enough:
        pass


def _lift_guards() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET LOCAL session_replication_role = replica")
            return
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def _tried(statement: str, values: list[Any]) -> bool:
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)
    except DatabaseError:
        return False


def _bound_fields(model: Any) -> list[Any]:
    from answerable.register.binding import columns

    names = {name for name, _ in columns(model)}
    return [f for f in model._meta.concrete_fields if f.attname in names and not f.primary_key]


def _last(model: Any) -> Any:
    return model._base_manager.order_by("-pk").first()


def _edit(model: Any) -> int | None:
    """Another value in the first column that takes one."""
    from django.db import models

    row = _last(model)
    for field in _bound_fields(model):
        value = getattr(row, field.attname)
        if isinstance(field, models.DateField) or value is None:
            continue
        if isinstance(field, models.JSONField):
            changed: object = json.dumps({"en": "changed by hand"})
        elif isinstance(value, bool):
            changed = not value
        elif isinstance(value, int):
            changed = value + 1
        elif isinstance(value, str):
            changed = f"{value[:-1]}{'y' if value[-1:] != 'y' else 'z'}"
        else:
            continue
        if _update(model, field, changed, row.pk):
            return int(row.pk)
    return None


def _backdate(model: Any) -> int | None:
    """A day earlier in the first column of days that takes one."""
    from django.db import models

    row = _last(model)
    for field in _bound_fields(model):
        value = getattr(row, field.attname)
        if isinstance(field, models.DateField) and value is not None:
            for back in (1, 31):
                if _update(model, field, value - timedelta(days=back), row.pk):
                    return int(row.pk)
    return None


def _update(model: Any, field: Any, value: object, pk: int) -> bool:
    key = model._meta.pk.column
    table = model._meta.db_table
    return _tried(f'UPDATE "{table}" SET "{field.column}" = %s WHERE "{key}" = %s', [value, pk])


def _delete(model: Any) -> int | None:
    row = _last(model)
    table, key = model._meta.db_table, model._meta.pk.column
    return int(row.pk) if _tried(f'DELETE FROM "{table}" WHERE "{key}" = %s', [row.pk]) else None


def _add(model: Any) -> int | None:
    """A copy of a row under a new number, with what has to be unique made so where that is simple."""
    row = _last(model)
    meta = model._meta
    single = {f.column for f in meta.concrete_fields if f.unique and not f.primary_key}
    columns = [f for f in meta.concrete_fields if not f.generated]
    chosen = []
    for field in columns:
        if field.primary_key:
            chosen.append(f'"{field.column}" + 1000003')
        elif field.name in {"n", "number"}:
            chosen.append(f'"{field.column}" + 7919')
        elif field.column in single and field.get_internal_type() in {"CharField", "SlugField"}:
            chosen.append(f"\"{field.column}\" || 'x'")
        else:
            chosen.append(f'"{field.column}"')
    names = ", ".join(f'"{field.column}"' for field in columns)
    done = _tried(
        f'INSERT INTO "{meta.db_table}" ({names}) SELECT {", ".join(chosen)} FROM "{meta.db_table}" '
        f'WHERE "{meta.pk.column}" = %s',
        [row.pk],
    )
    return int(row.pk) + 1_000_003 if done else None


def _forge(touched: dict[str, int | None]) -> None:
    """An event that fits in every way, of a kind whose acts write no such rows, with its place in the log."""
    from answerable.kernel import clock
    from answerable.register import binding, leaves
    from answerable.register.auditing import bound_models
    from answerable.register.models import Event, Pending
    from answerable.register.sequencing import sequence

    salt = bytes(range(32))
    event = Event(kind="places.area-renamed", on=clock.today(), by="system", body={"area": 1}, salt=salt)
    rows = [(model, pk) for model in bound_models() if (pk := touched[model._meta.db_table]) is not None]
    event.rows = binding.bound(
        salt,
        [(model._meta.db_table, pk, binding.row_bytes(model._base_manager.get(pk=pk))) for model, pk in rows],
    )
    event.commitment = leaves.commitment(event, salt, None)
    event.save(force_insert=True)
    Pending.objects.create(event_id=event.pk, open=False)
    sequence(seal=True)


_HOW: dict[str, Callable[[Any], int | None]] = {
    "edit": _edit,
    "backdate": _backdate,
    "delete": _delete,
    "add": _add,
    "forge": _edit,
}

if __name__ == "__main__":
    main()
