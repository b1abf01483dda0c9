"""The form's own key at a thing and at a line of its calendar: a form sent twice makes one row."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and partial indexes only: on SQLite no table is made anew, so every trigger stays."""

    dependencies: ClassVar = [("assets", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField("asset", "key", models.UUIDField(null=True)),
        migrations.AddField("task", "key", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "asset",
            models.UniqueConstraint(
                fields=("key",), condition=models.Q(key__isnull=False), name="assets_asset_key_once"
            ),
        ),
        migrations.AddConstraint(
            "task",
            models.UniqueConstraint(
                fields=("key",), condition=models.Q(key__isnull=False), name="assets_task_key_once"
            ),
        ),
    ]
