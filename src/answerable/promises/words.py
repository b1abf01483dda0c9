"""What states, steps and reasons of a promise are called, on the desk and to the public."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext, ngettext

from answerable.kernel.problem import gettext_noop
from answerable.web.figures import day, number

STATES = {
    "open": gettext_noop("Promised, not kept yet"),
    "kept": gettext_noop("Kept, as the office says"),
    "declined": gettext_noop("An honest no"),
    "taken-up": gettext_noop("Taken up by a project"),
}
LATE = gettext_noop("Late")

STEPS = {
    "made": gettext_noop("Promised"),
    "told": gettext_noop("Word was given"),
    "nudged": gettext_noop("Reminder to the office"),
    "escalated": gettext_noop("Went up a level"),
    "moved": gettext_noop("Moved to another post; the clocks run on"),
    "kept": gettext_noop("The office says that it is kept"),
    "declined": gettext_noop("Declined, with the reason"),
    "taken-up": gettext_noop("Taken up by a project"),
    "reopened": gettext_noop("Open again, with its first day"),
}

REASONS = {
    "no-money": gettext_noop("there is no money for it"),
    "not-allowed": gettext_noop("the rules do not allow it"),
    "not-feasible": gettext_noop("it can't be done"),
    "not-a-priority": gettext_noop("other needs come first"),
    "already-served": gettext_noop("there is already something for it"),
    "other-explained": gettext_noop("another reason, explained in the answer"),
    "residents-say-no": gettext_noop("residents say that it is not kept"),
    "said-too-early": gettext_noop("it was said too early"),
    "project-cancelled": gettext_noop("its project was cancelled"),
    "holder-left": gettext_noop("the holder left"),
    "new-round": gettext_noop("a new round begins"),
    "workload": gettext_noop("too much work in one place"),
    "conflict-of-interest": gettext_noop("a conflict of interest"),
    "post-ended": gettext_noop("the post ended"),
    "due-soon": gettext_noop("the promised day is near"),
    "late": gettext_noop("not kept by the promised day"),
    "late-again": gettext_noop("not kept by the newer day either"),
    "reopened": gettext_noop("it is owed again"),
    "silent": gettext_noop("no public word for too long"),
}


def state(key: str) -> str:
    """A state in words."""
    return gettext(STATES.get(key, key)) if key else ""


def step(key: str, moved: bool = True) -> str:
    """A step in words; one that went up and found nobody above says so."""
    if key == "escalated" and not moved:
        return gettext("Late, and already with the highest post for it")
    return gettext(STEPS.get(key, key)) if key else ""


def reason(key: str) -> str:
    """A reason in words."""
    return gettext(REASONS.get(key, key)) if key else ""


def due(due_on: date, today: date) -> str:
    """The distance to a due day."""
    days = (due_on - today).days
    if days < 0:
        return ngettext("late by %(n)s day", "late by %(n)s days", -days) % {"n": number(-days)}
    if days == 0:
        return gettext("due today")
    return ngettext("due in %(n)s day", "due in %(n)s days", days) % {"n": number(days)}


def late(late_from: date | None, due_on: date, today: date) -> str:
    """How late a promise is, to the public; empty while it is in time."""
    if late_from is None or late_from > today:
        return ""
    days = max((today - due_on).days, 0)
    if not days:
        return gettext("The project that had taken it up was cancelled.")
    said = ngettext("That was %(days)s day ago.", "That was %(days)s days ago.", days)
    promised = gettext("It was promised by %(day)s.") % {"day": day(due_on)}
    return f"{promised} {said % {'days': number(days)}}"
