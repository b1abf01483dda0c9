"""What the database itself refuses: a list, a visit or a team's own word is never changed, and what is settled stays."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("verification", "0001_start")]
    operations: ClassVar = [
        append_only("verification_unitlist"),
        append_only("verification_stratum"),
        append_only("verification_visit"),
        append_only("verification_owngap"),
        # Read before the change is made, it is the row as it was.
        refuse_when(
            "verification_draw",
            "EXISTS (SELECT 1 FROM verification_draw o WHERE o.id = NEW.id AND o.state <> 'committed')",
            "draw-is-settled",
        ),
    ]
