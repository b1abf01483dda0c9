"""Voices by code become one row of sums for each project and claim."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from answerable.register.triggers import Guard, append_only, refuse_when

_kept = append_only("projects_residentsword")


class Migration(migrations.Migration):
    """Sums instead of voices; the rows of voices go."""

    dependencies: ClassVar = [("projects", "0002_guards")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="CodesSaid",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("claim", models.PositiveSmallIntegerField()),
                ("said_done", models.PositiveIntegerField(default=0)),
                ("said_partly", models.PositiveIntegerField(default=0)),
                ("said_not", models.PositiveIntegerField(default=0)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes_said",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "claim"), name="projects_codes_said_once"),
                    models.CheckConstraint(
                        condition=models.Q(("claim__gte", 1)), name="projects_codes_said_claim"
                    ),
                ],
            },
        ),
        refuse_when(
            "projects_codessaid",
            "NEW.claim > (SELECT p.claims FROM projects_project p WHERE p.id = NEW.project_id)",
            "codes-on-no-claim",
        ),
        Guard(_kept.backward, _kept.forward),
        migrations.RunSQL(
            [
                (
                    "INSERT INTO projects_codessaid (project_id, claim, said_done, said_partly, said_not) "
                    "SELECT project_id, claim, SUM(said_done), SUM(said_partly), SUM(said_not) "
                    "FROM projects_residentsword WHERE way = 'codes' GROUP BY project_id, claim"
                ),
                "DELETE FROM projects_residentsword WHERE way = 'codes'",
            ],
            migrations.RunSQL.noop,
        ),
        append_only("projects_residentsword"),
        refuse_when("projects_residentsword", "NEW.way = 'codes'", "codes-are-sums"),
    ]
