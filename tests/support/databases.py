"""The database under test: a file for SQLite, as in production, or PostgreSQL, by DATABASE_URL."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .tables import copy_of, postgresql_tables, run_id, sqlite_tables

#: Fixtures that bring a database, or a product running on one.
_WITH_DATABASE = frozenset(
    {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}
    | {"database", "own_database", "filled_place", "demo_server"}
)


def needs_a_database(item: pytest.Item) -> bool:
    """Whether a test asks for a database in any way, or its file names one: then it runs on each."""
    fixtures = frozenset(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") is not None or fixtures & _WITH_DATABASE:
        return True
    return _names_one(item.path)


@cache
def _names_one(file: Path) -> bool:
    text = file.read_text("utf-8")
    return "DATABASE_URL" in text or "postgres" in text


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> None:
    """Start from tables that were made before, and keep the tests' SQLite database in a file.

    Django's choice, shared memory, locks whole tables, knows no WAL and gives every thread the same
    connection: two handlers acting at once would never meet as they do in production.
    """
    from django.conf import settings
    from django.db import connection

    database = settings.DATABASES["default"]
    asked = database.setdefault("TEST", {})
    if vendor() == "sqlite":
        file = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        tables = sqlite_tables()
        asked["NAME"] = file
        connection.creation._create_test_db = lambda *given, **more: copy_of(tables, file)  # type: ignore[attr-defined]
        # Nobody cuts the power of a test: don't wait for the disk.
        options = database.setdefault("OPTIONS", {})
        options["init_command"] = options.get("init_command", "") + " PRAGMA synchronous=OFF;"
    else:
        base = tmp_path_factory.getbasetemp()
        shared = base if worker_id == "master" else base.parent
        asked["TEMPLATE"] = postgresql_tables(os.environ["DATABASE_URL"], shared, run_id())


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_the_guards() -> Iterator[None]:
    """Let a transactional test empty the append-only tables afterwards: by TRUNCATE on PostgreSQL, by DELETE on SQLite."""
    if vendor() != "sqlite":
        yield from _postgresql_flush()
        return
    from django.db.backends.sqlite3.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush

    def lifted(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = cursor.fetchall()
            for name, _ in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            plain(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                for _, definition in guards:
                    cursor.execute(definition)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", lifted)
        yield


def _postgresql_flush() -> Iterator[None]:
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush

    def lifted(self: Any, sql_list: list[str]) -> None:
        quiet = ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = origin"]
        plain(self, quiet if sql_list else sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", lifted)
        yield


def vendor() -> str:
    """The database under test: sqlite or postgresql."""
    from django.db import connection

    return connection.vendor


@pytest.fixture
def database() -> str:
    """The name of the database under test: sqlite or postgresql. Gives no access; for that, ask for `db`."""
    return vendor()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with its reason, what is marked only_on(vendor, reason) for the other database.

    Where a run on another database comes before (scripts/test says so), leave out what asks for no database.
    """
    if os.environ.get("TESTS_OF_DATABASES") == "only":
        config.hook.pytest_deselected(items=[item for item in items if not needs_a_database(item)])
        items[:] = [item for item in items if needs_a_database(item)]
    for item in items:
        mark = item.get_closest_marker("only_on")
        if mark and mark.args[0] != vendor():
            item.add_marker(pytest.mark.skip(reason=f"only on {mark.args[0]}: {mark.args[1]}"))


def pytest_report_header() -> str:
    """Name the database, with its version, at the top of each run."""
    if vendor() == "sqlite":
        import sqlite3  # by now the fixed one, see config/swap_sqlite.py

        return f"database: SQLite {sqlite3.sqlite_version}"
    return f"database: {vendor()}, {os.environ.get('DATABASE_URL', 'from settings')}"
