"""What the public pages of a need and of a project call things."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop
from answerable.projects.words import GIFTS, MEASURES, PHASES, REASONS
from answerable.projects.words import SNAG_KINDS as SNAGS

__all__ = [
    "GIFTS",
    "MEASURES",
    "PHASES",
    "REASONS",
    "RESULTS",
    "SNAGS",
    "STAGES",
    "STANDINGS",
    "VERDICTS",
    "say",
]

#: What residents say of it: the office's claim and their word are two things.
STANDINGS = {
    "not-claimed": gettext_noop("Not finished, so there is nothing to confirm yet."),
    "waiting": gettext_noop("The office says it is done. Residents have not said so yet."),
    "unconfirmed": gettext_noop("The office says it is done, and nobody has confirmed it."),
    "partly": gettext_noop("Residents say: done in part."),
    "confirmed": gettext_noop("Done, and residents say so."),
    "reopened-not-done": gettext_noop(
        "It was called done, and residents said that it is not. It is open again."
    ),
    "reopened-snag": gettext_noop("It was called done, and something was found wanting. It is open again."),
}
STAGES = {
    "before": gettext_noop("Before"),
    "during": gettext_noop("During the work"),
    "after": gettext_noop("After"),
}
RESULTS = {
    "working": gettext_noop("works"),
    "partly": gettext_noop("works in part"),
    "not": gettext_noop("does not work"),
}
VERDICTS = {
    "done": gettext_noop("Yes, it is done"),
    "partly": gettext_noop("Done in part"),
    "not": gettext_noop("No, it is not done"),
}


def say(table: dict[str, str], key: str) -> str:
    """A value of one of the lists above in words."""
    return gettext(table[key]) if key in table else key
