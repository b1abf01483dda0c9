"""Migration operations that make a table append-only on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

Change = Callable[[BaseDatabaseSchemaEditor], None]


class Guard(Operation):
    """Statements for the database alone. Unlike RunPython it asks for no models: those take long to draw up."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, forward: Change, backward: Change) -> None:
        self.forward, self.backward = forward, backward

    def state_forwards(self, app_label: str, state: object) -> None:
        """Models know nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: object, to_state: object
    ) -> None:
        """Put the guard there."""
        self.forward(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: object, to_state: object
    ) -> None:
        """Take it away."""
        self.backward(schema_editor)

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return "Guard a table in the database"


def _sqlite(table: str, key: str) -> list[str]:
    return [
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        _sqlite_no_replace(table, key),
    ]


def _sqlite_no_replace(table: str, key: str = "id") -> str:
    """SQLite's REPLACE takes the old row away without asking the trigger of DELETE."""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of our own
        f'WHEN EXISTS (SELECT 1 FROM {table} x WHERE x."{key}" = NEW."{key}") '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql(table: str) -> list[str]:
    return [
        (
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'check_violation'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        ),
    ]


def append_only(table: str, key: str = "id") -> Guard:
    """An operation after which the database refuses to change or delete a row of `table`; `key` is its primary key."""

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        vendor = editor.connection.vendor
        for statement in _sqlite(table, key) if vendor == "sqlite" else _postgresql(table):
            editor.execute(statement, params=None)

    def backward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {table}_no_update", params=None)
            editor.execute(f"DROP TRIGGER {table}_no_delete", params=None)
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_replace", params=None)
        else:
            editor.execute(f"DROP FUNCTION {table}_append_only() CASCADE", params=None)

    return Guard(forward, backward)


def never_replaced(table: str) -> Guard:
    """For an append-only table from before `append_only` knew of SQLite's REPLACE: closes that way as well."""

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(_sqlite_no_replace(table), params=None)

    # `append_only` takes it away with the others.
    return Guard(forward, lambda _editor: None)


def no_overlap(table: str, same: str, start: str = "starts_on", end: str = "ends_on") -> Guard:
    """An operation after which rows with an equal `same` id can't share a day; an empty end is open.

    PostgreSQL: an exclusion constraint (the id as a one-point range, so that no extension is
    needed), safe under concurrent writers. SQLite, with its one writer: triggers.
    """
    name = f"{table}_no_overlap"

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
                f"(int8range({same}, {same}, '[]') WITH &&, daterange({start}, {end}, '[]') WITH &&)",
                params=None,
            )
            return
        last = "9999-12-31"
        for verb in ("INSERT", "UPDATE"):
            editor.execute(
                f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} WHEN EXISTS ("  # noqa: S608 - names from our own migrations
                f"SELECT 1 FROM {table} o WHERE o.{same} = NEW.{same} AND o.id IS NOT NEW.id "
                f"AND o.{start} <= COALESCE(NEW.{end}, '{last}') AND COALESCE(o.{end}, '{last}') >= NEW.{start}) "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END",
                params=None,
            )

    def backward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}", params=None)
            return
        for verb in ("insert", "update"):
            editor.execute(f"DROP TRIGGER {name}_{verb}", params=None)

    return Guard(forward, backward)


def collate_c(table: str, column: str, definition: str) -> Guard:
    """An operation that makes PostgreSQL compare a column byte by byte, as SQLite does anyway."""

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(
                f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {definition} COLLATE "C"', params=None
            )

    return Guard(forward, lambda _editor: None)


def refuse_when(table: str, condition: str, message: str) -> Guard:
    """An operation after which an INSERT or UPDATE of a row of `table` is refused where the condition holds.

    `condition` is SQL over NEW that both databases understand; `message` a short code that tests can find.
    """
    return _refused(table, ("INSERT", "UPDATE"), condition, message, f"{table}_{message}", "NEW")


def kept_when(table: str, condition: str, message: str) -> Guard:
    """An operation after which a DELETE of a row of `table` is refused where the condition, over OLD, holds."""
    return _refused(table, ("DELETE",), condition, message, f"{table}_{message}_kept", "OLD")


def _refused(
    table: str, verbs: tuple[str, ...], condition: str, message: str, name: str, goes_on: str
) -> Guard:
    name = name.replace("-", "_")

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in verbs:
                editor.execute(
                    f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
                    params=None,
                )
            return
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN {goes_on}; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {' OR '.join(verbs)} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )

    def backward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in verbs:
                editor.execute(f"DROP TRIGGER {name}_{verb.lower()}", params=None)
        else:
            editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)

    return Guard(forward, backward)


def never_emptied(table: str) -> Guard:
    """An operation after which PostgreSQL refuses TRUNCATE, which asks no trigger of rows. Comes after `append_only`."""

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
                params=None,
            )

    # `append_only` takes it away with its function.
    return Guard(forward, lambda _editor: None)


def notes_new_rows(table: str, into: str, columns: str, values: str) -> Guard:
    """An operation after which each row that comes into `table` leaves one in `into`: `values` is SQL over NEW."""
    name = f"{table}_noted"
    insert = f"INSERT INTO {into} ({columns}) VALUES ({values})"  # noqa: S608 - names of our own

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN {insert}; END", params=None)
            return
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; RETURN NULL; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )

    def backward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}", params=None)
        else:
            editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)

    return Guard(forward, backward)


#: The number of the matter in an event's body, as each database writes it.
MATTER = {"sqlite": "json_extract(body, '$.case')", "postgresql": "((body->>'case')::bigint)"}


def matter_index() -> Guard:
    """An operation that makes the events of one matter quick to find: an index over what the body says."""

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        column = MATTER[editor.connection.vendor]
        editor.execute(
            f"CREATE INDEX register_event_matter ON register_event ({column}) WHERE salt IS NULL", params=None
        )

    return Guard(forward, lambda editor: editor.execute("DROP INDEX register_event_matter", params=None))
