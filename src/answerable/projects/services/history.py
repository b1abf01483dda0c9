"""Projects that another system kept: taken in with their own phases and days, many in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import clean_key
from answerable.places.models import Area
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects.models import Project, ProjectArea, ProjectBudget, ProjectSector, ProjectStep
from answerable.projects.rules.phases import Phase, active_since
from answerable.projects.rules.sectors import Share, check_code, check_shares

from .core import clean_texts, clean_titles, lowest_above

BATCH = 500


@dataclass(frozen=True)
class PastProject:
    """One project of an earlier system. `budgets` are (currency, budget units, funded units or None, day)."""

    key: str
    areas: Sequence[Area]
    names: Mapping[str, str]
    phase: Phase
    recorded_on: date
    descriptions: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    sponsor: Sponsor | None = None
    implementer: Organisation | None = None
    sectors: Sequence[Share] = ()
    budgets: Sequence[tuple[str, int, int | None, date]] = ()
    planned_start_on: date | None = None
    planned_end_on: date | None = None
    actual_start_on: date | None = None
    actual_end_on: date | None = None


def known_keys(keys: Sequence[str]) -> set[str]:
    """Which of these keys projects have already."""
    found: set[str] = set()
    for start in range(0, len(keys), BATCH):
        found.update(
            Project.objects.filter(key__in=keys[start : start + BATCH]).values_list("key", flat=True)
        )
    return found


def take_in_projects(*, actor: Actor, items: Sequence[PastProject]) -> list[Project]:
    """Take in projects with their own days, all in one act; keys that are there already change nothing.

    What another system calls finished is claimed, never confirmed: no resident was asked. What is under way
    there is silent here until somebody says a word. Raises Denied, KeyRefused, SectorUnknown, SharesNotWhole,
    CurrencyUnknown, and what clean_texts does.
    """
    known = known_keys([item.key for item in items])
    new = [item for item in {item.key: item for item in items}.values() if item.key not in known]
    made: list[Project] = []
    with acting(actor, Right.IMPORT, None) as act:
        for start in range(0, len(new), BATCH):
            made += _write(new[start : start + BATCH])
        if made:
            act.record("projects.taken-in", projects=len(made), first=made[0].pk, last=made[-1].pk)
        else:
            act.idle = True
    return made


def _write(items: Sequence[PastProject]) -> list[Project]:
    today = clock.today()
    own = {share.code for item in items for share in item.sectors if share.vocabulary == "own"}
    subjects = set(Subject.objects.filter(key__in=own).values_list("key", flat=True)) if own else set()
    homes = {lowest_above(item.areas) for item in items}
    areas = Area.objects.in_bulk([pk for pk in homes if pk is not None])
    rows = []
    for item in items:
        check_shares(item.sectors)
        for share in item.sectors:
            check_code(share.vocabulary, share.code, subjects)
        rows.append(_row(item, areas[lowest_above(item.areas) or 0], today))
    made = Project.objects.bulk_create(rows)
    pairs = list(zip(made, items, strict=True))
    ProjectArea.objects.bulk_create(
        ProjectArea(project=row, area_id=pk)
        for row, item in pairs
        for pk in sorted({a.pk for a in item.areas})
    )
    ProjectSector.objects.bulk_create(
        ProjectSector(project=row, vocabulary=share.vocabulary, code=share.code, share=share.share)
        for row, item in pairs
        for share in item.sectors
    )
    ProjectBudget.objects.bulk_create(
        ProjectBudget(project=row, currency=currency, budget_units=units, funded_units=funded, on=on)
        for row, item in pairs
        for currency, units, funded, on in item.budgets
    )
    ProjectStep.objects.bulk_create(
        ProjectStep(project=row, n=1, step="imported", on=today, phase=row.phase) for row in made
    )
    return made


def _row(item: PastProject, home: Area, today: date) -> Project:
    phase = Phase(item.phase)
    claimed = phase in {Phase.COMPLETION, Phase.COMPLETED}
    # The day on which somebody there called it done: its end, else the day on which we hear of it.
    claimed_on = (item.actual_end_on or today) if claimed else None
    return Project(
        key=clean_key(item.key),
        area=home,
        names=clean_titles(item.names),
        descriptions=clean_texts(item.descriptions, field="descriptions", required=False),
        subject=item.subject,
        sponsor=item.sponsor,
        implementer=item.implementer,
        phase=phase.value,
        phase_since=item.recorded_on,
        active_since=active_since(phase, item.recorded_on, item.recorded_on),
        suspended_phase=Phase.IMPLEMENTATION.value if phase is Phase.SUSPENDED else "",
        planned_start_on=item.planned_start_on,
        planned_end_on=item.planned_end_on,
        actual_start_on=item.actual_start_on,
        actual_end_on=item.actual_end_on,
        recorded_on=item.recorded_on,
        first_claimed_on=claimed_on,
        claimed_on=claimed_on,
        claims=1 if claimed else 0,
        version=1,
    )
