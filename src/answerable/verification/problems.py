"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class KindsUnfit(Problem):
    """Nothing to draw from, something unknown, or visits together with what is visited."""

    code = "verification-kinds"
    status = 422
    sentence = gettext_noop(
        "Please choose what is drawn from: projects, assets and payments together or alone, or visits alone."
    )


class PeriodWrong(Problem):
    """A period that is not over or ends before it begins."""

    code = "verification-period"
    status = 422
    sentence = gettext_noop(
        "The list covers a period that is over: from a first day to a last day that is today at the latest."
    )


class ListEmpty(Problem):
    """Nothing of these kinds in the area and period."""

    code = "verification-list-empty"
    status = 422
    sentence = gettext_noop("There is nothing to draw from in this area and period.")


class SampleTooLarge(Problem):
    """More than there are, or than can be visited."""

    code = "verification-sample-too-large"
    status = 422
    sentence = gettext_noop("Please draw {most} at most.")


class SampleTooSmall(Problem):
    """Fewer than the list has strata."""

    code = "verification-sample-too-small"
    status = 422
    sentence = gettext_noop("Please draw at least {fewest}: one of each group of the list.")


class NumberUnreadable(Problem):
    """Text in a number."""

    code = "verification-number-unreadable"
    status = 422
    sentence = gettext_noop("“{given}” is no number. Please write digits only.")


class LotteryUnclear(Problem):
    """A lottery without its day, or one that was held already."""

    code = "verification-lottery-unclear"
    status = 422
    sentence = gettext_noop(
        "Please name the lottery in plain Latin letters and digits, with a day after today on which it is held; or leave "
        "both empty."
    )


class ListOpen(Problem):
    """A second list of the same while the first one stands."""

    code = "verification-list-open"
    status = 409
    sentence = gettext_noop(
        "Draw {draw} is of the same area and period and has not been given up. Each list is drawn from once."
    )


class ValueNotYet(Problem):
    """A draw before its public value is there."""

    code = "verification-value-not-yet"
    status = 409
    sentence = gettext_noop(
        "The public value that decides is not there yet: the register's first weekly checkpoint after the day of the "
        "commitment, and the lottery's day where one was named."
    )


class NumberMissing(Problem):
    """A lottery's number that was not named, is missing or is none."""

    code = "verification-lottery-number"
    status = 422
    sentence = gettext_noop(
        "Please write the number that was drawn in the lottery named at the commitment ({lottery}), digits only. A draw "
        "without a lottery takes none."
    )


class DrawnAlready(Problem):
    """A second draw, or another number afterwards."""

    code = "verification-drawn-already"
    status = 409
    sentence = gettext_noop(
        "This list was drawn from on {day}. The sample and the lottery's number stand; they are never drawn or changed "
        "again."
    )


class DrawState(Problem):
    """An act that the state of the draw does not allow."""

    code = "verification-draw-state"
    status = 409
    sentence = gettext_noop("This can't be done now: the draw is {state}.")


class ListChanged(Problem):
    """The list is not the one that was committed to."""

    code = "verification-list-changed"
    status = 409
    sentence = gettext_noop(
        "The list was changed after the commitment, so nothing is drawn from it. Please tell whoever runs this server."
    )


class ReasonMissing(Problem):
    """Giving up without one of the reasons."""

    code = "verification-reason"
    status = 422
    sentence = gettext_noop(
        "Please choose why this draw is given up. The reason stays on its page for everybody."
    )


class AlreadyPublic(Problem):
    """Giving up when what would be drawn can be known."""

    code = "verification-already-public"
    status = 409
    sentence = gettext_noop(
        "The value that decides is public: anybody can know what is drawn. It can't be given up any more, only drawn."
    )


class VisitorInLine(Problem):
    """Who would look belongs to the team, its sponsor or the offices that answer for it."""

    code = "verification-visitor-in-line"
    status = 403
    sentence = gettext_noop(
        "The post “{post}” belongs to the team, the sponsor, who carries it out or the offices that answer for this. "
        "Somebody else has to look."
    )


class VisitorUnfit(Problem):
    """No seat, one that nobody fills, or one that does not visit."""

    code = "verification-visitor-unfit"
    status = 422
    sentence = gettext_noop("Please choose a post that is filled and may make visits.")


class NotTheVisitor(Problem):
    """A visit by somebody who was not named for it."""

    code = "verification-not-the-visitor"
    status = 403
    sentence = gettext_noop("This visit is for the post “{post}”. Please sign in as who fills it.")


class SameVisitor(Problem):
    """A second look by who looked first."""

    code = "verification-same-visitor"
    status = 403
    sentence = gettext_noop("Whoever made a visit can't check it. Somebody else has to look.")


class VisitedAlready(Problem):
    """A second visit to the same unit of a draw."""

    code = "verification-visited-already"
    status = 409
    sentence = gettext_noop("This was visited on {day}. What was found stands.")


class AnswerUnknown(Problem):
    """A question without an answer, or another answer."""

    code = "verification-answer-unknown"
    status = 422
    sentence = gettext_noop(
        "{question} Please answer yes, partly or no; or write both counts as whole numbers."
    )


class SeverityMissing(Problem):
    """A gap without its severity."""

    code = "verification-severity"
    status = 422
    sentence = gettext_noop("{question} Please say how serious this is.")


class FindingUnowned(Problem):
    """A finding without an owner or a day."""

    code = "verification-finding-unowned"
    status = 422
    sentence = gettext_noop(
        "Every finding needs the post that puts it right, and a day from today on, within a year."
    )


class OwnReportUnfit(Problem):
    """A gap of nothing that can be drawn, or a question that is not asked of it."""

    code = "verification-own-report-unfit"
    status = 422
    sentence = gettext_noop(
        "Please choose what it is about and which question of its checklist is not fulfilled."
    )


class OwnReportTwice(Problem):
    """A gap that was reported already."""

    code = "verification-own-report-twice"
    status = 409
    sentence = gettext_noop("This gap was reported on {day} already.")


class RepairState(Problem):
    """A repair said or checked out of turn."""

    code = "verification-repair-state"
    status = 409
    sentence = gettext_noop("This can't be done now: the finding is {state}.")
