"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import no_overlap


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("access", "0001_start")]
    operations: ClassVar = [no_overlap("access_holding", "post_id")]
