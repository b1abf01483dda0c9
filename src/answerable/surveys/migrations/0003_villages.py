"""How many villages an area had when its survey was designed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One number; nothing of surveys from before it."""

    dependencies: ClassVar = [("surveys", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField("survey", "villages", models.PositiveIntegerField(null=True)),
    ]
