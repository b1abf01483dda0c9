"""What the listening room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class KindUnknown(Problem):
    """Not one of the five kinds."""

    code = "listening-kind-unknown"
    status = 422
    sentence = gettext_noop(
        "Please choose what it is: a need, a suggestion, a complaint, a question or thanks."
    )


class SubjectUnknown(Problem):
    """No such subject."""

    code = "listening-subject-unknown"
    status = 422
    sentence = gettext_noop("Please choose what it is about from the list.")


class NotAVillage(Problem):
    """Feedback belongs to a village."""

    code = "listening-not-a-village"
    status = 422
    sentence = gettext_noop("Please choose a village: {area} is a larger area.")


class FormStale(Problem):
    """The form was opened days ago, or its token is not ours."""

    code = "listening-form-stale"
    status = 422
    sentence = gettext_noop(
        "This form was opened too long ago. Your words are still here: please look at them and send them again."
    )


class SentBefore(FormStale):
    """The form was sent already, with other words: what comes now is another matter."""

    code = "listening-sent-before"
    sentence = gettext_noop(
        "This form was sent already, with other words. What you wrote now is still here: please send it as a new matter."
    )


class CodeUnknown(Problem):
    """No feedback has this code."""

    code = "listening-code-unknown"
    status = 404
    sentence = gettext_noop("We know no such code. Please compare every digit with your slip.")


class TooManyTries(Problem):
    """More codes tried than the limit allows; kept for everybody together, as nobody is told apart."""

    code = "listening-too-many-tries"
    status = 429
    sentence = gettext_noop(
        "Many codes are being tried right now. Your code is safe: please try again in {seconds} seconds."
    )


class StepNotAllowed(Problem):
    """The state of the case does not allow that step."""

    code = "listening-step-not-allowed"
    status = 409
    sentence = gettext_noop(
        "That is not possible now: the case is “{state}”. Open it again to see what can be done."
    )


class CaseChanged(Problem):
    """Somebody else acted on the case since the page was opened."""

    code = "listening-case-changed"
    status = 409
    sentence = gettext_noop(
        "Since you opened this page the case has changed: {changes}. Nothing of yours was sent; it is still in the form below."
    )


class NotYourCase(Problem):
    """The case belongs to another post."""

    code = "listening-not-your-case"
    status = 403
    sentence = gettext_noop(
        "This case belongs to the post {post}. Ask its holder, or the coordinator, who can reassign it."
    )


class ReasonNeeded(Problem):
    """A step that needs a reason came without one."""

    code = "listening-reason-needed"
    status = 422
    sentence = gettext_noop("Please give one of these reasons: {allowed}.")


class DateNotAhead(Problem):
    """A plan needs a day to come."""

    code = "listening-date-not-ahead"
    status = 422
    sentence = gettext_noop("Please give a day after today, at most {most} days ahead.")


class WindowOver(Problem):
    """The time to appeal has passed."""

    code = "listening-window-over"
    status = 409
    sentence = gettext_noop(
        "An appeal was possible for {days} days after the outcome. You can tell us again as a new matter."
    )


class SameCase(Problem):
    """A case can't be joined to itself, to a sensitive case, or across areas."""

    code = "listening-can-not-join"
    status = 422
    sentence = gettext_noop(
        "These two cases can't be joined: they must be two open matters of the same village, neither of them sensitive."
    )


class SessionCap(Problem):
    """The village has had its sessions this month."""

    code = "listening-session-cap"
    status = 409
    sentence = gettext_noop(
        "{area} has had {most} sessions this month. Visits are a burden: the next one can be in the new month."
    )


class CountsWrong(Problem):
    """Attendance that can't be."""

    code = "listening-counts-wrong"
    status = 422
    sentence = gettext_noop(
        "Please count again: those present must be a number up to {most}, and the women among them no more than that."
    )


class DayNotPast(Problem):
    """A session or a slip is recorded after it happened."""

    code = "listening-day-not-past"
    status = 422
    sentence = gettext_noop(
        "Please give the day on which it happened: not after today, and at most {most} days ago."
    )


class NoFocalPoint(Problem):
    """Nobody may read a sensitive complaint here."""

    code = "listening-no-focal-point"
    status = 409
    sentence = gettext_noop(
        "No independent focal point is named for this area yet, so we can't take this safely. "
        "Please tell it to the programme's office above, or to an office outside the programme."
    )


class ReviewStale(Problem):
    """The work to move has changed since it was reviewed."""

    code = "listening-review-stale"
    status = 409
    sentence = gettext_noop(
        "The cases of this post have changed since you reviewed them. Please look at the new list and confirm again."
    )


class PeriodWrong(Problem):
    """A period that ends before it begins, or is too long."""

    code = "listening-period-wrong"
    status = 422
    sentence = gettext_noop(
        "Please give a first day that is not after the last one, and a period of at most {most} years."
    )


class VillageUnknown(Problem):
    """No village of the actor's own area."""

    code = "listening-village-unknown"
    status = 422
    sentence = gettext_noop("Please choose a village of your own area from the list.")


class PublicNotRead(Problem):
    """A text for the public page without the word that somebody read it for persons."""

    code = "listening-public-not-read"
    status = 422
    sentence = gettext_noop(
        "Please read the text for the public page once more, and tick that it points at nobody."
    )


class BatchUnreadable(Problem):
    """No JSON of the documented form."""

    code = "listening-batch-unreadable"
    status = 400
    sentence = gettext_noop(
        "The batch could not be read: {why}. Nothing was recorded. The form is described in docs/reference/batch.md."
    )


class BatchTooLarge(Problem):
    """More records than one request may hold."""

    code = "listening-batch-too-large"
    status = 413
    sentence = gettext_noop(
        "A batch holds at most {most} records; this one has {count}. Nothing was recorded: please send it in parts."
    )


class BatchRefused(Problem):
    """Some records of a batch are wrong, so none was recorded."""

    code = "listening-batch-refused"
    status = 422
    sentence = gettext_noop(
        "{wrong} of {count} records are wrong, so none was recorded. Correct them and send the batch again."
    )


class KeyUnreadable(Problem):
    """A record's key is no UUID, or two records share one."""

    code = "listening-key-unreadable"
    status = 422
    sentence = gettext_noop("Each record needs its own key, a UUID that no other record of the batch has.")


class ImportPlaceUnknown(Problem):
    """The area that a mapping looks names up in does not exist."""

    code = "listening-import-place-unknown"
    status = 404
    sentence = gettext_noop(
        "No area has the code {code} of the scheme {scheme}. Import the areas first, or let the mapping add it."
    )


class PadOpen(Problem):
    """An office has one pad at a time."""

    code = "listening-pad-open"
    status = 409
    sentence = gettext_noop(
        "{area} has a pad that is not settled yet. Account for its slips first; then the next one can be printed."
    )


class PadSettled(Problem):
    """A pad is settled once."""

    code = "listening-pad-settled"
    status = 409
    sentence = gettext_noop("This pad was settled on {day}. Nothing was changed.")


class SlipUnknown(Problem):
    """No unused slip of that serial there."""

    code = "listening-slip-unknown"
    status = 422
    sentence = gettext_noop("There is no such slip here. Please compare the nine digits of the serial.")


class SlipUsed(Problem):
    """A slip counts once."""

    code = "listening-slip-used"
    status = 409
    sentence = gettext_noop(
        "This slip was received before, or its pad is settled. Record what was said without it, or with another slip."
    )


class SlipsMissing(Problem):
    """A pad can't be settled while slips are missing."""

    code = "listening-slips-missing"
    status = 422
    sentence = gettext_noop(
        "The pad is not accounted for, and nothing was changed. Slips that are neither received nor among the unused ones: "
        "{missing}. Numbers that you gave: {given}. Counted by hand: {count}. Please look for what is missing."
    )


class SlipCountUnread(Problem):
    """The slips counted by hand are no number."""

    code = "listening-slip-count"
    status = 422
    sentence = gettext_noop("Please write how many slips you counted, as a number. Nothing was changed.")


class SlipsRefused(SlipUnknown):
    """Lines of a settlement that are no unused slips of the pad, each with its reason."""

    code = "listening-slips-refused"
    sentence = gettext_noop("Nothing was changed, as these lines can't be taken: {lines}.")
