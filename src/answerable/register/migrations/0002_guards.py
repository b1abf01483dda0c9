"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("register", "0001_start")]
    operations: ClassVar = [append_only("register_event")]
