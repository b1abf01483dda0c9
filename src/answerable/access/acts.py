"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    declare("access.staff-added", adds="staff")
    declare("access.staff-changed", "access.password-set", "access.password-changed", changes="staff")
    declare("access.staff-imported")
    declare("access.post-added", adds="post")
    declare("access.post-changed", "access.post-ended", changes="post holding")
    declare("access.posts-imported")
    declare("access.post-filled", adds="holding", changes="holding")
    declare("access.holding-ended", changes="holding")
