"""What can be done with a project at the desk: one form for each act, offered where phase and right allow it."""

from __future__ import annotations

from answerable.access.gate import post_for
from answerable.access.problems import Denied
from answerable.access.rules import Actor
from answerable.projects.models import Project

from . import course, describing, milestones, proof
from .choices import Choices
from .describing import DESCRIBING, present_values, read_description
from .form import RECORD, RUN, ActForm

ACTS = (*course.ACTS, *milestones.ACTS, *proof.ACTS, *describing.ACTS)
BY_KEY = {act.key: act for act in ACTS}


def offered_acts(actor: Actor, project: Project) -> list[ActForm]:
    """What this actor can do with this project now."""
    held = {}
    for right in (RECORD, RUN):
        try:
            post_for(actor, right, project.area)
            held[right] = True
        except Denied:
            held[right] = False
    return [act for act in ACTS if held[act.right] and act.offered(project)]


__all__ = [
    "ACTS",
    "BY_KEY",
    "DESCRIBING",
    "ActForm",
    "Choices",
    "offered_acts",
    "present_values",
    "read_description",
]
