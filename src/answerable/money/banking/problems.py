"""What reconciling and the posting of months refuse."""

from answerable.kernel.problem import Problem, gettext_noop

#: Why lines of the bank and postings can't be the same money.
NO_MATCH = {
    "sides": gettext_noop("one side needs exactly one, the other one or several"),
    "taken": gettext_noop("one of them is matched already, or is of another account"),
    "sums": gettext_noop("the two sides do not add up to the same amount"),
}
#: Why a file is no camt.053 that is taken.
NO_CAMT = {
    "declares": gettext_noop("it declares entities or a document type of its own"),
    "unread": gettext_noop("it is no XML that can be read, or it was cut short"),
    "within-day": gettext_noop("it is a report within the day (camt.052), which is not final"),
    "single-payments": gettext_noop("it is a notice of single payments (camt.054), without balances"),
    "no-statement": gettext_noop("it holds no statement (Stmt)"),
}


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
    """Lines and postings that can't be the same money. `why` is a key of NO_MATCH."""

    code = "money-match-refused"
    status = 409
    sentence = gettext_noop("These can't be the same money: {why}.")

    @property
    def english(self) -> str:
        """The sentence with the key in words."""
        return self.sentence.format(**self.values | {"why": NO_MATCH[self.values["why"]]})


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
