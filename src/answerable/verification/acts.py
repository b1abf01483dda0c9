"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start. Everybody may read there what was committed to, drawn and found."""
    declare("verification.committed", adds="draw unitlist stratum", public=True)
    declare("verification.drawn", adds="drawn", changes="draw", public=True)
    declare("verification.abandoned", changes="draw", public=True)
    declare("verification.visitor-named", changes="drawn")
    declare("verification.visited", adds="visit finding", public=True)
    declare("verification.repaired", changes="finding", public=True)
    declare("verification.repair-checked", changes="finding", public=True)
    declare("verification.own-gap-told", adds="owngap", public=True)
