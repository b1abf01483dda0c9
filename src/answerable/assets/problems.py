"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class AssetElsewhere(Problem):
    """A project leaves things where it is."""

    code = "assets-elsewhere"
    status = 409
    sentence = gettext_noop("The project is not for {area}. Choose one of its own villages or areas.")


class NotDoneYet(Problem):
    """Nobody hands over what nobody called done."""

    code = "assets-not-done"
    status = 409
    sentence = gettext_noop(
        "Nobody has said yet that this project is done. Claim that it is done first; then it can hand things over."
    )


class HandOverOutside(Problem):
    """A hand-over before the work ended, or still to come."""

    code = "assets-hand-over-day"
    status = 422
    sentence = gettext_noop(
        "{day} can't be: the project was done on {first}, and a thing is handed over between then and today, {last}."
    )


class DayOutside(Problem):
    """A day before the thing was there, or still to come."""

    code = "assets-day-outside"
    status = 422
    sentence = gettext_noop("{day} can't be: the day lies between {first} and {last}.")


class OneKeeper(Problem):
    """A thing is kept by one organisation or one post."""

    code = "assets-one-keeper"
    status = 422
    sentence = gettext_noop("Name exactly one keeper: an organisation or a post.")


class KeeperSame(Problem):
    """Nothing would change."""

    code = "assets-keeper-same"
    status = 409
    sentence = gettext_noop("This is its keeper already. Nothing was changed.")


class IntervalRefused(Problem):
    """An interval that no calendar keeps."""

    code = "assets-interval"
    status = 422
    sentence = gettext_noop(
        "Between one time and the next lie 1 to {most} months. Please correct the number."
    )


class FaultNeeded(Problem):
    """What does not work has a reason, what works has none."""

    code = "assets-fault"
    status = 422
    sentence = gettext_noop(
        "Say why it does not work, or works in part only; where it works, leave the reason empty."
    )


class GradeNeedsItem(Problem):
    """A grade that rests on something that is not there."""

    code = "assets-grade"
    status = 422
    sentence = gettext_noop(
        "A check that rests on a picture or a document comes with one. Add it, or say that it is a statement or a visit."
    )


class TaskUnknown(Problem):
    """No line of this thing's calendar, or one that was dropped."""

    code = "assets-task-unknown"
    status = 422
    sentence = gettext_noop("This line is not in the calendar of this thing. Please choose one of the list.")


class AmountNegative(Problem):
    """A cost below nothing."""

    code = "assets-amount-negative"
    status = 422
    sentence = gettext_noop("A cost can't be below nothing. Please correct the amount.")


class AssetStruck(Problem):
    """Its entry was a mistake."""

    code = "assets-struck"
    status = 409
    sentence = gettext_noop("The entry of this thing was struck on {day}. Nothing more can be written to it.")


class TakenBackAlready(Problem):
    """A row is taken back once."""

    code = "assets-taken-back"
    status = 409
    sentence = gettext_noop("This was taken back already. Nothing was changed.")


class FormReused(Problem):
    """One form for two things."""

    code = "assets-form-reused"
    status = 409
    sentence = gettext_noop(
        "This form was used for another record already. Open the page again and fill in a new one."
    )
