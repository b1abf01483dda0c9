"""Refusals of this room with the words of the questions and states that they name, and units as pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from answerable.kernel.problem import Problem
from answerable.verification import words
from answerable.verification.listing import Facts
from answerable.verification.models import Finding
from answerable.web.pages import sentence
from answerable.web.said import name_html


def say(problem: Problem | None, kind: str = "") -> str:
    """The sentence in the reader's language; nothing for None."""
    if problem is None:
        return ""
    if "question" in problem.values:
        problem.values["question"] = words.said(words.QUESTIONS, f"{kind}/{problem.values['question']}")
    if state := problem.values.get("state"):
        table = words.STATES if state in words.STATES else words.FINDING_STATES
        problem.values["state"] = words.said(table, str(state))
    return sentence(problem)


def unit(key: str, facts: Facts | None, lang: str = "") -> dict[str, Any]:
    """A unit as a list shows it."""
    kind = key.partition(":")[0]
    return {
        "key": key,
        "kind": words.said(words.ONE, kind),
        "name": name_html(facts.names, facts.plain, lang) if facts else key,
        "address": _address(facts, lang) if lang and facts else "",
    }


def _address(facts: Facts, lang: str) -> str:
    of = facts.of or facts
    kind, _, name = of.key.partition(":")
    if kind == "asset":
        return reverse("assets:asset", args=[lang, int(name)])
    return f"/{lang}/project/{name}/" if kind == "project" else ""


def finding(row: Finding, kind: str) -> dict[str, Any]:
    """A finding as a list shows it."""
    return {
        "row": row,
        "question": words.said(words.QUESTIONS, f"{kind}/{row.question}"),
        "severity": words.said(words.SEVERITIES, row.severity),
        "state": words.said(words.FINDING_STATES, row.state),
        "open": row.state == "open",
        "repaired": row.state == "repaired",
    }
