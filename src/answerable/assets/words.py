"""The codes of this room in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem, gettext_noop
from answerable.web.pages import sentence

KINDS = {
    "water-point": gettext_noop("Tap or well"),
    "latrine": gettext_noop("Latrine"),
    "road": gettext_noop("Road or path"),
    "bridge": gettext_noop("Bridge"),
    "school": gettext_noop("School building"),
    "clinic": gettext_noop("Clinic"),
    "lamp": gettext_noop("Lamps"),
    "power-line": gettext_noop("Power line or panels"),
    "canal": gettext_noop("Canal or pipe"),
    "field-works": gettext_noop("Field works"),
    "building": gettext_noop("Another building"),
    "machine": gettext_noop("Machine or tools"),
    "other": gettext_noop("Something else"),
}
RESULTS = {
    "working": gettext_noop("working"),
    "partly": gettext_noop("working in part"),
    "not": gettext_noop("not working"),
}
UNCHECKED = gettext_noop("nobody looked yet")
WAYS = {
    "residents": gettext_noop("Residents said so"),
    "cohort": gettext_noop("The next team looked"),
    "visit": gettext_noop("A drawn visit looked"),
}
GRADES = {
    "statement": gettext_noop("a statement"),
    "document": gettext_noop("a document"),
    "picture": gettext_noop("a picture"),
    "visit": gettext_noop("a visit"),
}
FAULTS = {
    "broken": gettext_noop("a part is broken"),
    "worn": gettext_noop("worn out"),
    "no-parts": gettext_noop("no spare parts"),
    "no-money": gettext_noop("no money for upkeep"),
    "no-keeper": gettext_noop("nobody keeps it"),
    "no-supply": gettext_noop("no water, power or fuel"),
    "season": gettext_noop("out of use in this season"),
    "not-used": gettext_noop("not used"),
    "gone": gettext_noop("gone"),
    "other": gettext_noop("another reason"),
}
PAYERS = {
    "community": gettext_noop("the community"),
    "keeper": gettext_noop("the keeper"),
    "government": gettext_noop("government"),
    "sponsor": gettext_noop("a sponsor"),
    "nobody": gettext_noop("nobody yet"),
}
WORKS = {"maintenance": gettext_noop("Maintenance"), "repair": gettext_noop("Repair")}
STRUCK_FOR = {
    "mistake": gettext_noop("entered by mistake"),
    "twice": gettext_noop("entered twice"),
}
STANDINGS = {
    "ahead": gettext_noop("ahead"),
    "due": gettext_noop("due"),
    "late": gettext_noop("late"),
    "missed": gettext_noop("nobody looked"),
    "done": gettext_noop("looked at"),
}
KEEPERS = {"organisation": gettext_noop("an organisation"), "post": gettext_noop("a post")}
#: The codes of a form's field.
FIELDS = {
    "kind": KINDS | WORKS,
    "result": RESULTS,
    "way": WAYS,
    "grade": GRADES,
    "fault": FAULTS,
    "payer": PAYERS,
    "reason": STRUCK_FOR,
    "keeper": KEEPERS,
}
BY = {
    "area": gettext_noop("Area"),
    "subject": gettext_noop("Subject"),
    "sector": gettext_noop("Sector (DAC)"),
    "sponsor": gettext_noop("Sponsor"),
    "kind": gettext_noop("Kind"),
}


def said(table: Mapping[str, str], key: str) -> str:
    """A code in the page's language; an unknown one as it is."""
    return gettext(table[key]) if key in table else key


def refusal(problem: Problem) -> str:
    """The problem's sentence, its codes put into words."""
    if isinstance(problem, ChoiceUnknown) and (table := FIELDS.get(problem.field)):
        codes = str(problem.values.get("allowed", "")).split(", ")
        problem.values["allowed"] = ", ".join(said(table, code) for code in codes)
    return sentence(problem)


def choices(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """All codes of a table with their words, for a list to choose from."""
    return [(key, gettext(words)) for key, words in table.items()]
