"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start. Everybody may read there what was aimed at, and when it was settled."""
    declare("results.framework-set", adds="framework", changes="framework")
    declare("results.framework-published", changes="framework", public=True)
    declare("results.goal-set", adds="goal", changes="goal")
    declare("results.indicator-set", adds="indicator", changes="indicator")
    declare("results.period-set", adds="period", changes="period")
    declare("results.period-locked", changes="period", public=True)
    declare("results.baseline-set", adds="baseline", changes="baseline")
    declare("results.target-set", adds="target", changes="target", public=True)
    declare("results.actual-entered", adds="actual", changes="actual")
    declare("results.note-written", adds="actualnote")
    declare("results.note-erased", changes="actualnote")
    declare("results.evidence-attached", adds="actualevidence")
    declare(
        "results.actual-submitted", "results.actual-returned", "results.actual-approved", changes="actual"
    )
    declare("results.draft-dropped", takes="actual actualnote actualevidence")
    declare("results.scorecard-set", adds="scorecard", changes="scorecard")
    declare("results.part-set", adds="scorecardpart", changes="scorecardpart")
    declare("results.sheet-taken-in")
    declare("results.abilities-looked", adds="abilitylook")
    declare("results.facilities-looked", adds="facilitylook")
    declare("results.training-planned", adds="training")
    declare("results.training-held", "results.training-dropped", changes="training")
