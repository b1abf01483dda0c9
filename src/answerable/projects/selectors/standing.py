"""Where a project stands: its claim, its silence, its progress and that of its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.conf import settings
from django.db.models import Count, Q

from answerable.kernel import clock
from answerable.projects.models import Milestone, Project, Snag
from answerable.projects.rules.confirming import Standing, standing
from answerable.projects.rules.phases import ACTIVE, Phase, iati_status, oc4ids_status
from answerable.projects.rules.progress import Part, own_progress, percent_done, rolled_up
from answerable.projects.rules.silence import is_silent, quiet_days, silent_if_before


def silent(on: date | None = None) -> Q:
    """The condition `under way, and no word to the public for too long`."""
    limit = silent_if_before(on or clock.today(), settings.PROJECT_SILENCE_DAYS)
    return Q(phase__in=[phase.value for phase in ACTIVE], active_since__lte=limit) & (
        Q(last_word_on__isnull=True) | Q(last_word_on__lte=limit)
    )


def standing_of(project: Project, today: date | None = None) -> Standing:
    """Where its claim stands on a day. No query."""
    return standing(
        first_claimed_on=project.first_claimed_on,
        claimed_on=project.claimed_on,
        verdict=project.verdict,
        today=today or clock.today(),
        days=settings.RESIDENTS_WORD_DAYS,
    )


def silent_today(project: Project, today: date | None = None) -> bool:
    """Whether it is amber on a day. No query."""
    return is_silent(
        project.phase,
        project.active_since,
        project.last_word_on,
        today or clock.today(),
        settings.PROJECT_SILENCE_DAYS,
    )


@dataclass(frozen=True)
class ProjectState:
    """Where a project stands, in words of three lists and in figures."""

    phase: str
    iati: str
    oc4ids: str
    standing: str
    silent: bool
    quiet: int | None
    #: Whole percent, rounded down; None for a cancelled one.
    percent: int | None
    milestones: int
    reached: int
    late: int
    open_snags: int
    parts: int
    starts_on: date | None
    ends_on: date | None


def state_of(project: Project, today: date | None = None) -> ProjectState:
    """Where a project stands on a day. Some four queries; more where it has parts of parts."""
    day = today or clock.today()
    stones = list(Milestone.objects.filter(project=project, dropped_on__isnull=True))
    due = [stone.revised_on or stone.planned_on for stone in stones]
    late = sum(s.actual_on is None and (s.revised_on or s.planned_on) < day for s in stones)
    parts = Project.objects.filter(parent=project).count()
    return ProjectState(
        phase=project.phase,
        iati=iati_status(project.phase),
        oc4ids=oc4ids_status(project.phase, project.suspended_phase),
        standing=standing_of(project, day).value,
        silent=silent_today(project, day),
        quiet=quiet_days(project.phase, project.active_since, project.last_word_on, day),
        percent=percent_done(progress_of([project])[project.pk]),
        milestones=len(stones),
        reached=sum(stone.actual_on is not None for stone in stones),
        late=late,
        open_snags=Snag.objects.filter(project=project, repaired_on__isnull=True).count(),
        parts=parts,
        # Its own days, where it has some; else what its milestones come to.
        starts_on=project.planned_start_on or (min(due) if due else None),
        ends_on=project.planned_end_on or (max(due) if due else None),
    )


def progress_of(projects: Sequence[Project]) -> dict[int, Fraction | None]:
    """How far each project is: its milestones, or its parts by their weights. Two queries a level of parts."""
    if not projects:
        return {}
    ids = [project.pk for project in projects]
    parts: dict[int, list[Project]] = defaultdict(list)
    for part in Project.objects.filter(parent__in=ids).order_by("pk"):
        parts[part.parent_id or 0].append(part)
    below_them = progress_of([part for some in parts.values() for part in some])
    counts = {
        row["project"]: row
        for row in Milestone.objects.filter(project__in=ids, dropped_on__isnull=True)
        .values("project")
        .annotate(planned=Count("pk"), reached=Count("pk", filter=Q(actual_on__isnull=False)))
    }
    found: dict[int, Fraction | None] = {}
    for project in projects:
        if project.pk in parts and project.phase != Phase.CANCELLED:
            found[project.pk] = rolled_up(
                [Part(part.weight or 1, below_them[part.pk]) for part in parts[project.pk]]
            )
            continue
        own = counts.get(project.pk, {"planned": 0, "reached": 0})
        found[project.pk] = own_progress(project.phase, own["reached"], own["planned"])
    return found


@dataclass(frozen=True)
class PartLine:
    """A part of a project: its weight, its share of the whole in percent, and how far it is."""

    project: Project
    weight: int
    share: Fraction
    percent: int | None


def parts_of(project: Project) -> list[PartLine]:
    """The parts of a project with their weights; cancelled ones have no share."""
    parts = list(Project.objects.filter(parent=project).order_by("pk"))
    counted = sum(part.weight or 0 for part in parts if part.phase != Phase.CANCELLED)
    far = progress_of(parts)
    return [
        PartLine(
            part,
            part.weight or 1,
            Fraction(part.weight or 1, counted) if part.phase != Phase.CANCELLED and counted else Fraction(0),
            percent_done(far[part.pk]),
        )
        for part in parts
    ]
