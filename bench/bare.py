"""The bare driver: what the database can durably take in with nothing of ours around it.

The same file system, the same settings, a connection of its own; rows of the size of one piece of feedback.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

TEXT = "The pump at the school gives no water since August. Women walk to the river before school. " * 2
COLUMNS = ("key", "area_id", "subject_id", "kind", "state", "language", "received_on", "text")
ROW = (4711, 12, "need", "acknowledged", "en", "2026-11-21", TEXT)
MAKE = (
    "CREATE TABLE IF NOT EXISTS bare (id {id} PRIMARY KEY, key {text} NOT NULL, area_id INTEGER NOT NULL, "
    "subject_id INTEGER NOT NULL, kind {text} NOT NULL, state {text} NOT NULL, language {text} NOT NULL, "
    "received_on {text} NOT NULL, text {text} NOT NULL)"
)


class Bare:
    """A connection of the driver itself, and one table."""

    def __init__(self, folder: Path, *, synchronous: str = "FULL") -> None:
        self.vendor = connection.vendor
        if self.vendor == "sqlite":
            # By now the fixed one that the product uses (config/swap_sqlite.py), on a file beside the product's.
            import sqlite3

            path = folder / f"bare-{synchronous.lower()}.sqlite3"
            self.raw: Any = sqlite3.connect(str(path), isolation_level=None)
            for statement in settings.DATABASES["default"]["OPTIONS"]["init_command"].split(";"):
                self.raw.execute(statement)
            self.raw.execute(f"PRAGMA synchronous={synchronous}")
            self.mark, self.begin = "?", "BEGIN IMMEDIATE"
            self.raw.execute(MAKE.format(id="INTEGER", text="TEXT"))
        else:
            import psycopg

            self.raw = psycopg.connect(
                **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
            )
            self.raw.autocommit = True
            self.mark, self.begin = "%s", "BEGIN"
            self.raw.execute(MAKE.format(id="BIGINT GENERATED ALWAYS AS IDENTITY", text="TEXT"))
        marks = ", ".join([self.mark] * len(COLUMNS))
        self.insert = f"INSERT INTO bare ({', '.join(COLUMNS)}) VALUES ({marks})"

    def one_row(self) -> None:
        """One row, committed."""
        self.raw.execute(self.begin)
        self.raw.execute(self.insert, (str(uuid.uuid4()), *ROW))
        self.raw.execute("COMMIT")

    def six_rows(self) -> None:
        """As many rows as one submission writes (case, feedback, word, two steps, event), committed once."""
        self.raw.execute(self.begin)
        for _ in range(6):
            self.raw.execute(self.insert, (str(uuid.uuid4()), *ROW))
        self.raw.execute("COMMIT")

    def many_rows(self, count: int = 50) -> None:
        """So many rows in one statement for all, committed once."""
        self.raw.execute(self.begin)
        self.raw.cursor().executemany(self.insert, [(str(uuid.uuid4()), *ROW) for _ in range(count)])
        self.raw.execute("COMMIT")

    def close(self) -> None:
        """Done."""
        self.raw.close()
