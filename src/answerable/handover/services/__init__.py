"""Do: every write of the hand-over room."""

from .answering import answer_lines, name_acting
from .closing import close_posting, close_round
from .learning import erase_lesson, write_lesson

__all__ = [
    "answer_lines",
    "close_posting",
    "close_round",
    "erase_lesson",
    "name_acting",
    "write_lesson",
]
