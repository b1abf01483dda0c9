"""Do: every write of the promises room."""

from .acts import decline, erase_saying, keep, record_promise, reopen, take_up, tell
from .clockwork import TickReport, settle_promise, tick

__all__ = [
    "TickReport",
    "decline",
    "erase_saying",
    "keep",
    "record_promise",
    "reopen",
    "settle_promise",
    "take_up",
    "tell",
    "tick",
]
