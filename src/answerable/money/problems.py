"""What this room refuses. Sums in the sentences are plain: 1234.50 USD."""

from answerable.kernel.problem import Problem, gettext_noop


class Unbalanced(Problem):
    """Debits and credits of a currency differ."""

    code = "money-unbalanced"
    sentence = gettext_noop(
        "This entry does not balance: it is {amount} off. Nothing was entered; correct the amounts."
    )


class AmountNotAbove(Problem):
    """Zero, or less."""

    code = "money-amount-not-above"
    sentence = gettext_noop(
        "{amount} is no amount above zero. To take something back, undo its entry or record a return."
    )


class EntryTooLong(Problem):
    """Fewer than two lines, or too many."""

    code = "money-entry-too-long"
    sentence = gettext_noop("An entry has at least 2 and at most {most} lines; this one has {count}.")


class DayNotOpen(Problem):
    """In the future, before the book, or in a closed month."""

    code = "money-day-not-open"
    status = 409
    sentence = gettext_noop("{day} is no day to enter: the book {book} is open from {first} to {last}.")


#: Why an account can't take something, by key: `sentence` gets the key, pages say it in the reader's language.
WANTED = {
    "other-book": gettext_noop("it is of another book"),
    "closed": gettext_noop("it is closed"),
    "needed": gettext_noop("every book needs one account of its role"),
    "not-cash": gettext_noop("money lies on other accounts"),
}
#: Why an entry can't be undone.
WHY_NOT = {
    "undoing": gettext_noop("it undoes another entry. Enter what is right anew."),
    "undone": gettext_noop("it was undone already."),
    "received": gettext_noop("another entry received or gave back money of it. That one goes first."),
    "used": gettext_noop("something was paid or released under it. That goes first."),
    "no-payment": gettext_noop("it is no payment."),
    "too-much": gettext_noop("no more can come back than was paid by it."),
}


class AccountUnfit(Problem):
    """Of another book, closed, or of another currency or role. `wanted` is a key of WANTED."""

    code = "money-account-unfit"
    status = 409
    sentence = gettext_noop(
        "The account {account} of the book {book} can't take this: {wanted}. Choose another account."
    )

    @property
    def english(self) -> str:
        """The sentence with the key in words."""
        return self.sentence.format(**self.values | {"wanted": WANTED[self.values["wanted"]]})


class AccountMissing(Problem):
    """The book has no account for this stage."""

    code = "money-account-missing"
    status = 409
    sentence = gettext_noop("The book {book} has no open account with the role {role}. Add one first.")


class CurrencyMismatch(Problem):
    """Another currency than the line, the contract or the account has."""

    code = "money-currency-mismatch"
    status = 409
    sentence = gettext_noop(
        "{given} is not the currency of {what}, which is {wanted}. Record a conversion first, or choose another line."
    )


class FundClosed(Problem):
    """Nothing is entered under it any more."""

    code = "money-fund-closed"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} was closed on {day}: nothing is entered under it. Choose another fund."
    )


class FundOutsideTime(Problem):
    """The rule `until when`."""

    code = "money-fund-outside-time"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} may be spent from {first} to {last}, and this is of {day}. Send what is left back, or ask for "
        "another last day."
    )


class FundOutsidePurpose(Problem):
    """The rule `what for`."""

    code = "money-fund-outside-purpose"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} is for {purposes} only, and the project {project} is for something else. Pay it from another fund."
    )


class FundOutsideArea(Problem):
    """The rule `where`."""

    code = "money-fund-outside-area"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} is for {areas} only, and {area} is not there. Pay it from another fund."
    )


class FundNotEmpty(Problem):
    """Money or open contracts are left under it."""

    code = "money-fund-not-empty"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} can't be closed: {left} is left in the book {book}. Send it back or release it first."
    )


class FundDayPast(Problem):
    """A last day before today: rules change from today on, never for what was entered."""

    code = "money-fund-day-past"
    status = 409
    sentence = gettext_noop(
        "The rules of the fund {fund} change from {today} on, so {day} can't become its last day. Choose today or later."
    )


class FundOnItsWay(Problem):
    """Money was sent and not received yet."""

    code = "money-fund-on-its-way"
    status = 409
    sentence = gettext_noop(
        "The fund {fund} can't be closed: {left} is on its way from the book {book} to {to}. Receive it there or undo it first."
    )


class FundShort(Problem):
    """Less is there than this takes."""

    code = "money-fund-short"
    status = 409
    sentence = gettext_noop(
        "The account {account} has {left} of the fund {fund}, less than the {needed} that this takes. "
        "Record what came in first."
    )


class LineUnfit(Problem):
    """Of another book, fund or project."""

    code = "money-line-unfit"
    status = 409
    sentence = gettext_noop(
        "The budget line {line} is of another book, fund or project. Choose a line that fits."
    )


class LineExceeded(Problem):
    """More than the line has left."""

    code = "money-line-exceeded"
    status = 409
    sentence = gettext_noop(
        "The budget line {line} has {left} left, less than {needed}. Revise the line first, or choose another."
    )


class LineBelowUse(Problem):
    """A revision below what is committed and paid."""

    code = "money-line-below-use"
    status = 409
    sentence = gettext_noop(
        "{used} of the budget line {line} is committed or paid already: it can't be set to {units}."
    )


class LineChanged(Problem):
    """Somebody revised it since the page was drawn."""

    code = "money-line-changed"
    status = 409
    sentence = gettext_noop(
        "The budget line {line} was revised meanwhile; it is {units} now. Look at it and try again."
    )


class CommitmentExceeded(Problem):
    """More than the contract has left."""

    code = "money-commitment-exceeded"
    status = 409
    sentence = gettext_noop(
        "The contract has {left} left, less than {needed}. Commit the rest first, or pay less under it."
    )


class CommitmentUnfit(Problem):
    """A contract for another line, payee or village, or no contract at all."""

    code = "money-commitment-unfit"
    status = 409
    sentence = gettext_noop(
        "The contract is for another line or another payee. Choose the one that this is paid under."
    )


class DocumentTwice(Problem):
    """A payment under this document stands in the book."""

    code = "money-document-twice"
    status = 409
    sentence = gettext_noop(
        "This document was paid already, by entry {number} of {day}. If it is a further part of it, say so on the form."
    )


class DigestRefused(Problem):
    """No SHA-256."""

    code = "money-digest-refused"
    sentence = gettext_noop(
        "The document's digest is a SHA-256: 64 digits 0 to 9 and a to f. Choose the file, or copy its digest."
    )


class DocumentMissing(Problem):
    """A payment without its document."""

    code = "money-document-missing"
    sentence = gettext_noop(
        "A payment or contract needs its document's digest. Choose the file, or copy its digest."
    )


class ReferenceRefused(Problem):
    """A reference with other signs, which may be a name."""

    code = "money-reference-refused"
    sentence = gettext_noop(
        "A reference is the number of a cheque, order or invoice: letters, digits, point, slash and hyphen, at most 40, "
        "without spaces."
    )


class PayeeNeeded(Problem):
    """Neither an organisation nor a count with a list."""

    code = "money-payee-needed"
    sentence = gettext_noop(
        "Say who was paid: one organisation, or how many people with the digest of their list. Names stay out."
    )


class SharesDiffer(Problem):
    """The parts for several villages are not the whole payment."""

    code = "money-shares-differ"
    sentence = gettext_noop(
        "The parts for the villages add up to {total}, and the payment is {amount}. Correct one of them."
    )


class SharesUnfit(Problem):
    """Parts of a payment that can't be parts."""

    code = "money-shares-unfit"
    sentence = gettext_noop(
        "A payment for several villages is to one organisation, and names each village once, 2 to {most} of them, "
        "in the table and not in the field for one village."
    )


class VillageUnclear(Problem):
    """Which village's part came back was not said, or it is none of the payment's."""

    code = "money-village-unclear"
    status = 409
    sentence = gettext_noop(
        "Payment {number} was for other villages, or for several: say for which of them the money came back."
    )


class AreaOutside(Problem):
    """The village is none of the project's or none of the book's."""

    code = "money-area-outside"
    status = 409
    sentence = gettext_noop(
        "{area} is outside the project {project} or outside this book. Choose one of its villages."
    )


class BookUnfit(Problem):
    """Money goes to a book below or back to one above, and never to its own."""

    code = "money-book-unfit"
    status = 409
    sentence = gettext_noop(
        "{book} can't get this: allocations go to a book of an area below, returns to one above."
    )


class ReceivedAlready(Problem):
    """This was received, and that stands."""

    code = "money-received-already"
    status = 409
    sentence = gettext_noop(
        "This was received already, by entry {number} of {day}. Undo that entry if it was wrong."
    )


class NotToReceive(Problem):
    """No allocation or return to this book."""

    code = "money-not-to-receive"
    status = 409
    sentence = gettext_noop("The entry {number} of the book {book} was not sent to this book.")


class RateDiffers(Problem):
    """The amounts are not at the rate."""

    code = "money-rate-differs"
    sentence = gettext_noop("{sold} at {rate} makes {made}, not {bought}. Correct the rate or the amounts.")


class FormUsed(Problem):
    """A form that made another entry already."""

    code = "money-form-used"
    status = 409
    sentence = gettext_noop("This form made another entry already. Open a new form and enter it there.")


class SamePerson(Problem):
    """Whoever made an entry never checks it."""

    code = "money-same-person"
    status = 403
    sentence = gettext_noop("You made this entry, so somebody else has to check it.")


class ProposalDecided(Problem):
    """It does not wait any more."""

    code = "money-proposal-decided"
    status = 409
    sentence = gettext_noop(
        "This entry does not wait any more: it is {state} since {day}. Nothing was changed."
    )


class ReasonUnknown(Problem):
    """A reason that is not in the list."""

    code = "money-reason-unknown"
    sentence = gettext_noop("Choose a reason: {allowed}.")


class NotReversible(Problem):
    """Undone already, an undoing itself, or something rests on it. `why` is a key of WHY_NOT."""

    code = "money-not-reversible"
    status = 409
    sentence = gettext_noop("Entry {number} can't be undone: {why}")

    @property
    def english(self) -> str:
        """The sentence with the key in words."""
        return self.sentence.format(**self.values | {"why": WHY_NOT[self.values["why"]]})


class KeyTaken(Problem):
    """Another row of this kind has the key."""

    code = "money-key-taken"
    status = 409
    sentence = gettext_noop("The key “{key}” is in use. Take another one.")


class ChoiceUnknown(Problem):
    """Something that is not among those to choose from."""

    code = "money-choice-unknown"
    sentence = gettext_noop("“{given}” is none of the choices. Choose: {allowed}.")
