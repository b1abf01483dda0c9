"""What the database itself refuses in this room: a release is never changed."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("disclosure", "0001_start")]
    operations: ClassVar = [append_only("disclosure_release"), append_only("disclosure_releaseline")]
