"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("listening", "0001_start")]
    operations: ClassVar = [
        append_only("listening_casestep"),
        refuse_when(
            "listening_publicanswer",
            "(SELECT c.sensitive FROM listening_case c WHERE c.id = NEW.case_id)",
            "answer-of-a-sensitive-case",
        ),
        refuse_when(
            "listening_case",
            "NEW.sensitive AND EXISTS (SELECT 1 FROM listening_publicanswer a WHERE a.case_id = NEW.id)",
            "sensitive-case-with-an-answer",
        ),
        refuse_when(
            "listening_case",
            "NEW.duplicate_of_id IS NOT NULL AND "
            "(SELECT m.duplicate_of_id FROM listening_case m WHERE m.id = NEW.duplicate_of_id) IS NOT NULL",
            "duplicate-of-a-duplicate",
        ),
        refuse_when(
            "listening_case",
            "NEW.duplicate_of_id IS NOT NULL AND (NEW.sensitive OR "
            "(SELECT m.sensitive FROM listening_case m WHERE m.id = NEW.duplicate_of_id))",
            "joined-across-the-sensitive-line",
        ),
        refuse_when(
            "listening_case",
            "NEW.sensitive AND EXISTS (SELECT 1 FROM listening_case d WHERE d.duplicate_of_id = NEW.id)",
            "sensitive-case-with-joined-ones",
        ),
    ]
