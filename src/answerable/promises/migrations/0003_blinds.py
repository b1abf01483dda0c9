"""A saying's commitment outlives its text: an audit can tell that nobody changed it, and nothing opens once it is erased."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies: ClassVar = [("promises", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField("saying", "blind", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("saying", "commitment", models.BinaryField(max_length=32, null=True)),
    ]
