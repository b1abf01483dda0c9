"""Taking projects of an earlier system in from files, in one act."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel.folding import fold
from answerable.kernel.tables import Fault, ImportReport, Progress, silent
from answerable.places.models import Area, AreaLevel
from answerable.places.selectors import area_by_code, areas_by_code
from answerable.places.services import add_area, add_level
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.programme.services import add_organisation, add_sponsor

from .problems import PlaceUnknown, SectorUnknown
from .project_files import FoundProject, read_projects
from .project_mapping import AreaMapping, BodyMapping, ProjectMapping, read_project_mapping
from .rules.phases import Phase
from .rules.sectors import WHOLE, Share, check_code
from .services.history import PastProject, known_keys, take_in_projects


class _NothingToWrite(Exception):
    """Leaves the act: everything it did is undone."""


@dataclass
class _Found:
    """What the rows name, by what the file calls it, and what is wrong with them."""

    areas: dict[str, Area] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    sponsors: dict[str, Sponsor] = field(default_factory=dict)
    implementers: dict[str, Organisation] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def import_projects(
    *,
    actor: Actor,
    files: Iterable[Path],
    mapping: Path,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take in projects that another system kept, from CSV files that a mapping file describes.

    Projects that are there already (by scheme and key) change nothing. `keep` says what faults do: "none" keeps
    everything out, "good" takes the rows without fault. Raises Denied, MappingRefused, PlaceUnknown, and the
    Problems of kernel.tables.
    """
    post_for(actor, Right.IMPORT, None)
    described = read_project_mapping(mapping)
    paths = [Path(file) for file in files]
    reading = read_projects(paths, described, progress)
    report = ImportReport(
        files=[str(path) for path in paths], rows=reading.rows, faults=reading.faults, skipped=reading.skipped
    )
    known = known_keys([row.key for row in reading.found])
    new = [row for row in reading.found if row.key not in known]
    report.unchanged = len(known)
    try:
        with acting(actor, Right.IMPORT, None) as act:
            items = _items(actor, new, described, report.faults)
            report.added = len(items)
            if dry_run or not items or (keep == "none" and report.faults):
                raise _NothingToWrite
            made = take_in_projects(actor=actor, items=items)
            act.record(
                "projects.imported",
                scheme=described.scheme,
                added=len(made),
                unchanged=report.unchanged,
                faults=len(report.faults),
                files=reading.digests,
            )
    except _NothingToWrite:
        report.kept = not dry_run and not (keep == "none" and report.faults)
    claimed = sum(item.phase in {Phase.COMPLETION, Phase.COMPLETED} for item in items)
    if claimed:
        report.notes.append(f"Finished in the file, so claimed here and confirmed by nobody: {claimed:,}.")
    return report


def _items(
    actor: Actor, rows: list[FoundProject], mapping: ProjectMapping, faults: list[Fault]
) -> list[PastProject]:
    """The rows with what they name, which is added where the mapping says so. Runs under the gate."""
    found = _Found(faults=faults)
    _find_areas(actor, rows, mapping.area, mapping.language, found)
    found.subjects = {row.key: row for row in Subject.objects.all()} if mapping.subject.used else {}
    _find_sponsors(actor, rows, mapping, found)
    _find_implementers(actor, rows, mapping, found)
    own = set(found.subjects) if mapping.subject.used else set(Subject.objects.values_list("key", flat=True))
    items = []
    for row in rows:
        before = len(faults)
        area = found.areas.get(row.area)
        if area is None:
            _fault(found, row, "area-unknown", f"No area has the code {row.area[:60]!r}.")
        if row.subject and row.subject not in found.subjects:
            _fault(found, row, "subject-unknown", f"No subject has the key {row.subject[:60]!r}.")
        if row.sponsor and row.sponsor not in found.sponsors:
            _fault(found, row, "sponsor-unknown", f"No sponsor is known as {row.sponsor[:60]!r}.")
        if row.implementer and row.implementer not in found.implementers:
            _fault(
                found, row, "organisation-unknown", f"No organisation is known as {row.implementer[:60]!r}."
            )
        sectors = [Share(mapping.vocabulary, row.sector, WHOLE)] if row.sector else []
        for share in sectors:
            try:
                check_code(share.vocabulary, share.code, own)
            except SectorUnknown as problem:
                _fault(found, row, "sector-unknown", problem.english)
        if len(faults) > before or area is None:
            continue
        items.append(_item(row, area, found, sectors))
    return items


def _item(row: FoundProject, area: Area, found: _Found, sectors: list[Share]) -> PastProject:
    budgets = []
    if row.budget is not None or row.funded is not None:
        currency = (row.budget or row.funded).currency  # type: ignore[union-attr] # one of them is there
        units = row.budget.units if row.budget is not None else 0
        funded = row.funded.units if row.funded is not None else None
        budgets = [(currency, units, funded, row.recorded)]
    return PastProject(
        key=row.key,
        areas=[area],
        names=row.names,
        descriptions=row.descriptions,
        phase=Phase(row.phase),
        recorded_on=row.recorded,
        subject=found.subjects.get(row.subject),
        sponsor=found.sponsors.get(row.sponsor),
        implementer=found.implementers.get(row.implementer),
        sectors=sectors,
        budgets=budgets,
        planned_start_on=row.planned_start,
        planned_end_on=row.planned_end,
        actual_start_on=row.actual_start,
        actual_end_on=row.actual_end,
    )


def _fault(found: _Found, row: FoundProject, code: str, sentence: str) -> None:
    found.faults.append(Fault(row.file, row.line, code, sentence))


def _find_areas(
    actor: Actor, rows: list[FoundProject], mapping: AreaMapping, language: str, found: _Found
) -> None:
    found.areas = areas_by_code(mapping.scheme, {row.area for row in rows})
    if not mapping.fixed or mapping.fixed in found.areas or not rows:
        return
    area = area_by_code(mapping.scheme, mapping.fixed)
    if area is None and not mapping.level:
        raise PlaceUnknown(scheme=mapping.scheme, code=mapping.fixed)
    if area is None:
        level = AreaLevel.objects.filter(key=mapping.level).first() or add_level(
            actor=actor,
            key=mapping.level,
            rank=1,
            names={language: mapping.level.replace("-", " ").capitalize()},
            is_village=False,
        )
        area = add_area(
            actor=actor, parent=None, level=level, name=mapping.name, codes={mapping.scheme: mapping.fixed}
        )
    found.areas[mapping.fixed] = area


def body_key(scheme: str, name: str) -> str:
    """The key of a sponsor or an organisation that is added for what a cell says."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
    return f"{scheme}-{plain}"[:60].strip("-")


def _find_sponsors(actor: Actor, rows: list[FoundProject], mapping: ProjectMapping, found: _Found) -> None:
    known = {row.key: row for row in Sponsor.objects.all()} if mapping.sponsor.value.used else {}
    for said in dict.fromkeys(row.sponsor for row in rows if row.sponsor):
        key = body_key(mapping.scheme, said)
        row = known.get(said) or known.get(key)
        if row is None and mapping.sponsor.add:
            row = known[key] = add_sponsor(actor=actor, key=key, names=_name(mapping, mapping.sponsor, said))
        if row is not None:
            found.sponsors[said] = row


def _find_implementers(
    actor: Actor, rows: list[FoundProject], mapping: ProjectMapping, found: _Found
) -> None:
    known = {row.key: row for row in Organisation.objects.all()} if mapping.implementer.value.used else {}
    for said in dict.fromkeys(row.implementer for row in rows if row.implementer):
        key = body_key(mapping.scheme, said)
        row = known.get(said) or known.get(key)
        if row is None and mapping.implementer.add:
            row = known[key] = add_organisation(
                actor=actor,
                key=key,
                names=_name(mapping, mapping.implementer, said),
                kind=mapping.implementer.kind,
            )
        if row is not None:
            found.implementers[said] = row


def _name(mapping: ProjectMapping, body: BodyMapping, said: str) -> dict[str, str]:
    return {mapping.language: body.name.replace("{}", said)[:200]}
