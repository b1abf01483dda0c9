"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("promises", "0001_start")]
    operations: ClassVar = [
        append_only("promises_promisestep"),
        # What was promised, to which place, when and for when stays as it was said.
        refuse_when(
            "promises_promise",
            "EXISTS (SELECT 1 FROM promises_promise p WHERE p.id = NEW.id AND (p.due_on <> NEW.due_on "
            "OR p.made_on <> NEW.made_on OR p.area_id <> NEW.area_id OR p.made_by_id <> NEW.made_by_id))",
            "promised-day-stays",
        ),
        refuse_when(
            "promises_promise",
            "NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM listening_session s "
            "WHERE s.id = NEW.session_id AND s.area_id = NEW.area_id AND s.\"on\" = NEW.made_on)",
            "session-of-another-place",
        ),
    ]
