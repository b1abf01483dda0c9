# ruff: noqa: S608 - SQL of names of our own and of numbers
"""Every case that is not sensitive as one CSV: the columns of the lake's `cases`, with names of place and subject.

The rows go from the database to the file: by COPY on PostgreSQL, in handfuls on SQLite. No more than a handful is in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

from answerable.places.models import Area

from .declared import CASES
from .declaring import Column, Type
from .problems import FileRefused
from .reading import Whole, county_depth

#: As spreadsheets want it.
MARK = b"\xef\xbb\xbf"
HANDFUL = 5_000
#: What a cell may not begin with: spreadsheets take it for a formula.
_FORMULA = "=+-@\t\r＝＋－＠"
_SIGNS = ", ".join(f"'{sign}'" for sign in _FORMULA)
_NAME = f"CASE WHEN SUBSTR(a.name, 1, 1) IN ({_SIGNS}) THEN '''' || a.name ELSE a.name END"
NAMES = (
    Column("area_name", Type.CODE, "name", "Name of the area.", _NAME),
    Column("subject_key", Type.CODE, "code", "Short name of the subject.", "j.key"),
)
COLUMNS = (*CASES.columns, *NAMES)


def write_cases(path: Path, area: Area | None = None, progress: Callable[[int], object] | None = None) -> int:
    """Write the file, whole or not at all; returns how many cases. `progress` hears of octets written.

    For the operator's command: asks for no right. Raises FileRefused.
    """
    try:
        with _target(path) as file:
            file.write(MARK)
            if connection.vendor == "postgresql":
                return _copied(file, query(area), progress)
            return _written(file, query(area), progress)
    except OSError as error:
        raise FileRefused(file=str(path), why=error.strerror or "it can't be written") from None


def query(area: Area | None = None) -> str:
    """The statement whose rows are the file's."""
    columns = ", ".join(f'{_cell(column)} AS "{column.name}"' for column in COLUMNS)
    # SQLite joins in the order in which tables stand: cases first, unless one area's are asked for.
    tables = (
        "listening_case c CROSS JOIN places_area a"
        if area is None
        else "places_area a CROSS JOIN listening_case c"
    )
    return (
        f"SELECT {columns} FROM {tables} JOIN programme_subject j ON j.id = c.subject_id "
        f"LEFT JOIN access_post o ON o.id = c.owner_id "
        f"WHERE {CASES.where} AND {Whole(area, county_depth()).within()}"
    )


def _cell(column: Column) -> str:
    if column.type is Type.FLAG:
        return f"CASE WHEN {column.sql} = 1 THEN 'true' ELSE 'false' END"
    return column.sql


@contextmanager
def _target(path: Path) -> Iterator[IO[bytes]]:
    """A file beside the target, its owner's alone, which takes its place when all is well."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 18) as file:
            yield file
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _copied(file: IO[bytes], sql: str, progress: Callable[[int], object] | None) -> int:
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER true)") as copy,
    ):
        for block in copy:
            file.write(block)
            if progress:
                progress(len(block))
        rows = cursor.cursor.rowcount
    return int(rows)


def _written(file: IO[bytes], sql: str, progress: Callable[[int], object] | None) -> int:
    """SQLite puts each row's line together itself: its cells never become Python objects."""
    file.write((",".join(column.name for column in COLUMNS) + "\n").encode())
    cells = ", ".join(_quoted(column) for column in COLUMNS)
    connection.ensure_connection()
    cursor, count = connection.connection.cursor(), 0
    # The driver itself: nothing of ours looks at a row on its way.
    cursor.execute(f"SELECT CONCAT_WS(',', {cells}) FROM ({sql}) f")
    while rows := cursor.fetchmany(HANDFUL):
        piece = "".join(f"{line}\n" for (line,) in rows).encode()
        file.write(piece)
        count += len(rows)
        if progress:
            progress(len(piece))
    cursor.close()
    return count


def _quoted(column: Column) -> str:
    """A cell; a name may hold what ends one, a code does not."""
    own = f'f."{column.name}"'
    if column.name == "area_name":
        return f"""'"' || REPLACE({own}, '"', '""') || '"'"""
    return f"COALESCE({own}, '')" if column.optional else own
