"""Put a fixed SQLite under `sqlite3` before anything opens a database.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write or checkpoint at
once (fixed in 3.51.3); Debian 12's is 3.40.1. The PyPI package `pysqlite3` bundles a newer one.
"""

from __future__ import annotations

import sqlite3
import sys

FIXED = (3, 51, 3)


def swap() -> None:
    """Replace the standard module by `pysqlite3` where the interpreter's SQLite is older than the fix."""
    if sqlite3.sqlite_version_info >= FIXED:
        return
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ModuleNotFoundError:
        # No wheel for this machine: the backend refuses to open an SQLite database, PostgreSQL works.
        return

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
