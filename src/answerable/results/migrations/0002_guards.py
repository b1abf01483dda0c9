"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

# ruff: noqa: S608 - names of our own
from django.db import migrations

from answerable.register.triggers import kept_when, no_overlap, refuse_when

#: The row that an insert or update would take the place of, by its number or by what it is about.
SAME = (
    "(o.id = NEW.id OR (o.indicator_id = NEW.indicator_id AND o.period_id = NEW.period_id "
    "AND o.area_id = NEW.area_id{more}))"
)


def locked(row):
    return (
        f"EXISTS (SELECT 1 FROM results_period p WHERE p.id = {row}.period_id AND p.locked_on IS NOT NULL)"
    )


def was_locked(table):
    return (
        f"EXISTS (SELECT 1 FROM {table} o JOIN results_period p ON p.id = o.period_id "
        "WHERE o.id = NEW.id AND p.locked_on IS NOT NULL)"
    )


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("results", "0001_start")]
    operations: ClassVar = [
        no_overlap("results_period", "framework_id"),
        refuse_when(
            "results_period",
            "EXISTS (SELECT 1 FROM results_period o WHERE (o.id = NEW.id OR (o.framework_id = NEW.framework_id "
            "AND o.key = NEW.key)) AND o.locked_on IS NOT NULL)",
            "lock-stays",
        ),
        kept_when("results_period", "OLD.locked_on IS NOT NULL", "lock-stays"),
        refuse_when("results_actual", f"{locked('NEW')} OR {was_locked('results_actual')}", "period-locked"),
        refuse_when("results_target", f"{locked('NEW')} OR {was_locked('results_target')}", "period-locked"),
        kept_when("results_actual", locked("OLD"), "period-locked"),
        kept_when("results_target", locked("OLD"), "period-locked"),
        refuse_when(
            "results_actual",
            f"EXISTS (SELECT 1 FROM results_actual o WHERE {SAME.format(more=' AND o.n = NEW.n')} "
            "AND o.state = 'approved')",
            "approved-stays",
        ),
        kept_when("results_actual", "OLD.state = 'approved'", "approved-stays"),
    ]
