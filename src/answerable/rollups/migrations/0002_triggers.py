# ruff: noqa: S608 - SQL of our own names, put together from pieces
"""The database itself notes what changes in the facts that figures read, whoever writes it, on SQLite and PostgreSQL.

- A case that comes, goes or changes in a column that figures read leaves its old and its new values (not its number).
- An area that comes or moves is noted.
- A subject that moves to another upper one makes all sums be made anew.

And three indexes over what is not yet done find the cases that fall overdue on a day.
"""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import Guard

COLUMNS = {
    "area": "area_id",
    "received_on": "received_on",
    "sensitive": "sensitive",
    "subject": "subject_id",
    "tally": "tally",
    "answer_took": "answer_took",
    "resolve_took": "resolve_took",
    "bounces": "bounces",
    "acknowledge_due_on": "acknowledge_due_on",
    "answer_due_on": "answer_due_on",
    "resolve_due_on": "resolve_due_on",
}


def _values(n: int, row: str) -> str:
    return f"({n}, " + ", ".join(f"{row}.{column}" for column in COLUMNS.values()) + ")"


NOTE = f"INSERT INTO rollups_change (n, {', '.join(COLUMNS)}) VALUES "
CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in COLUMNS.values())
CASE = "listening_case"
#: Name, table, when, under which condition, and what is done.
TRIGGERS = (
    ("rollups_case_came", CASE, "INSERT", "", NOTE + _values(1, "NEW")),
    ("rollups_case_changed", CASE, "UPDATE", CHANGED, NOTE + _values(-1, "OLD") + ", " + _values(1, "NEW")),
    ("rollups_case_went", CASE, "DELETE", "", NOTE + _values(-1, "OLD")),
    ("rollups_area_came", "places_area", "INSERT", "", "INSERT INTO rollups_moved (area) VALUES (NEW.id)"),
    (
        "rollups_area_moved",
        "places_area",
        "UPDATE",
        "NEW.path IS DISTINCT FROM OLD.path",
        "INSERT INTO rollups_moved (area) VALUES (NEW.id)",
    ),
    (
        "rollups_subject_moved",
        "programme_subject",
        "UPDATE",
        "NEW.parent_id IS DISTINCT FROM OLD.parent_id",
        "UPDATE rollups_state SET built = false, through = NULL",
    ),
)
WAITING = (("acknowledge", "acknowledged"), ("answer", "answered"), ("resolve", "resolved"))


def _forward(editor):
    for name, table, verb, condition, then in TRIGGERS:
        when = f" WHEN ({condition})" if condition else ""
        if editor.connection.vendor == "sqlite":
            editor.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table}{when} BEGIN {then}; END", params=None)
            continue
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {then}; RETURN NULL; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {name}()",
            params=None,
        )
    for promise, done in WAITING:
        editor.execute(
            f"CREATE INDEX rollups_{promise}_due ON {CASE} ({promise}_due_on) WHERE {done}_on IS NULL", params=None
        )


def _backward(editor):
    for name, *_ in TRIGGERS:
        editor.execute(
            f"DROP TRIGGER {name}" if editor.connection.vendor == "sqlite" else f"DROP FUNCTION {name}() CASCADE",
            params=None,
        )
    for promise, _ in WAITING:
        editor.execute(f"DROP INDEX rollups_{promise}_due", params=None)


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [
        ("rollups", "0001_start"),
        ("listening", "0006_slips_show_weekly"),
        ("places", "0002_guards"),
        ("programme", "0002_guards"),
    ]
    operations: ClassVar = [Guard(_forward, _backward)]
