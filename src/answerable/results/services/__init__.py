"""Do: every write of the results room."""

from .actuals import (
    approve,
    attach_evidence,
    compute_actual,
    drop_draft,
    enter_actual,
    erase_note,
    send_back,
    submit,
    write_note,
)
from .capacity import (
    drop_training,
    hold_training,
    look_at_abilities,
    look_at_facilities,
    plan_training,
)
from .scoring import set_part, set_scorecard
from .setting import (
    lock_period,
    publish_framework,
    set_baseline,
    set_framework,
    set_goal,
    set_indicator,
    set_period,
    set_target,
)

__all__ = [
    "approve",
    "attach_evidence",
    "compute_actual",
    "drop_draft",
    "drop_training",
    "enter_actual",
    "erase_note",
    "hold_training",
    "lock_period",
    "look_at_abilities",
    "look_at_facilities",
    "plan_training",
    "publish_framework",
    "send_back",
    "set_baseline",
    "set_framework",
    "set_goal",
    "set_indicator",
    "set_part",
    "set_period",
    "set_scorecard",
    "set_target",
    "submit",
    "write_note",
]
