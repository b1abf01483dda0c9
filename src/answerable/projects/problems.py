"""What can be refused in this room."""

from __future__ import annotations

from answerable.kernel.problem import Problem, gettext_noop


class MoveRefused(Problem):
    """A phase that no move leads to."""

    code = "projects-move-refused"
    status = 409
    sentence = gettext_noop(
        "A project does not go from “{phase}” to “{to}”. Choose one of the steps that its page offers."
    )


class SectorUnknown(Problem):
    """A code that its vocabulary has not."""

    code = "projects-sector-unknown"
    sentence = gettext_noop("“{code}” is no sector of the list “{vocabulary}”.")


class SharesNotWhole(Problem):
    """Shares that add up to another sum than the whole."""

    code = "projects-shares-not-whole"
    sentence = gettext_noop("The shares in the list “{vocabulary}” add up to {total} percent, not to 100.")
