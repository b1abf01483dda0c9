"""Rows of cases and their steps straight into the tables, for `answerable simulate` alone: no act, no event, no trigger.

COPY on PostgreSQL; on SQLite prepared statements, with indexes and triggers made again afterwards, in order, which is
several times faster than row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from .models import Case, CaseStep

#: Rows that go into the database at once.
BATCH = 50_000
TABLES = (Case, CaseStep)


@contextmanager
def poured() -> Iterator[None]:
    """Let rows in without a look at each, and put back what looks at them. Inside a transaction."""
    names = ", ".join(f"'{model._meta.db_table}'" for model in TABLES)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            cursor.execute(
                f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({names}) "  # noqa: S608 - of our own
                "AND type IN ('index', 'trigger') AND sql IS NOT NULL"
            )
            beside = cursor.fetchall()
            for kind, name, _ in beside:
                cursor.execute(f'DROP {kind} "{name}"')
            yield
            for _, _, sql in beside:
                cursor.execute(sql)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(TABLES)):
            cursor.execute(statement)


def pour(model: type[Case] | type[CaseStep], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into the table of cases or of steps, inside `poured`."""
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    rest = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(rest, BATCH)):
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write("".join(map(_line, batch)))
            else:
                marks = ", ".join(["?"] * len(columns))
                connection.connection.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - of our own
                    batch,
                )


def _line(row: Sequence[Any]) -> str:
    """A line of COPY's text form: our values hold no tab, no line's end and no backslash."""
    return "\t".join("\\N" if value is None else str(value) for value in row) + "\n"
