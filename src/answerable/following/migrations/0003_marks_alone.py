"""A code that has spoken is its mark and nothing else: no number, no project, no order."""

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from answerable.register.triggers import Guard


def _without_row_number(editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite gives each table a hidden number that counts up, unless it is told not to."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE following_spokencode", params=None)
        editor.execute(
            "CREATE TABLE following_spokencode (mark varchar(64) NOT NULL PRIMARY KEY) WITHOUT ROWID",
            params=None,
        )


class Migration(migrations.Migration):
    """Marks alone."""

    dependencies: ClassVar = [("following", "0002_guards"), ("projects", "0003_sums_of_codes")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SpokenCode",
            fields=[("mark", models.CharField(max_length=64, primary_key=True, serialize=False))],
        ),
        Guard(_without_row_number, lambda _editor: None),
        migrations.RunSQL(
            "INSERT INTO following_spokencode (mark) SELECT mark FROM following_codespoke ORDER BY mark",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel(name="CodeSpoke"),
    ]
