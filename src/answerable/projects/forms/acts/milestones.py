"""Forms of milestones."""

from __future__ import annotations

from typing import Any

from answerable.kernel.problem import gettext_noop
from answerable.projects import services
from answerable.projects.forms.fields import Field, Sent
from answerable.projects.models import Milestone, Project
from answerable.projects.rules.words import REVISION_REASONS

from .choices import Choices
from .form import NAMES, ON, RECORD, RUN, ActForm, going


def _open_stones(project: Project) -> bool:
    rows = Milestone.objects.filter(project=project, actual_on__isnull=True, dropped_on__isnull=True)
    return rows.exists()


def _milestone(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.add_milestone(**by, names=sent.texts("names"), planned_on=sent.day("planned_on"))


def _revise(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.revise_milestone(
        **by,
        n=sent.row("milestone", choices.milestones()) or 0,
        on=sent.day("on"),
        reason=sent.choice("reason", REVISION_REASONS),
    )


def _reach(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.reach_milestone(
        **by, n=sent.row("milestone", choices.milestones()) or 0, on=sent.day_or_none("on")
    )


def _drop(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.drop_milestone(
        **by,
        n=sent.row("milestone", choices.milestones()) or 0,
        reason=sent.choice("reason", REVISION_REASONS),
    )


REASON = Field("reason", "choice", gettext_noop("Reason"))
MILESTONE = Field("milestone", "choice", gettext_noop("Milestone"))

ACTS: tuple[ActForm, ...] = (
    ActForm(
        "milestone",
        gettext_noop("Add a milestone"),
        RECORD,
        ("milestone",),
        going,
        _milestone,
        (NAMES, Field("planned_on", "day", gettext_noop("Planned for"))),
        hint=gettext_noop("The first planned day stays in sight, whatever comes."),
    ),
    ActForm(
        "reach",
        gettext_noop("A milestone is reached"),
        RECORD,
        ("reached",),
        _open_stones,
        _reach,
        (MILESTONE, ON),
    ),
    ActForm(
        "revise",
        gettext_noop("Move a milestone's day"),
        RUN,
        ("revised",),
        _open_stones,
        _revise,
        (MILESTONE, Field("on", "day", gettext_noop("New day")), REASON),
    ),
    ActForm(
        "drop",
        gettext_noop("Give a milestone up"),
        RUN,
        ("dropped",),
        _open_stones,
        _drop,
        (MILESTONE, REASON),
        tone="red",
    ),
)
