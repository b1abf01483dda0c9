"""What the database itself refuses in this room, beyond column constraints."""

from typing import ClassVar

from django.db import migrations

from answerable.register.triggers import append_only, refuse_when


class Migration(migrations.Migration):
    """Guards."""

    dependencies: ClassVar = [("projects", "0001_start")]
    operations: ClassVar = [
        append_only("projects_projectstep"),
        append_only("projects_projectword"),
        append_only("projects_milestonerevision"),
        append_only("projects_residentsword"),
        append_only("projects_contribution"),
        append_only("projects_choice"),
        append_only("projects_choiceoption"),
        append_only("projects_choiceevidence"),
        append_only("projects_projectevidence"),
        # A part lies one deeper than its whole, so no chain of wholes comes back to itself.
        refuse_when(
            "projects_project",
            "NEW.parent_id IS NOT NULL AND NEW.depth <> 1 + "
            "(SELECT p.depth FROM projects_project p WHERE p.id = NEW.parent_id)",
            "part-of-itself",
        ),
        refuse_when(
            "projects_project",
            "EXISTS (SELECT 1 FROM projects_project c WHERE c.parent_id = NEW.id AND c.depth <> NEW.depth + 1)",
            "parts-left-behind",
        ),
        refuse_when(
            "projects_project",
            "NEW.phase = 'completed' AND EXISTS "
            "(SELECT 1 FROM projects_snag s WHERE s.project_id = NEW.id AND s.repaired_on IS NULL)",
            "completed-with-an-open-snag",
        ),
        # The first plan of a milestone is the plan: where it moved, its revisions tell.
        refuse_when(
            "projects_milestone",
            "NEW.planned_on <> (SELECT m.planned_on FROM projects_milestone m WHERE m.id = NEW.id)",
            "first-plan-stays",
        ),
        refuse_when(
            "projects_residentsword",
            "NEW.claim > (SELECT p.claims FROM projects_project p WHERE p.id = NEW.project_id)",
            "word-on-no-claim",
        ),
        refuse_when(
            "projects_choiceoption",
            "NEW.hands > (SELECT c.present - c.spoiled - c.unused FROM projects_choice c WHERE c.id = NEW.choice_id) "
            "OR NEW.hands + (SELECT COALESCE(SUM(o.hands), 0) FROM projects_choiceoption o "
            "WHERE o.choice_id = NEW.choice_id) > "
            "(SELECT c.hands FROM projects_choice c WHERE c.id = NEW.choice_id)",
            "more-hands-than-present",
        ),
    ]
