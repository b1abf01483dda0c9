"""What the desk's pages of this room share: where somebody may act, and problems in the reader's words."""

from __future__ import annotations

from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel.folding import fold
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem
from answerable.places.models import Area
from answerable.places.selectors import in_use
from answerable.projects import words
from answerable.projects.problems import MeasureUnfit, MoveRefused, ProjectChanged, ReasonNeeded
from answerable.web import reading
from answerable.web.pages import sentence

FEW = 40


def areas_for(actor: Actor, text: str = "") -> list[Area]:
    """Areas in use where the actor may record projects, villages first, by name. One query."""
    rows = Area.objects.filter(in_use(), scope(actor, Right.RECORD_PROJECTS, ""))
    for word in fold(text.replace("\0", "")).replace("|", " ").split()[:6]:
        rows = rows.filter(search_text__contains=word)
    return list(rows.select_related("level", "parent").order_by("-level__rank", "name", "pk")[:FEW])


def area_for(actor: Actor, right: Right, sent: str | None) -> Area | None:
    """The area of an id, if the actor holds the right there; else None, as if there were none."""
    pk = reading.number_in(sent)
    if pk is None or pk > reading.LARGEST:
        return None
    rows = Area.objects.filter(scope(actor, right, ""), pk=pk)
    return rows.select_related("level", "parent").first()


def say_problem(problem: Problem, changes: str = "") -> str:
    """The problem's sentence, its codes put into words."""
    if isinstance(problem, ProjectChanged) and changes:
        problem.values["changes"] = changes
    if isinstance(problem, MoveRefused):
        for name in ("phase", "to"):
            problem.values[name] = words.one_of(words.PHASES, str(problem.values[name]))
    if isinstance(problem, ReasonNeeded):
        keys = str(problem.values["allowed"]).split(", ")
        problem.values["allowed"] = ", ".join(words.reason(key) for key in keys)
    if isinstance(problem, MeasureUnfit):
        problem.values["kind"] = words.one_of(words.GIFTS, str(problem.values["kind"]))
        problem.values["measure"] = words.one_of(words.MEASURES, str(problem.values["measure"]))
        keys = str(problem.values["allowed"]).split(", ")
        problem.values["allowed"] = ", ".join(words.one_of(words.MEASURES, key) for key in keys)
    if isinstance(problem, ChoiceUnknown):
        keys = str(problem.values.get("allowed", "")).split(", ")
        table = {
            # A meeting's way of hearing, or how a choice was held.
            "way": words.HOW_HELD if keys[0] in words.HOW_HELD else words.WAYS,
            "verdict": words.VERDICTS,
            "stage": words.STAGES,
            "grade": words.GRADES,
            "measure": words.MEASURES,
            "phase": words.PHASES,
            "how": words.HOW_WORDS,
        }.get(problem.field)
        if table is None and problem.field in {"kind", "reason"}:
            found = [words.WORD_KINDS, words.SNAG_KINDS, words.GIFTS, words.REASONS]
            table = next((t for t in found if all(key in t for key in keys)), None)
        if table is not None:
            problem.values["allowed"] = ", ".join(words.one_of(table, key) for key in keys)
    return sentence(problem)
