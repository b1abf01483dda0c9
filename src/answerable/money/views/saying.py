"""Problems of the books in the reader's words: the keys in them are said as the pages say them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from answerable.kernel.problem import Problem
from answerable.money import words
from answerable.money.banking.camt import CamtRefused
from answerable.money.banking.problems import NO_CAMT, NO_MATCH, MatchRefused
from answerable.money.problems import (
    WANTED,
    WHY_NOT,
    AccountMissing,
    AccountUnfit,
    ChoiceUnknown,
    NotReversible,
    ProposalDecided,
    ReasonUnknown,
)
from answerable.money.services.setting_up import ACCOUNT_NAMES
from answerable.web import figures
from answerable.web.pages import sentence

#: Values that are days.
_DAYS = ("day", "first", "last", "today")


def say_problem(problem: Problem | None) -> str:
    """The problem's sentence, its keys and days in words; nothing for none."""
    if problem is None:
        return ""
    values = problem.values
    for name in _DAYS:
        if name in values:
            values[name] = _day(str(values[name]))
    if isinstance(problem, NotReversible):
        values["why"] = words.said(WHY_NOT, str(values["why"]))
    elif isinstance(problem, MatchRefused):
        values["why"] = words.said(NO_MATCH, str(values["why"]))
    elif isinstance(problem, CamtRefused):
        values["why"] = words.said(NO_CAMT, str(values["why"]))
    elif isinstance(problem, AccountUnfit):
        values["wanted"] = words.said(WANTED, str(values["wanted"]))
    elif isinstance(problem, AccountMissing):
        values["role"] = words.said(ACCOUNT_NAMES, str(values["role"]))
    elif isinstance(problem, ProposalDecided):
        values["state"] = words.said(words.STATES, str(values["state"]))
    elif isinstance(problem, ReasonUnknown):
        keys = str(values["allowed"]).split(", ")
        values["allowed"] = ", ".join(words.said(words.REASONS, key) for key in keys)
    elif isinstance(problem, ChoiceUnknown):
        values["allowed"] = _choices(problem)
    return sentence(problem)


def _choices(problem: ChoiceUnknown) -> str:
    allowed = str(problem.values["allowed"])
    if allowed == "-":
        # The list itself stands on the page: its name is enough.
        return words.said(words.FIELDS | words.SET_UP, problem.field)
    tables = {"act": words.ACTS, "kind": words.BOOK_KINDS | words.KINDS}
    return ", ".join(words.said(tables.get(problem.field, {}), key) for key in allowed.split(", "))


def _day(text: str) -> str:
    try:
        return figures.day(date.fromisoformat(text))
    except ValueError:
        return gettext("no end") if text == "-" else text
