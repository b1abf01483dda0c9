"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start; and which ones everybody may read there."""
    declare("evidence.picture-kept", adds="itemarea", changes="item")
    declare("evidence.document-noted", adds="item itemarea")
    declare("evidence.picture-published", "evidence.picture-taken-down", changes="item", public=True)
    declare("evidence.picture-erased", changes="item")
