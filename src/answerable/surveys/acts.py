"""The kinds of acts of this room, and which rows each writes.

There is none for an answer: an event would say that somebody answered, after whom, and which sums it raised
(docs/decisions/0017).
"""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start. Everybody may read there how a sample was drawn."""
    declare("surveys.designed", adds="survey stratum cluster", public=True)
    declare("surveys.drawn", changes="survey cluster", public=True)
    declare("surveys.cards-printed", changes="cluster")
    declare("surveys.paper-counted", changes="cluster")
    declare("surveys.closed", adds="estimate", changes="survey", public=True)
    declare("surveys.published", changes="survey", public=True)
    declare("surveys.dropped", changes="survey", public=True)
