"""Saving one row in statements that Django has written once.

Nearly every act saves some rows one by one, and Django takes three times as long to write the SQL of each as the database
takes to run it. The words are Django's own, kept for each table and choice of columns; values go through the fields as
always, and what is not a plain value takes the usual way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import connections, models
from django.db.models.sql import InsertQuery

Field: TypeAlias = "models.Field[Any, Any]"


class QuicklySaved(models.Model):
    """A table whose rows are mostly saved one at a time."""

    class Meta:
        """No table of its own."""

        abstract = True

    def _do_insert(
        self, manager: Any, using: str, fields: Sequence[Field], returning_fields: Sequence[Field], raw: bool
    ) -> Any:
        """As Model's, which save() calls."""
        usual: Any = super()._do_insert  # type: ignore[misc]
        # What else comes back (a column that the database makes) is brought to its form by Django.
        if raw or not fields or list(returning_fields) != [self._meta.auto_field]:
            return usual(manager, using, fields, returning_fields, raw)
        values = _prepared([(field, field.pre_save(self, add=True)) for field in fields], using)
        if values is None:
            return usual(manager, using, fields, returning_fields, raw)
        with connections[using].cursor() as cursor:
            cursor.execute(_insert(type(self), tuple(fields), using), values)
            return [cursor.fetchone()]

    def _do_update(  # type: ignore[override] # Django 5.2's; the stubs know a later one
        self,
        base_qs: Any,
        using: str,
        pk_val: Any,
        values: list[tuple[Field, Any, Any]],
        update_fields: Any,
        forced_update: bool,
    ) -> bool:
        """As Model's, which save() calls."""
        prepared = _prepared([(field, value) for field, _, value in values], using) if values else None
        if prepared is None or self._meta.select_on_save:
            usual: Any = super()._do_update
            return bool(usual(base_qs, using, pk_val, values, update_fields, forced_update))
        with connections[using].cursor() as cursor:
            fields = tuple(field for field, _, _ in values)
            cursor.execute(_update(type(self), fields, using), [*prepared, pk_val])
            return bool(cursor.rowcount > 0)


def _prepared(pairs: Sequence[tuple[Field, Any]], using: str) -> list[Any] | None:
    """The values as the database takes them; None where one is no plain value (a row, an expression, a default)."""
    connection, found = connections[using], []
    for field, value in pairs:
        if hasattr(value, "resolve_expression") or hasattr(value, "prepare_database_save"):
            return None
        ready = field.get_db_prep_save(value, connection=connection)
        if hasattr(ready, "as_sql"):
            return None
        found.append(ready)
    return found


@lru_cache(maxsize=1_024)
def _insert(model: type[models.Model], fields: tuple[Field, ...], using: str) -> str:
    query = InsertQuery(model)
    # The values stand for none: only the statement's words are kept.
    query.insert_values(fields, [model()], raw=True)
    compiler = query.get_compiler(using=using)
    compiler.returning_fields = [model._meta.auto_field]
    ((sql, _),) = compiler.as_sql()
    return str(sql)


@lru_cache(maxsize=1_024)
def _update(model: type[models.Model], fields: tuple[Field, ...], using: str) -> str:
    quoted = connections[using].ops.quote_name
    columns = ", ".join(f"{quoted(str(field.column))} = %s" for field in fields)
    table, pk = quoted(model._meta.db_table), quoted(str(model._meta.pk.column))
    return f"UPDATE {table} SET {columns} WHERE {table}.{pk} = %s"  # noqa: S608 - names of our own
