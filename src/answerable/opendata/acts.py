"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start. Projects and figures are written by acts of their own rooms."""
    declare(
        "opendata.iati-taken-in", adds="iatiactivity iatitransaction", changes="iatiactivity", public=True
    )
