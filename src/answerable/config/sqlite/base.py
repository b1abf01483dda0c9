"""The backend: Django's own, after the swap to a fixed SQLite."""

from __future__ import annotations

from typing import Any

from answerable.config.swap_sqlite import FIXED, swap

swap()

import sqlite3  # noqa: E402

from django.core.exceptions import ImproperlyConfigured  # noqa: E402 - the swap comes first
from django.db.backends.sqlite3 import base  # noqa: E402


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
