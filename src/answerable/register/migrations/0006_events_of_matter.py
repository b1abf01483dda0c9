"""The events of a matter are found by its number: whoever holds its code asks where its leaf stands."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import matter_index


class Migration(migrations.Migration):
    """An index."""

    dependencies: ClassVar = [("register", "0005_log_guards")]
    operations: ClassVar = [matter_index()]
