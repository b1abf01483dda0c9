"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("handover", "0001_start")]
    operations: ClassVar = [
        # What was said of a line, who was named and what was closed stays as it was said.
        append_only("handover_answer"),
        append_only("handover_acting"),
        append_only("handover_closing"),
    ]
