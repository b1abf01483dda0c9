"""What kinds of lines, answers and reasons are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from answerable.kernel.problem import gettext_noop
from answerable.listening import desk_words as case_words
from answerable.projects import words as project_words
from answerable.promises import words as promise_words
from answerable.web.figures import number

from .lines import Line

KINDS = {
    "case": gettext_noop("Open cases"),
    "promise": gettext_noop("Promises not settled"),
    "project": gettext_noop("Projects not closed"),
    "contract": gettext_noop("Money committed and not paid"),
    "draft": gettext_noop("Entries that wait to be checked"),
    "check": gettext_noop("Assets to look at"),
}
ONE = {
    "case": gettext_noop("case %(number)s"),
    "promise": gettext_noop("promise %(number)s"),
    "project": gettext_noop("project %(number)s"),
    "contract": gettext_noop("contract %(number)s"),
    "draft": gettext_noop("draft entry %(number)s"),
    "check": gettext_noop("asset %(number)s"),
}
STATES = {
    "accepted": gettext_noop("Accepted"),
    "contested": gettext_noop("Contested"),
    "returned": gettext_noop("Returned"),
}
REASONS = {
    "not-in-our-area": gettext_noop("it lies outside our area"),
    "settled-already": gettext_noop("it is settled already"),
    "record-is-wrong": gettext_noop("the record is wrong"),
    "never-agreed": gettext_noop("nobody ever agreed to it"),
    "papers-missing": gettext_noop("papers are missing"),
    "not-explained": gettext_noop("it has not been explained"),
    "site-not-shown": gettext_noop("the place has not been shown"),
    "promise-unclear": gettext_noop("it is not clear what was promised"),
}


def said(table: Mapping[str, str], key: str) -> str:
    """A word of one of these tables; a key that is not there stays as it is."""
    return gettext(table[key]) if key in table else key


def one(kind: str, pk: int) -> str:
    """A line in two words, as refusals name it."""
    return gettext(ONE[kind]) % {"number": pk} if kind in ONE else f"{kind} {pk}"


def standing(line: Line) -> str:
    """Where the thing stands, in its own room's words."""
    if line.kind == "case":
        return case_words.state(line.state)
    if line.kind == "promise":
        return promise_words.state(line.state)
    if line.kind == "project":
        phase = project_words.one_of(project_words.PHASES, line.state)
        if not line.milestones:
            return phase
        late = ngettext("%(n)s milestone late", "%(n)s milestones late", line.milestones)
        return f"{phase} · {late % {'n': number(line.milestones)}}"
    if line.kind == "check":
        return gettext("the looking at %(months)s months") % {"months": number(int(line.state))}
    return ""
