"""What states, steps, kinds and reasons are called on the pages, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext

from answerable.kernel.problem import gettext_noop

from .models import CaseStep

KINDS = {
    "need": gettext_noop("Something is needed"),
    "suggestion": gettext_noop("A suggestion"),
    "complaint": gettext_noop("A complaint"),
    "question": gettext_noop("A question"),
    "thanks": gettext_noop("Thanks"),
}

#: Where a matter stands, as the resident reads it.
STATES = {
    "received": gettext_noop("We have it"),
    "acknowledged": gettext_noop("We have it"),
    "screened": gettext_noop("Being passed to whoever answers"),
    "assigned": gettext_noop("With the office that answers"),
    "in_progress": gettext_noop("Being worked on"),
    "awaiting_resident": gettext_noop("We asked you something"),
    "planned": gettext_noop("Planned, with a date"),
    "referred": gettext_noop("Passed to another office"),
    "answered": gettext_noop("Answered"),
    "claimed_done": gettext_noop("The office says it is done; please say if that is so"),
    "confirmed": gettext_noop("Done, and you said so"),
    "unconfirmed": gettext_noop("The office says it is done; nobody has confirmed it"),
    "reopened": gettext_noop("Open again"),
    "appealed": gettext_noop("You appealed; another office looks at it again"),
    "declined": gettext_noop("Declined, with a reason"),
    "out_of_scope": gettext_noop("Outside this programme"),
    "duplicate": gettext_noop("Joined to the same matter raised by others"),
    "withdrawn": gettext_noop("Taken back by you"),
    "cannot_verify": gettext_noop("The office could not find the matter"),
    "closed": gettext_noop("Closed"),
}

#: What happened, as a line of the resident's timeline. Steps that are missing here are the office's own affair.
STEPS = {
    "received": gettext_noop("We received it"),
    "acknowledged": gettext_noop("We confirmed that we have it"),
    "screened": gettext_noop("We looked at what it is about"),
    "assigned": gettext_noop("It was given to the office that answers"),
    "started": gettext_noop("Work on it began"),
    "rerouted": gettext_noop("It was passed on to another office; its dates stay the same"),
    "escalated": gettext_noop("It went up to the next level"),
    "asked-resident": gettext_noop("The office asked you something"),
    "resident-spoke": gettext_noop("A resident added words"),
    "pause-ended": gettext_noop("The time for your reply ended; the office works on"),
    "referred": gettext_noop("It was referred to another office"),
    "planned": gettext_noop("It was planned"),
    "told": gettext_noop("The office sent word"),
    "answered": gettext_noop("The office answered"),
    "claimed-done": gettext_noop("The office says it is done"),
    "confirmed": gettext_noop("Residents confirmed that it is done"),
    "not-confirmed": gettext_noop("Residents said that it is not done"),
    "unconfirmed": gettext_noop("Nobody confirmed it in time; it counts as unconfirmed"),
    "reopened": gettext_noop("It was opened again"),
    "appealed": gettext_noop("An appeal was made"),
    "appeal-upheld": gettext_noop("The appeal was right; it is open again"),
    "appeal-refused": gettext_noop("The appeal was refused"),
    "declined": gettext_noop("The office declined it"),
    "out-of-scope": gettext_noop("It lies outside this programme"),
    "cannot-verify": gettext_noop("The office could not find the matter"),
    "joined": gettext_noop("It was joined to the same matter raised by others"),
    "separated": gettext_noop("It stands on its own again"),
    "withdrawn": gettext_noop("It was taken back"),
    "rated": gettext_noop("A resident rated how it was handled"),
    "nudged": gettext_noop("The office was reminded that you are waiting"),
    "closed": gettext_noop("It was closed"),
}

#: What `escalated` means where there is no post above.
AT_THE_TOP = gettext_noop("It is late, and already with the highest office for it")

REASONS = {
    "confirmed-by-residents": gettext_noop("residents confirmed it"),
    "answered": gettext_noop("it was answered"),
    "no-word-from-residents": gettext_noop("nobody said anything more"),
    "thanks-passed-on": gettext_noop("your thanks were passed on"),
    "appeal-refused": gettext_noop("the appeal was refused"),
    "ended": gettext_noop("it came to its end"),
    "no-money": gettext_noop("there is no money for it now"),
    "not-allowed": gettext_noop("rules do not allow it"),
    "not-feasible": gettext_noop("it can't be done"),
    "not-a-priority": gettext_noop("other things come first"),
    "already-served": gettext_noop("it is there already"),
    "other-explained": gettext_noop("for the reason given in the answer"),
    "place-not-found": gettext_noop("the place was not found"),
    "nothing-found-on-site": gettext_noop("nothing was found at the place"),
    "no-word-from-resident": gettext_noop("more was asked and no word came"),
    "explained": gettext_noop("it was explained"),
    "will-do": gettext_noop("something will be done"),
    "acknowledge-late": gettext_noop("the word that we have it was late"),
    "answer-late": gettext_noop("the answer was late"),
    "resolve-late": gettext_noop("the solution was late"),
    "appeal-late": gettext_noop("the decision on the appeal was late"),
    "silent": gettext_noop("you had heard nothing for too long"),
    "bounced": gettext_noop("it had been passed on twice"),
    "refused-twice": gettext_noop("it was said to be done twice and was not"),
    "imported": gettext_noop("it came with a file from an earlier system"),
}


def entry(row: CaseStep) -> str:
    """A line of the resident's timeline; nothing for the office's own affairs."""
    if row.step == "escalated" and row.to_post_id is None:
        # The log of a late appeal does not say whether there was another judge.
        late_appeal = row.reason == "appeal-late"
        return gettext("This is late.") if late_appeal else gettext(AT_THE_TOP)
    return say(STEPS, row.step)


def say(table: dict[str, str], key: str) -> str:
    """The words in the active language; nothing for what the table leaves out."""
    message = table.get(key)
    return gettext(message) if message else ""
