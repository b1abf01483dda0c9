"""SQLite's write-ahead log: what was erased, and which writes came together, stays in that file until it is emptied."""

from __future__ import annotations

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper


def empty_the_log(database: BaseDatabaseWrapper, *, wait: int | None = None) -> bool:
    """Write the log into the database and cut it to nothing; nothing happens within a transaction, or on a server.

    `wait` is how many milliseconds readers may hinder it (without: as long as any statement waits). True when the log
    is empty; those that stand in the way are left alone, and it is for the caller to try again later.
    """
    if database.vendor != "sqlite" or database.in_atomic_block:
        return False
    with database.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        try:
            if wait is not None:
                cursor.execute(f"PRAGMA busy_timeout = {int(wait)}")
            return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except OperationalError:
            return False
        finally:
            if wait is not None:
                cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
