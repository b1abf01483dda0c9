"""Do: every write of the money room."""

from .statements import Taken, accept_match, take_statements, undo_match

__all__ = ["Taken", "accept_match", "take_statements", "undo_match"]
