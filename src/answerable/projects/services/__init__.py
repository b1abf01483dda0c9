"""Do: every write of the projects room."""

from .choosing import Option, record_choice
from .completion import claim_completion, close_project, hear_a_code, hear_residents, repair_snag, report_snag
from .course import (
    add_milestone,
    drop_milestone,
    move_phase,
    plan_days,
    reach_milestone,
    revise_milestone,
    say_word,
)
from .given import record_contribution, take_back_contribution
from .history import PastProject, take_in_projects
from .making import (
    ask_for_needs,
    describe_project,
    make_part,
    make_project,
    need_is_linked,
    set_areas,
    set_budget,
    set_sectors,
)
from .proof import add_all_evidence, add_evidence, said_of_evidence

__all__ = [
    "Option",
    "PastProject",
    "add_all_evidence",
    "add_evidence",
    "add_milestone",
    "ask_for_needs",
    "claim_completion",
    "close_project",
    "describe_project",
    "drop_milestone",
    "hear_a_code",
    "hear_residents",
    "make_part",
    "make_project",
    "move_phase",
    "need_is_linked",
    "plan_days",
    "reach_milestone",
    "record_choice",
    "record_contribution",
    "repair_snag",
    "report_snag",
    "revise_milestone",
    "said_of_evidence",
    "say_word",
    "set_areas",
    "set_budget",
    "set_sectors",
    "take_back_contribution",
    "take_in_projects",
]
