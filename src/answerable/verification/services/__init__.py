"""Do: every write of verification."""

from .drawing import Plan, abandon_draw, commit_draw, draw_units, plan_for
from .repairing import check_repair, say_repaired, tell_own_gap
from .visiting import name_visitor, record_visit

__all__ = [
    "Plan",
    "abandon_draw",
    "check_repair",
    "commit_draw",
    "draw_units",
    "name_visitor",
    "plan_for",
    "record_visit",
    "say_repaired",
    "tell_own_gap",
]
