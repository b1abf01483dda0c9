"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import collate_c


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("places", "0001_start")]
    operations: ClassVar = [collate_c("places_area", "path", "varchar(512)")]
