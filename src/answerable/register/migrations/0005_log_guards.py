"""The log is append-only in the database as well, and no event can be written without waiting for its leaf."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, never_emptied, notes_new_rows


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("register", "0004_log")]
    operations: ClassVar = [
        append_only("register_leaf", key="index"),
        append_only("register_checkpoint", key="size"),
        append_only("register_cosignature"),
        never_emptied("register_leaf"),
        never_emptied("register_checkpoint"),
        never_emptied("register_cosignature"),
        never_emptied("register_event"),
        notes_new_rows(
            "register_event", "register_pending", "event_id, open", "NEW.id, NEW.commitment IS NULL"
        ),
    ]
