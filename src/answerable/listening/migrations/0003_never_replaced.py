"""SQLite's REPLACE can't take a row of an append-only table away either."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import never_replaced


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("listening", "0002_guards")]
    operations: ClassVar = [never_replaced("listening_casestep")]
