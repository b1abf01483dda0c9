"""A word's commitment outlives its text: an audit can tell that nobody changed it, and nothing opens once it is erased."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies: ClassVar = [("listening", "0003_never_replaced")]
    operations: ClassVar = [
        migrations.AddField("word", "blind", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("word", "commitment", models.BinaryField(max_length=32, null=True)),
    ]
