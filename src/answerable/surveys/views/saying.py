"""Refusals of this room with the words of the fields and questions that they name."""

from __future__ import annotations

from answerable.kernel.problem import Problem
from answerable.surveys import words
from answerable.web.pages import sentence

_WORDS = {"question": words.QUESTIONS, "name": words.FIELDS, "state": words.STATES}


def say(problem: Problem | None) -> str:
    """The sentence in the reader's language; nothing for None."""
    if problem is None:
        return ""
    for key, table in _WORDS.items():
        value = str(problem.values.get(key, ""))
        first, _, option = value.partition(".")
        if value in table:
            problem.values[key] = words.said(table, value)
        elif first in words.QUESTIONS:
            asked = words.said(words.QUESTIONS, first)
            problem.values[key] = f"{asked} {words.said(words.OPTIONS, option)}"
    return sentence(problem)
