"""The course of a project: its phase, its days, its milestones, and the words to the public."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast
from uuid import UUID

from django.db.models import Max

from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import check_days
from answerable.projects.models import Milestone, MilestoneRevision, Project, ProjectWord
from answerable.projects.problems import MilestoneOver, ReasonNeeded
from answerable.projects.rules.phases import Phase, active_since, check_move, needs_reason
from answerable.projects.rules.words import MOVE_REASONS, REVISION_REASONS, WORD_KINDS

from .core import OpenProject, clean_texts, clean_titles, on_project, one_of, past_day, planned_day, same_form


def put_phase(opened: OpenProject, phase: Phase) -> None:
    """Set the phase and what follows from it, inside an act."""
    row, today = opened.project, clock.today()
    row.suspended_phase = row.phase if phase is Phase.SUSPENDED else ""
    row.phase, row.phase_since = phase.value, today
    row.active_since = active_since(phase, row.active_since, today)
    if phase is Phase.IMPLEMENTATION and row.actual_start_on is None:
        row.actual_start_on = today


def move_phase(*, actor: Actor, project: int, version: int | None, phase: str, reason: str = "") -> Project:
    """Move a project to another phase. A way back, aside or to an end needs a reason.

    A claim, a confirmation and closing have acts of their own. Raises NotThere, Denied, ProjectChanged,
    ChoiceUnknown, MoveRefused, ReasonNeeded.
    """
    to = Phase(one_of(phase, [p.value for p in Phase], "phase"))
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = opened.project
        check_move(row.phase, to, row.suspended_phase)
        needed = needs_reason(row.phase, to)
        if (needed and not reason) or (reason and reason not in MOVE_REASONS):
            raise ReasonNeeded(field="reason", allowed=", ".join(MOVE_REASONS))
        before = row.phase
        put_phase(opened, to)
        opened.step("moved", reason=reason, before=before)
    return row


def plan_days(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    planned_start_on: date | None,
    planned_end_on: date | None,
) -> Project:
    """Say when a project is planned to begin and to be done. Raises NotThere, Denied, ProjectChanged, DayTooFar,
    DatesInDisorder.
    """
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        for name, day in (("planned_start_on", planned_start_on), ("planned_end_on", planned_end_on)):
            if day is not None:
                planned_day(day, field=name)
        if planned_start_on is not None:
            check_days(planned_start_on, planned_end_on, field="planned_end_on")
        opened.project.planned_start_on = planned_start_on
        opened.project.planned_end_on = planned_end_on
        opened.step("changed", what="days", since=planned_start_on, until=planned_end_on)
    return opened.project


# --- milestones --------------------------------------------------------------------------------


def add_milestone(
    *, actor: Actor, project: int, version: int | None, names: Mapping[str, str], planned_on: date
) -> Milestone:
    """Add a milestone with its planned day, which stays as it is.

    Raises NotThere, Denied, ProjectChanged, DayTooFar, and what clean_texts does.
    """
    planned_day(planned_on, field="planned_on")
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        last = Milestone.objects.filter(project=opened.project).aggregate(last=Max("n"))["last"] or 0
        row = Milestone.objects.create(
            project=opened.project, n=last + 1, names=clean_titles(names), planned_on=planned_on
        )
        opened.step("milestone", number=row.n, planned=planned_on)
    return row


def revise_milestone(
    *, actor: Actor, project: int, version: int | None, n: int, on: date, reason: str
) -> Milestone:
    """Move a milestone to another day; the revision is kept with its reason.

    Raises NotThere, Denied, ProjectChanged, MilestoneOver, ReasonNeeded, DayTooFar.
    """
    planned_day(on, field="on")
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = _open_milestone(opened, n)
        _revise(opened, row, on, reason)
        row.revised_on = on
        row.save(update_fields=["revised_on"])
        opened.step("revised", number=n, reason=reason, until=on)
    return row


def reach_milestone(
    *, actor: Actor, project: int, version: int | None, n: int, on: date | None = None
) -> Milestone:
    """Say that a milestone was reached, on a day that is over. Raises NotThere, Denied, ProjectChanged, MilestoneOver."""
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        row = _open_milestone(opened, n)
        row.actual_on = past_day(on)
        row.save(update_fields=["actual_on"])
        opened.step("reached", number=n, reached=row.actual_on)
    return row


def drop_milestone(*, actor: Actor, project: int, version: int | None, n: int, reason: str) -> Milestone:
    """Give a milestone up, with its reason. Raises NotThere, Denied, ProjectChanged, MilestoneOver, ReasonNeeded."""
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = _open_milestone(opened, n)
        _revise(opened, row, row.revised_on or row.planned_on, reason)
        row.dropped_on = clock.today()
        row.save(update_fields=["dropped_on"])
        opened.step("dropped", number=n, reason=reason)
    return row


def _open_milestone(opened: OpenProject, n: int) -> Milestone:
    row = Milestone.objects.select_for_update().filter(project=opened.project, n=n).first()
    if row is None or row.actual_on is not None or row.dropped_on is not None:
        raise MilestoneOver(field="milestone")
    return row


def _revise(opened: OpenProject, row: Milestone, to: date, reason: str) -> None:
    if reason not in REVISION_REASONS:
        raise ReasonNeeded(field="reason", allowed=", ".join(REVISION_REASONS))
    MilestoneRevision.objects.create(
        milestone=row,
        n=row.revisions.count() + 1,
        before_on=row.revised_on or row.planned_on,
        after_on=to,
        reason=reason,
        on=clock.today(),
        post_id=opened.act.post_id,
    )


# --- words -------------------------------------------------------------------------------------


def say_word(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    kind: str,
    texts: Mapping[str, str],
    key: UUID | None = None,
) -> ProjectWord:
    """Say something to the public about a project. What was said stays; silence counts from here.

    The same key again is the word that is there. Raises NotThere, Denied, ProjectChanged, ChoiceUnknown,
    and what clean_texts does.
    """
    one_of(kind, WORD_KINDS, "kind")
    cleaned = clean_texts(texts)
    with on_project(
        actor,
        Right.RECORD_PROJECTS,
        project,
        version=version,
        before=lambda: same_form(ProjectWord, project, key),
    ) as opened:
        if opened.before is not None:
            return cast(ProjectWord, opened.before)
        row = put_word(opened, kind, cleaned, key)
        opened.step("word", what=kind, word=row.pk)
    return row


def put_word(opened: OpenProject, kind: str, texts: dict[str, str], key: UUID | None = None) -> ProjectWord:
    """Write a word to the public, inside an act."""
    today = clock.today()
    opened.project.last_word_on = today
    return ProjectWord.objects.create(
        project=opened.project,
        kind=kind,
        on=today,
        texts=texts,
        post_id=opened.act.post_id,
        key=key or day_key(today),
    )
