"""What states, steps and reasons are called on the desk: the office's own view, where words.py is the resident's."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

from . import words
from .models import CaseStep

STATES = {
    "received": gettext_noop("New"),
    "acknowledged": gettext_noop("Acknowledged"),
    "screened": gettext_noop("Screened"),
    "assigned": gettext_noop("Assigned"),
    "in_progress": gettext_noop("In progress"),
    "awaiting_resident": gettext_noop("Waiting for the resident"),
    "planned": gettext_noop("Planned"),
    "referred": gettext_noop("Referred"),
    "answered": gettext_noop("Answered"),
    "claimed_done": gettext_noop("Claimed done, not confirmed"),
    "confirmed": gettext_noop("Confirmed by residents"),
    "unconfirmed": gettext_noop("Unconfirmed"),
    "reopened": gettext_noop("Reopened"),
    "appealed": gettext_noop("Appealed"),
    "declined": gettext_noop("Declined"),
    "out_of_scope": gettext_noop("Out of scope"),
    "duplicate": gettext_noop("Joined to another case"),
    "withdrawn": gettext_noop("Taken back by the resident"),
    "cannot_verify": gettext_noop("Could not be verified"),
    "closed": gettext_noop("Closed"),
}

STEPS = {
    "received": gettext_noop("Received"),
    "acknowledged": gettext_noop("Acknowledged"),
    "screened": gettext_noop("Screened"),
    "assigned": gettext_noop("Assigned"),
    "started": gettext_noop("Work began"),
    "rerouted": gettext_noop("Re-routed; the clocks run on"),
    "reassigned": gettext_noop("Moved with the work of its post"),
    "escalated": gettext_noop("Went up a level"),
    "asked-resident": gettext_noop("The resident was asked; the clocks pause"),
    "resident-spoke": gettext_noop("The resident added words"),
    "pause-ended": gettext_noop("The pause ended; the clocks run"),
    "referred": gettext_noop("Referred to a body outside"),
    "planned": gettext_noop("Planned"),
    "told": gettext_noop("Word was given"),
    "answered": gettext_noop("Answered"),
    "claimed-done": gettext_noop("Claimed done"),
    "confirmed": gettext_noop("Residents confirmed it"),
    "not-confirmed": gettext_noop("Residents said: not done"),
    "unconfirmed": gettext_noop("Nobody confirmed it in time"),
    "appealed": gettext_noop("The resident appealed"),
    "appeal-upheld": gettext_noop("Appeal upheld: owed again"),
    "appeal-refused": gettext_noop("Appeal refused"),
    "declined": gettext_noop("Declined"),
    "out-of-scope": gettext_noop("Ruled out of scope"),
    "cannot-verify": gettext_noop("Could not be verified"),
    "joined": gettext_noop("Joined to a like case"),
    "separated": gettext_noop("Separated again"),
    "voice-joined": gettext_noop("A like case joined this one"),
    "voice-left": gettext_noop("A voice left this case"),
    "withdrawn": gettext_noop("The resident took it back"),
    "rated": gettext_noop("The resident rated the handling"),
    "nudged": gettext_noop("Reminder: no word for too long"),
    "marked-sensitive": gettext_noop("Marked sensitive: with the focal point"),
    "cleared-sensitive": gettext_noop("Cleared: an ordinary case"),
    "closed": gettext_noop("Closed"),
}

#: Reasons that only the desk reads; the others are in words.REASONS.
REASONS = {
    "wrong-subject": gettext_noop("the subject was wrong"),
    "wrong-office": gettext_noop("the office was wrong"),
    "wrong-level": gettext_noop("the level was wrong"),
    "needs-another-office": gettext_noop("another office is needed"),
    "holder-left": gettext_noop("the holder left"),
    "new-round": gettext_noop("a new round begins"),
    "workload": gettext_noop("too much work in one place"),
    "conflict-of-interest": gettext_noop("a conflict of interest"),
    "silent": gettext_noop("no word to the resident for too long"),
    "silence": gettext_noop("no word to the resident for too long"),
    "acknowledge-late": gettext_noop("not acknowledged in time"),
    "answer-late": gettext_noop("not answered in time"),
    "resolve-late": gettext_noop("not resolved in time"),
    "appeal-late": gettext_noop("the appeal was not decided in time"),
    "bounced": gettext_noop("re-routed twice"),
    "not-done-again": gettext_noop("said to be done twice, and was not"),
    "no-word-from-resident": gettext_noop("no word from the resident"),
    "no-word-from-residents": gettext_noop("no word from residents"),
    "thanks-passed-on": gettext_noop("the thanks were passed on"),
    "code": gettext_noop("by tracking code"),
    "meeting": gettext_noop("by show of hands at a public meeting"),
}

KINDS = {
    "need": gettext_noop("Need"),
    "suggestion": gettext_noop("Suggestion"),
    "complaint": gettext_noop("Complaint"),
    "question": gettext_noop("Question"),
    "thanks": gettext_noop("Thanks"),
}

CHANNELS = {
    "web": gettext_noop("web page"),
    "session": gettext_noop("listening session"),
    "paper": gettext_noop("paper slip"),
    "call": gettext_noop("phone call"),
    "sms": gettext_noop("SMS"),
    "file": gettext_noop("file"),
}

SESSION_KINDS = {
    "public-meeting": gettext_noop("Public meeting"),
    "drop-in": gettext_noop("Drop-in"),
    "group-discussion": gettext_noop("Group discussion"),
    "invited-visit": gettext_noop("Visit that residents asked for"),
}

ROLES = {
    "team-member": gettext_noop("Team member"),
    "case-handler": gettext_noop("Case handler"),
    "coordinator": gettext_noop("Coordinator"),
    "director": gettext_noop("Director"),
    "auditor": gettext_noop("Auditor"),
    "bookkeeper": gettext_noop("Bookkeeper"),
    "focal-point": gettext_noop("Focal point"),
    "operator": gettext_noop("Operator"),
}

CLOCKS = {
    "acknowledge": gettext_noop("Acknowledge"),
    "answer": gettext_noop("First answer"),
    "resolve": gettext_noop("Resolve"),
    "appeal": gettext_noop("Decide the appeal"),
    "confirm": gettext_noop("Residents' word"),
}


def state(key: str) -> str:
    """A state in the desk's words."""
    return gettext(STATES.get(key, key)) if key else ""


def step(key: str) -> str:
    """A step in the desk's words."""
    return gettext(STEPS.get(key, key)) if key else ""


def entry(row: CaseStep) -> str:
    """A step of a case's log in words. Only a step that has a post above went up to it."""
    if row.step == "escalated" and row.to_post_id is None:
        # The log of a late appeal does not say whether there was another judge.
        late_appeal = row.reason == "appeal-late"
        return (
            gettext("This is late.")
            if late_appeal
            else gettext("Late, and already with the highest post for it")
        )
    return step(row.step)


def reason(key: str) -> str:
    """A reason; a key that is no reason of ours (an outside body's) as it stands."""
    if not key:
        return ""
    return gettext(REASONS.get(key) or words.REASONS.get(key) or key)


def one_of(table: dict[str, str], key: str) -> str:
    """A value of a fixed list in words."""
    return gettext(table.get(key, key)) if key else ""
