"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class NotInRegisterYet(Problem):
    """A matter whose leaf is waiting, or can't be opened any more."""

    code = "trust-no-proof"
    status = 409
    sentence = gettext_noop(
        "There is no proof for this code now: it is waiting for its place in the register, or it was erased. "
        "The page of your code says which."
    )


class OverdueInRegister(Problem):
    """A matter whose leaf is not there although the promised time is over."""

    code = "trust-overdue"
    status = 409
    sentence = gettext_noop(
        "There is no proof for this code, and there should be: by {until} at the latest it had to stand in the register. "
        "Your signed receipt is the proof: show it to the office above, to a programme that watches this register, "
        "or to a newspaper."
    )


class NotOurReceipt(Problem):
    """A text that this instance did not sign."""

    code = "trust-not-our-receipt"
    status = 422
    sentence = gettext_noop(
        "This is no receipt of ours. Take it from the page that showed it, or note its text."
    )


class TooManySerials(Problem):
    """More numbers of slips asked for than the limit allows; kept for everybody together."""

    code = "trust-too-many-serials"
    status = 429
    sentence = gettext_noop(
        "Many numbers are being looked up right now. Please try again in {seconds} seconds."
    )
