"""Making a project, and saying what it is, where it is and what it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction

from answerable.access.gate import Act, acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import clean_key
from answerable.kernel.money import LARGEST_UNITS, known_currency
from answerable.places.models import Area
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects.models import Project, ProjectArea, ProjectBudget, ProjectSector
from answerable.projects.problems import AreaNeeded, KeyTaken, NeedLinked, PartRefused
from answerable.projects.rules.sectors import Share, check_code, check_shares

from .core import OpenProject, clean_texts, clean_titles, counted, lowest_above, on_project

#: Whether needs are linked to a project is known in a room above: config says who is asked.
_has_need: list[Callable[[Project], bool]] = []
MOST_DEEP = 4
MOST_AREAS = 500
MOST_WEIGHT = 1_000_000


def make_project(
    *,
    actor: Actor,
    key: str,
    area: Area,
    names: Mapping[str, str],
    descriptions: Mapping[str, str] | None = None,
    areas: Sequence[Area] = (),
    subject: Subject | None = None,
    sponsor: Sponsor | None = None,
    implementer: Organisation | None = None,
    no_linked_need: bool = False,
) -> Project:
    """Record a proposal for a project: in identification, in its area.

    `areas` are those that it is for, all in `area` or below; none: `area` itself.
    Raises Denied, KeyRefused, KeyTaken, AreaNeeded, and what clean_texts does.
    """
    with acting(actor, Right.RECORD_PROJECTS, area) as act:
        key = clean_key(key)
        if Project.objects.filter(key=key).exists():
            raise KeyTaken(field="key", key=key)
        project = Project(
            key=key,
            area=area,
            names=clean_titles(names),
            descriptions=clean_texts(descriptions or {}, field="descriptions", required=False),
            subject=subject,
            sponsor=sponsor,
            implementer=implementer,
            no_linked_need=no_linked_need,
            phase_since=clock.today(),
            recorded_on=clock.today(),
        )
        try:
            with transaction.atomic():
                project.save(force_insert=True)
        except IntegrityError:
            raise KeyTaken(field="key", key=key)
        _put_areas(project, areas or [area], within=area)
        OpenProject(project, act).step("made", no_linked_need=no_linked_need)
        project.save(update_fields=["version"])
    return project


def describe_project(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    names: Mapping[str, str],
    descriptions: Mapping[str, str],
    subject: Subject | None,
    sponsor: Sponsor | None,
    implementer: Organisation | None,
    no_linked_need: bool,
) -> Project:
    """Say anew what a project is and who stands behind it; the key stays.

    Raises NotThere, Denied, ProjectChanged, NeedLinked, and what clean_texts does.
    """
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = opened.project
        if no_linked_need and any(has_need(row) for has_need in _has_need):
            raise NeedLinked(field="no_linked_need")
        row.names = clean_titles(names)
        row.descriptions = clean_texts(descriptions, field="descriptions", required=False)
        row.subject, row.sponsor, row.implementer = subject, sponsor, implementer
        row.no_linked_need = no_linked_need
        opened.step("changed", what="description", no_linked_need=no_linked_need)
    return row


def ask_for_needs(has_need: Callable[[Project], bool]) -> None:
    """Have a room above asked whether needs are linked to a project. Called once each, at start."""
    if has_need not in _has_need:
        _has_need.append(has_need)


def need_is_linked(act: Act, project: Project) -> bool:
    """A need gets linked to a project: in the same act, its "no linked need" is taken back. True if it had said so."""
    row = Project.objects.select_for_update().get(pk=project.pk)
    if not row.no_linked_need:
        return False
    row.no_linked_need = project.no_linked_need = False
    # The act is open where the need was heard; the step belongs where the project is.
    OpenProject(row, act).step("changed", what="need-linked", no_linked_need=False, area_id=row.area_id)
    row.save(update_fields=["no_linked_need", "version"])
    return True


def set_areas(*, actor: Actor, project: int, version: int | None, areas: Sequence[Area]) -> Project:
    """Say which areas a project is for: its home becomes the lowest area that holds them all.

    The right is needed in the old home and in the new one. Raises NotThere, Denied, ProjectChanged, AreaNeeded.
    """
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        home = lowest_above(areas) if areas else None
        if home is None:
            raise AreaNeeded(field="areas")
        new_home = Area.objects.get(pk=home)
        if home != opened.project.area_id:
            # The outer act holds the right in the old home; this one demands it in the new one.
            with acting(actor, Right.RUN_PROJECTS, new_home) as there:
                there.idle = True
        _put_areas(opened.project, areas, within=new_home)
        opened.project.area = new_home
        opened.step("changed", what="areas", areas=len(areas))
    return opened.project


def set_sectors(
    *, actor: Actor, project: int, version: int | None, sectors: Iterable[Share]
) -> list[ProjectSector]:
    """Say which sectors a project belongs to: the shares of each list are the whole.

    Raises NotThere, Denied, ProjectChanged, SectorUnknown, SharesNotWhole.
    """
    wanted = list(sectors)
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        rows = put_sectors(opened.project, wanted)
        opened.step("changed", what="sectors", sectors=len(rows))
    return rows


def set_budget(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    currency: str,
    budget_units: int,
    funded_units: int | None = None,
) -> ProjectBudget:
    """Say what a project is planned to cost, in one currency. The books know what was really paid.

    Raises NotThere, Denied, ProjectChanged, CurrencyUnknown, NumberUnreadable.
    """
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        counted(budget_units, least=0, most=LARGEST_UNITS, field="budget")
        if funded_units is not None:
            counted(funded_units, least=0, most=LARGEST_UNITS, field="funded")
        row, _ = ProjectBudget.objects.update_or_create(
            project=opened.project,
            currency=known_currency(currency),
            defaults={"budget_units": budget_units, "funded_units": funded_units, "on": clock.today()},
        )
        opened.step("changed", what="budget", currency=row.currency, units=budget_units)
    return row


def make_part(
    *, actor: Actor, project: int, version: int | None, parent: Project | None, weight: int = 1
) -> Project:
    """Make a project a part of another, with its weight among that one's parts; None: of none.

    Raises NotThere, Denied, ProjectChanged, NumberUnreadable, and PartRefused for a part of itself or of its parts.
    """
    chain = _above(parent)
    if project in chain or len(chain) >= MOST_DEEP:
        raise PartRefused(field="parent", most=MOST_DEEP)
    beside = [*chain, *Project.objects.filter(parent=project).values_list("pk", flat=True)]
    with on_project(actor, Right.RUN_PROJECTS, project, version=version, beside=beside) as opened:
        row = opened.project
        # What was looked at above may have changed before it was locked.
        chain = _above(parent)
        depth = 1 + len(chain)
        parts = Project.objects.filter(parent=row)
        if project in chain or (parts.exists() and depth != row.depth):
            raise PartRefused(field="parent", most=MOST_DEEP)
        row.parent, row.depth = parent, depth
        row.weight = counted(weight, least=1, most=MOST_WEIGHT, field="weight") if parent else None
        opened.step("part-of", number=row.weight, parent=parent.pk if parent else None)
    return row


def _above(parent: Project | None) -> list[int]:
    """The ids from a project up to its outermost whole."""
    chain: list[int] = []
    up = parent.pk if parent else None
    while up is not None and up not in chain:
        chain.append(up)
        up = Project.objects.filter(pk=up).values_list("parent_id", flat=True).first()
    return chain


def _put_areas(project: Project, areas: Sequence[Area], *, within: Area) -> None:
    if not areas or len(areas) > MOST_AREAS:
        raise AreaNeeded(field="areas")
    for area in areas:
        if not (area.path and within.path and area.path.startswith(within.path)):
            raise AreaNeeded(field="areas")
    ProjectArea.objects.filter(project=project).exclude(area__in=[area.pk for area in areas]).delete()
    there = set(ProjectArea.objects.filter(project=project).values_list("area_id", flat=True))
    new = {area.pk for area in areas} - there
    ProjectArea.objects.bulk_create(ProjectArea(project=project, area_id=pk) for pk in sorted(new))


def put_sectors(project: Project, wanted: Sequence[Share]) -> list[ProjectSector]:
    """Replace a project's sectors, inside an act. Raises SectorUnknown, SharesNotWhole."""
    subjects = [share.code for share in wanted if share.vocabulary == "own"]
    known = set(Subject.objects.filter(key__in=subjects).values_list("key", flat=True)) if subjects else set()
    for share in wanted:
        check_code(share.vocabulary, share.code, known)
    merged: dict[tuple[str, str], int] = {}
    for share in wanted:
        merged[share.vocabulary, share.code] = merged.get((share.vocabulary, share.code), 0) + share.share
    check_shares(wanted)
    ProjectSector.objects.filter(project=project).delete()
    return ProjectSector.objects.bulk_create(
        ProjectSector(project=project, vocabulary=vocabulary, code=code, share=share)
        for (vocabulary, code), share in sorted(merged.items())
    )
