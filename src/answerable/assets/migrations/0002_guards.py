"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, no_overlap, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("assets", "0001_start")]
    operations: ClassVar = [
        append_only("assets_check"),
        append_only("assets_checkevidence"),
        append_only("assets_work"),
        no_overlap("assets_keeper", "asset_id"),
        refuse_when(
            "assets_check",
            'NEW."on" < (SELECT a.handed_over_on FROM assets_asset a WHERE a.id = NEW.asset_id)',
            "check-before-hand-over",
        ),
        refuse_when(
            "assets_check",
            "NEW.takes_back_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM assets_check o "
            "WHERE o.id = NEW.takes_back_id AND o.asset_id = NEW.asset_id AND o.takes_back_id IS NULL)",
            "check-takes-back-another",
        ),
        refuse_when(
            "assets_work",
            "NEW.task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM assets_task t "
            "WHERE t.id = NEW.task_id AND t.asset_id = NEW.asset_id)",
            "work-of-another-asset",
        ),
        refuse_when(
            "assets_work",
            "NEW.takes_back_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM assets_work o "
            "WHERE o.id = NEW.takes_back_id AND o.asset_id = NEW.asset_id AND o.takes_back_id IS NULL)",
            "work-takes-back-another",
        ),
    ]
