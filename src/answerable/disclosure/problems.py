"""What can go wrong with published figures."""

from __future__ import annotations

from answerable.kernel.problem import Problem, gettext_noop


class ReleaseUnknown(Problem):
    """No figures of that quarter were published."""

    code = "disclosure-release-unknown"
    status = 404
    sentence = gettext_noop("No figures were published for {quarter}. The list shows which there are.")


class AlreadyReleased(Problem):
    """A quarter is published once."""

    code = "disclosure-already-released"
    status = 409
    sentence = gettext_noop("The figures of {quarter} were published already; they are never changed.")


class NotYetReleasable(Problem):
    """The quarter isn't over, or its answers are still awaited."""

    code = "disclosure-not-yet-releasable"
    status = 409
    sentence = gettext_noop("The figures of {quarter} can be published from {day} on.")
