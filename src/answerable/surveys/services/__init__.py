"""Do: every write of surveys."""

from .closing import close_survey, drop_survey, publish_survey
from .collecting import answer, count_paper, print_cards
from .designing import Plan, design_survey, plan_for
from .drawing import draw_survey

__all__ = [
    "Plan",
    "answer",
    "close_survey",
    "count_paper",
    "design_survey",
    "draw_survey",
    "drop_survey",
    "plan_for",
    "print_cards",
    "publish_survey",
]
