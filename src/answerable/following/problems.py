"""What the following room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class LinkRefused(Problem):
    """A case that no project can be linked to: sensitive, taken back, or of another place."""

    code = "following-link-refused"
    status = 422
    sentence = gettext_noop(
        "This case can't be linked to that project. The project has to work in the case's village and not be cancelled; "
        "the case must not be sensitive or taken back."
    )


class CodeSpokeAlready(Problem):
    """One code, one voice."""

    code = "following-code-spoke"
    status = 409
    sentence = gettext_noop("This code has said already whether it was done. Each code counts once.")


class NothingToConfirm(Problem):
    """The project is not claimed to be done, or the code leads to another matter."""

    code = "following-nothing-to-confirm"
    status = 409
    sentence = gettext_noop(
        "There is nothing to confirm now: the office does not say that this is done. The page below shows where it stands."
    )


class VerdictUnknown(Problem):
    """Not one of the three answers."""

    code = "following-verdict-unknown"
    status = 422
    sentence = gettext_noop("Please choose whether it is done, partly done, or not done.")
