"""What the database holds, read from its own models: every table, every column, and what each means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.apps import apps

from answerable.safeguards.meanings import TABLE, meanings


@dataclass(frozen=True)
class Column:
    """A column and its meaning."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table, its meaning and its columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def part(self) -> str:
        """The part of the program that it belongs to."""
        return self.name.partition("_")[0]


@cache
def held() -> tuple[Table, ...]:
    """All tables by name: which there are is asked of the running product, what they mean is written down."""
    written = meanings()
    tables = []
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        own = written.get(name, {})
        columns = tuple(
            Column(str(field.column), own.get(str(field.column), "")) for field in model._meta.concrete_fields
        )
        tables.append(Table(name, own.get(TABLE, ""), columns))
    return tuple(sorted(tables, key=lambda table: table.name))
