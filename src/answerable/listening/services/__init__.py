"""Do: every write of the listening room."""

from .clockwork import TickReport, settle_case, tick
from .erasing import erase_case, erase_closed
from .handling import (
    acknowledge_case,
    answer_case,
    ask_resident,
    claim_done,
    close_case,
    decide_appeal,
    decline_case,
    mark_unverifiable,
    plan_case,
    record_residents_word,
    refer_case,
    rule_out_of_scope,
    start_work,
    tell_resident,
)
from .intake import (
    FormToken,
    Heard,
    NewFeedback,
    new_form_token,
    open_form_token,
    receive_batch,
    receive_feedback,
)
from .pads import IssuedPad, PrintedSlip, give_pad_up, issue_pad, settle_pad
from .reassignment import Review, reassign_work, review_reassignment
from .residents import add_words, appeal, confirm, rate, say_not_done, withdraw
from .sessions import record_session
from .slips import slip_for
from .triage import (
    clear_sensitive,
    join_case,
    mark_sensitive,
    reroute_case,
    screen_case,
    separate_case,
)

__all__ = [
    "FormToken",
    "Heard",
    "IssuedPad",
    "NewFeedback",
    "PrintedSlip",
    "Review",
    "TickReport",
    "acknowledge_case",
    "add_words",
    "answer_case",
    "appeal",
    "ask_resident",
    "claim_done",
    "clear_sensitive",
    "close_case",
    "confirm",
    "decide_appeal",
    "decline_case",
    "erase_case",
    "erase_closed",
    "give_pad_up",
    "issue_pad",
    "join_case",
    "mark_sensitive",
    "mark_unverifiable",
    "new_form_token",
    "open_form_token",
    "plan_case",
    "rate",
    "reassign_work",
    "receive_batch",
    "receive_feedback",
    "record_residents_word",
    "record_session",
    "refer_case",
    "reroute_case",
    "review_reassignment",
    "rule_out_of_scope",
    "say_not_done",
    "screen_case",
    "separate_case",
    "settle_case",
    "settle_pad",
    "slip_for",
    "start_work",
    "tell_resident",
    "tick",
    "withdraw",
]
