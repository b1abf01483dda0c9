"""Guards of this room's tables beyond those of the register: what may not be taken away."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from answerable.register.triggers import Guard


def kept_when(table: str, condition: str, message: str) -> Guard:
    """An operation after which a DELETE of a row of `table` is refused where the condition over OLD holds."""
    name = f"{table}_{message}_kept".replace("-", "_")

    def forward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
                params=None,
            )
            return
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN OLD; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )

    def backward(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}", params=None)
        else:
            editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)

    return Guard(forward, backward)
