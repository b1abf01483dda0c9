"""What reconciling and the posting of months refuse."""

from answerable.kernel.problem import Problem, gettext_noop


class StatementTwice(Problem):
    """The file, or the same statement in another file, is kept already."""

    code = "money-statement-twice"
    status = 409
    sentence = gettext_noop("{file}: this statement was taken in already, on {day}. Nothing was changed.")


class NotABankAccount(Problem):
    """An account that no bank keeps, or one of several currencies."""

    code = "money-not-a-bank-account"
    sentence = gettext_noop(
        "The account {account} is no account of money in hand in one currency. Choose the bank's or the treasury's account."
    )


class MatchRefused(Problem):
    """Lines and postings that can't be the same money."""

    code = "money-match-refused"
    status = 409
    sentence = gettext_noop("These can't be the same money: {why}.")


class MatchGone(Problem):
    """A match that is not there."""

    code = "money-match-gone"
    status = 404
    sentence = gettext_noop("There is no such match any more. Open the page again.")


class NotAVillageBook(Problem):
    """A book of an office, where a village's is needed."""

    code = "money-not-a-village-book"
    sentence = gettext_noop(
        "The book {book} is an office's. Months are posted for what a village owns together."
    )


class MonthNotOver(Problem):
    """A month that has days to come."""

    code = "money-month-not-over"
    sentence = gettext_noop("The month {month} is not over. Post it after its last day.")


class MonthOutOfOrder(Problem):
    """A month before it is missing, or it is posted already."""

    code = "money-month-out-of-order"
    status = 409
    sentence = gettext_noop("The next month to post is {month}. Months are posted one after the other.")


class MonthHasWaiting(Problem):
    """Entries of the month wait for their checker; they would be shut out."""

    code = "money-month-has-waiting"
    status = 409
    sentence = gettext_noop(
        "{count} entries of {month} wait for a second person. Have them checked or refused, then post the month."
    )


class FileMissing(Problem):
    """A form for a file without one."""

    code = "money-file-missing"
    status = 422
    sentence = gettext_noop("Choose the file of the bank or treasury first.")
