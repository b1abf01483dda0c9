"""The backend: Django's own, after the swap to a fixed SQLite."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from answerable.config.swap_sqlite import FIXED, swap

swap()

import sqlite3  # noqa: E402

from django.core.exceptions import ImproperlyConfigured  # noqa: E402 - the swap comes first
from django.db.backends.sqlite3 import base  # noqa: E402

#: Longer statements are those of bulk loads, each of another length: remembering them would only cost memory.
LONG = 4_000


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor, which looks for the places of parameters anew each time a statement comes by."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The statement in SQLite's form."""
        if param_names is not None or len(query) > LONG:
            return super().convert_query(query, param_names=param_names)
        return _converted(query)


@lru_cache(maxsize=1_024)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks the library's version before each new connection."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file. Raises ImproperlyConfigured under an SQLite that may corrupt a WAL database."""
        if sqlite3.sqlite_version_info < FIXED:
            raise ImproperlyConfigured(
                f"SQLite {sqlite3.sqlite_version} can corrupt this database. Install requirements/runtime.txt, "
                "which brings a fixed one, and start again."
            )
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that remembers its statements in SQLite's form."""
        return self.connection.cursor(factory=Cursor)
