"""What the shell itself refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class FormTokenStale(Problem):
    """A form without its token: too old a page, or cookies are off."""

    code = "web-form-token"
    status = 403
    sentence = gettext_noop(
        "This form was open too long, or your browser keeps no cookies at all. Open the page again and send it once more."
    )


class RequestTooLarge(Problem):
    """More bytes than a form may have."""

    code = "web-too-large"
    status = 413
    sentence = gettext_noop(
        "That was more than can be sent at once. Please shorten the text and send it again."
    )


class RequestUnreadable(Problem):
    """Bytes that no form of ours sends."""

    code = "web-unreadable"
    status = 400
    sentence = gettext_noop("What arrived could not be read. Open the page again and send it once more.")


class NotThatWay(Problem):
    """An address that takes no such request: opened where a form is sent, or the other way round."""

    code = "web-method"
    status = 405
    sentence = gettext_noop("This address can't be opened like that. Begin again from the first page.")


class Broken(Problem):
    """An error of the product itself."""

    code = "web-broken"
    status = 500
    sentence = gettext_noop(
        "This is our mistake, not yours. Nothing was half-saved. Please try again in a few minutes."
    )


class FontMissing(Problem):
    """What is printed is printed in every language of the product, or not at all."""

    code = "web-font-missing"
    status = 503
    sentence = gettext_noop(
        "This server has no font for {scripts}, so nothing can be printed. Ask the operator to install: {packages}."
    )
