"""What the database itself refuses in this room, and what it must not number."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from answerable.register.triggers import Guard, append_only, refuse_when


def _without_row_number(editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite gives each table a hidden number that counts up, unless it is told not to."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE surveys_cardmark", params=None)
        editor.execute(
            "CREATE TABLE surveys_cardmark (mark varchar(64) NOT NULL PRIMARY KEY, cluster_id bigint NOT NULL "
            "REFERENCES surveys_cluster (id) DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID",
            params=None,
        )
        editor.execute(
            "CREATE INDEX surveys_cardmark_cluster ON surveys_cardmark (cluster_id)", params=None
        )


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("surveys", "0001_start")]
    operations: ClassVar = [
        Guard(_without_row_number, lambda _editor: None),
        append_only("surveys_estimate"),
        refuse_when(
            "surveys_tally",
            "(SELECT v.state FROM surveys_survey v JOIN surveys_stratum s ON s.survey_id = v.id "
            "JOIN surveys_cluster c ON c.stratum_id = s.id WHERE c.id = NEW.cluster_id) "
            "NOT IN ('designed', 'drawn')",
            "sums-are-settled",
        ),
    ]
