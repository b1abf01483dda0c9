"""An act's form, and the fields that several acts ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from answerable.access.rules import Right
from answerable.kernel.problem import gettext_noop
from answerable.projects.forms.fields import Field, Sent
from answerable.projects.models import Project
from answerable.projects.rules.phases import Phase

from .choices import Choices

NAMES = Field("names", "lines", gettext_noop("Name"), gettext_noop("In one language at least."))
ON = Field("on", "day", gettext_noop("Day"), needed=False)
RECORD, RUN = Right.RECORD_PROJECTS, Right.RUN_PROJECTS


@dataclass(frozen=True)
class ActForm:
    """One act: its address, its words, its fields, when it is offered, and what it does."""

    key: str
    words: str
    right: Right
    steps: tuple[str, ...]
    offered: Callable[[Project], bool]
    run: Callable[[dict[str, Any], Sent, Choices], object]
    fields: tuple[Field, ...] = ()
    hint: str = ""
    tone: str = ""
    #: Shown under "describe it", not among what moves the project on.
    describes: bool = False

    @property
    def at_once(self) -> bool:
        """True when a button is the whole form."""
        return not self.fields


def always(_project: Project) -> bool:
    """Offered in every phase."""
    return True


def going(project: Project) -> bool:
    """Offered until it is closed or cancelled."""
    return project.phase not in {Phase.COMPLETED, Phase.CANCELLED}
