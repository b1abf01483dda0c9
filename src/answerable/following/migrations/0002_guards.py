"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("following", "0001_start"), ("listening", "0002_guards")]
    operations: ClassVar = [
        refuse_when(
            "following_caseproject",
            "(SELECT c.sensitive FROM listening_case c WHERE c.id = NEW.case_id)",
            "link-of-a-sensitive-case",
        ),
        # The other side: the act that seals a case takes its links away first.
        refuse_when(
            "listening_case",
            "NEW.sensitive AND EXISTS (SELECT 1 FROM following_caseproject l WHERE l.case_id = NEW.id)",
            "sensitive-case-with-a-project",
        ),
    ]
