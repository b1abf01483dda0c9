"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start. Everybody may read them there."""
    declare("assets.asset-added", adds="asset keeper", public=True)
    declare("assets.asset-struck", changes="asset", public=True)
    declare("assets.check-recorded", adds="check checkevidence", public=True)
    declare("assets.check-taken-back", adds="check", public=True)
    declare("assets.keeper-set", adds="keeper", changes="keeper", public=True)
    declare("assets.task-added", adds="task", public=True)
    declare("assets.task-dropped", changes="task", public=True)
    declare("assets.work-recorded", adds="work", public=True)
    declare("assets.work-taken-back", adds="work", public=True)
