"""What the public pages of a need and of a project call things."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

PHASES = {
    "identification": gettext_noop("Proposed"),
    "preparation": gettext_noop("Being prepared"),
    "implementation": gettext_noop("Being built"),
    "completion": gettext_noop("The office says it is done"),
    "completed": gettext_noop("Finished"),
    "cancelled": gettext_noop("Cancelled"),
    "suspended": gettext_noop("Stopped for now"),
}
#: What residents say of it: the office's claim and their word are two things.
STANDINGS = {
    "not-claimed": gettext_noop("Not finished, so there is nothing to confirm yet."),
    "waiting": gettext_noop("The office says it is done. Residents have not said so yet."),
    "unconfirmed": gettext_noop("The office says it is done, and nobody has confirmed it."),
    "partly": gettext_noop("Residents say: done in part."),
    "confirmed": gettext_noop("Done, and residents say so."),
    "reopened": gettext_noop("It was called done, and residents said that it is not. It is open again."),
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
GIFTS = {
    "labour": gettext_noop("Work"),
    "goods": gettext_noop("Goods"),
    "land": gettext_noop("Land"),
    "tools": gettext_noop("Tools"),
    "other": gettext_noop("Other"),
}
MEASURES = {
    "work-days": gettext_noop("days of work"),
    "pieces": gettext_noop("pieces"),
    "bags": gettext_noop("bags"),
    "kilograms": gettext_noop("kilograms"),
    "cubic-metres": gettext_noop("cubic metres"),
    "square-metres": gettext_noop("square metres"),
    "days-of-use": gettext_noop("days of use"),
    "meals": gettext_noop("meals"),
}
SNAGS = {
    "broken": gettext_noop("broken"),
    "unfinished": gettext_noop("unfinished"),
    "not-as-agreed": gettext_noop("not as agreed"),
    "unsafe": gettext_noop("unsafe"),
    "other": gettext_noop("something else"),
}
REASONS = {
    "weather": gettext_noop("the weather"),
    "money-late": gettext_noop("the money came late"),
    "supplies-late": gettext_noop("supplies came late"),
    "contractor": gettext_noop("the contractor"),
    "permission": gettext_noop("a permission was missing"),
    "residents-asked": gettext_noop("residents asked for it"),
    "plan-changed": gettext_noop("the plan changed"),
    "plan-was-wrong": gettext_noop("the plan was wrong"),
    "unsafe": gettext_noop("it was not safe"),
    "other": gettext_noop("another reason"),
}
VERDICTS = {
    "done": gettext_noop("Yes, it is done"),
    "partly": gettext_noop("Done in part"),
    "not": gettext_noop("No, it is not done"),
}


def say(table: dict[str, str], key: str) -> str:
    """A value of one of the lists above in words."""
    return gettext(table[key]) if key in table else key
