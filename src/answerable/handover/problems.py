"""What the hand-over room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class NobodyToTakeOver(Problem):
    """A hand-over to nobody."""

    code = "handover-to-nobody"
    status = 422
    sentence = gettext_noop(
        "A hand-over needs somebody who takes over: choose the next posting, or the acting post between two postings."
    )


class SamePosting(Problem):
    """A hand-over from a posting to itself."""

    code = "handover-to-itself"
    status = 422
    sentence = gettext_noop(
        "A posting can't hand over to itself. Choose the next posting, or the acting post."
    )


class NotNext(Problem):
    """A posting that does not follow this one in the line's place."""

    code = "handover-not-next"
    status = 422
    sentence = gettext_noop(
        "“{line}” can't go to this posting: it has to be the next one in that very place, and still there."
    )


class NotActing(Problem):
    """A post that does not act for the place."""

    code = "handover-not-acting"
    status = 422
    sentence = gettext_noop(
        "The post {post} does not act here. Name it as the acting post first: a coordinator, director or case handler "
        "whose area covers the place."
    )


class NotYoursToAnswer(Problem):
    """Somebody answers for a team or a post that is not theirs."""

    code = "handover-not-yours"
    status = 403
    sentence = gettext_noop(
        "Only those who take over answer for these lines: a seat of the incoming team, or the acting post."
    )


class LineTwice(Problem):
    """The same line a second time."""

    code = "handover-line-twice"
    status = 409
    sentence = gettext_noop("“{line}” stands here twice, or was accepted already. Accept each line once.")


class LineGone(Problem):
    """A line that is not in the dossier, or not any more."""

    code = "handover-line-gone"
    status = 409
    sentence = gettext_noop(
        "“{line}” is not in this dossier, or not any more: it may be settled by now. Look at the dossier again."
    )


class NoLines(Problem):
    """Nothing was chosen."""

    code = "handover-no-lines"
    status = 422
    sentence = gettext_noop("Please choose at least one line.")


class LinesUnclaimed(Problem):
    """Something open would be left without an owner."""

    code = "handover-lines-unclaimed"
    status = 409
    sentence = gettext_noop(
        "This can't end yet: nobody has taken over {lines}. {count} in all. The next posting, or the acting post, has to "
        "accept each of them first."
    )


class StillRuns(Problem):
    """Closed before its last day."""

    code = "handover-still-runs"
    status = 409
    sentence = gettext_noop("This runs until {end} and can be closed from that day on.")


class ClosedAlready(Problem):
    """Closed a second time."""

    code = "handover-closed-already"
    status = 409
    sentence = gettext_noop("This was closed already, on {day}.")


class LessonNotRead(Problem):
    """A text for others without the word that it points at nobody."""

    code = "handover-lesson-not-read"
    status = 422
    sentence = gettext_noop(
        "Others will read this for years. Please read it once more, and tick that it points at nobody."
    )
