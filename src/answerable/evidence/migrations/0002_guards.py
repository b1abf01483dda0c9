"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only

TABLE = "evidence_item"
NAME = f"{TABLE}_stays"
#: What an item is never changes; only whether it is shown, and that towards less once it was taken down.
CHANGED = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}"
    for column in ("digest", "kind", "sort", "octets", "thumb", "width", "height", "taken_on", "received_on")
)
BACK = " OR ".join(
    f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
    for column in ("taken_down_on", "erased_on")
)


def forward(_apps, editor):
    if editor.connection.vendor == "sqlite":
        # IS NOT is SQLite's older word for IS DISTINCT FROM.
        condition = f"{CHANGED} OR {BACK}".replace("IS DISTINCT FROM", "IS NOT")
        editor.execute(
            f"CREATE TRIGGER {NAME}_update BEFORE UPDATE ON {TABLE} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{NAME}'); END",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {NAME}_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{NAME}'); END",
            params=None,
        )
        return
    editor.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' OR {CHANGED} OR {BACK} THEN "
        f"RAISE EXCEPTION '{NAME}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
        params=None,
    )
    editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()",
        params=None,
    )


def backward(_apps, editor):
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {NAME}_{verb}", params=None)
    else:
        editor.execute(f"DROP FUNCTION {NAME}() CASCADE", params=None)


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("evidence", "0001_start")]
    operations: ClassVar = [append_only("evidence_itemarea"), migrations.RunPython(forward, backward)]
