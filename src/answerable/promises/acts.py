"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare

from .rules import Step

#: What everybody may read in the register.
_PUBLIC = {Step.DECLINED, Step.KEPT, Step.MOVED, Step.TOLD}


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    declare("promises.made", adds="promise promisestep", public=True)
    for step in Step:
        if step is not Step.MADE:
            declare(f"promises.{step}", adds="promisestep saying", changes="promise", public=step in _PUBLIC)
    declare("promises.saying-erased", changes="promise saying")
