"""Taking feedback of an earlier system in from files, in one act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.tables import Fault, ImportReport, Progress, silent
from answerable.places.models import Area, AreaLevel
from answerable.places.selectors import area_by_code, areas_below, areas_by_code, in_use
from answerable.places.services import add_area, add_level
from answerable.programme.models import Subject
from answerable.programme.services import add_subject

from .feedback_files import FoundFeedback, Reading, read_feedback, subject_key
from .feedback_mapping import FeedbackMapping, read_feedback_mapping
from .problems import ImportPlaceUnknown
from .services.history import PastFeedback, known_keys, receive_history
from .services.lookups import Lookups


class _NothingToWrite(Exception):
    """Leaves the act: everything it did is undone."""


@dataclass
class _Found:
    """Areas and subjects by what the file calls them, and what is to be added."""

    areas: dict[str, Area | None] = field(default_factory=dict)
    subjects: dict[tuple[str, str], Subject | None] = field(default_factory=dict)
    top: Area | None = None
    faults: list[Fault] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)


def import_feedback(
    *,
    actor: Actor,
    files: Iterable[Path],
    mapping: Path,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take in feedback that another system handled, from CSV files that a mapping file describes.

    Rows that are there already (by scheme and key) change nothing. `keep` says what faults do: "none" keeps
    everything out, "good" takes the rows without fault. Areas and subjects are added only where the mapping says
    so. Raises Denied, MappingRefused, ImportPlaceUnknown, the Problems of kernel.tables, and of adding areas and
    subjects.
    """
    post_for(actor, Right.IMPORT, None)
    described = read_feedback_mapping(mapping)
    paths = [Path(file) for file in files]
    reading = read_feedback(paths, described, progress)
    report = ImportReport(
        files=[str(path) for path in paths], rows=reading.rows, faults=reading.faults, skipped=reading.skipped
    )
    known = known_keys([row.key for row in reading.found])
    new = [row for row in reading.found if row.key not in known]
    report.unchanged = len(known)
    found = _Found()
    try:
        with acting(actor, Right.IMPORT, None) as act:
            items = _items(actor, new, described, found)
            report.faults.extend(found.faults)
            report.added = len(items)
            if dry_run or not items or (keep == "none" and report.faults):
                raise _NothingToWrite
            cases = receive_history(actor=actor, items=items, lookups=Lookups(clock.today()))
            act.record(
                "listening.feedback-imported",
                scheme=described.scheme,
                added=len(cases),
                unchanged=report.unchanged,
                faults=len(report.faults),
                files=reading.digests,
            )
    except _NothingToWrite:
        report.kept = not dry_run and not (keep == "none" and report.faults)
    _note(report, reading, items, found)
    return report


def _note(report: ImportReport, reading: Reading, items: list[PastFeedback], found: _Found) -> None:
    kept_out = report.rows - len(items) - report.unchanged - sum(reading.skipped.values())
    kept_out += reading.skipped["blank rows"]
    if kept_out:
        report.notes.append(f"Rows kept out because of faults: {kept_out:,}.")
    closed = sum(bool(item.outcome) for item in items)
    if items:
        report.notes.append(f"Ended in the file: {closed:,}; still open: {len(items) - closed:,}.")
    for what, count in found.added.items():
        report.notes.append(f"New {what}: {count:,}.")


def _items(
    actor: Actor, rows: list[FoundFeedback], mapping: FeedbackMapping, found: _Found
) -> list[PastFeedback]:
    """The rows with their areas and subjects, which are added where needed. Runs under the gate."""
    _find_areas(actor, rows, mapping, found)
    _find_subjects(actor, rows, mapping, found)
    focal = Lookups(clock.today())
    items = []
    for row in rows:
        area, subject = found.areas[row.area], found.subjects[row.below, row.subject]
        if area is None:
            _fault(found, row, "area-unknown", f"No village is known as {row.area[:60]!r}.")
        elif not area.level.is_village:
            _fault(found, row, "area-no-village", f"{row.area[:60]!r} is no village but a larger area.")
        if subject is None:
            _fault(found, row, "subject-unknown", f"No subject is known as {row.subject[:60]!r}.")
        if area is None or subject is None or not area.level.is_village:
            continue
        if subject.sensitive and focal.focal(area) is None:
            _fault(
                found, row, "no-focal-point", "It is sensitive, and no focal point is named for its village."
            )
            continue
        items.append(
            PastFeedback(
                key=row.key,
                area=area,
                kind=row.kind,
                subject=subject,
                language=mapping.language,
                channel=row.channel,
                on=row.on,
                text=row.text,
                urgent=row.urgent,
                due=row.due,
                outcome=row.outcome,
                ended_on=row.ended_on,
            )
        )
    return items


def _fault(found: _Found, row: FoundFeedback, code: str, sentence: str) -> None:
    found.faults.append(Fault(row.file, row.line, code, sentence))


# --- where -------------------------------------------------------------------------------------


def _find_areas(actor: Actor, rows: list[FoundFeedback], mapping: FeedbackMapping, found: _Found) -> None:
    wanted = dict.fromkeys(row.area for row in rows)
    if mapping.area.by_code:
        by_code = areas_by_code(mapping.area.by_code, wanted)
        found.areas = {name: by_code.get(name) for name in wanted}
        return
    top = _top(actor, mapping, found)
    by_name: dict[str, list[Area]] = defaultdict(list)
    for area in areas_below(top).filter(in_use()).select_related("level"):
        if area.level.is_village:
            for name in {fold(area.name), *map(fold, area.names.values())}:
                by_name[name].append(area)
    for name in wanted:
        same = by_name[fold(name)]
        if not same and mapping.area.add:
            level = _level(actor, mapping.area.level, top.level.rank + 1, mapping.language, is_village=True)
            same.append(add_area(actor=actor, parent=top, level=level, name=name))
            found.added[f"areas on the level {level.key}"] += 1
        # Two villages of one name: the file does not say which, and guessing would blame the wrong one.
        found.areas[name] = same[0] if len(same) == 1 else None


def _top(actor: Actor, mapping: FeedbackMapping, found: _Found) -> Area:
    """The area that the names are looked up in; added when the mapping gives its level and name."""
    scheme, code = mapping.area.within or ("", "")
    top = area_by_code(scheme, code)
    if top is None:
        if not (mapping.area.add and mapping.area.top_level and mapping.area.top_name):
            raise ImportPlaceUnknown(scheme=scheme, code=code)
        level = _level(actor, mapping.area.top_level, 1, mapping.language, is_village=False)
        top = add_area(
            actor=actor, parent=None, level=level, name=mapping.area.top_name, codes={scheme: code}
        )
        found.added[f"areas on the level {level.key}"] += 1
    return top


def _level(actor: Actor, key: str, rank: int, language: str, *, is_village: bool) -> AreaLevel:
    level = AreaLevel.objects.filter(key=key).first()
    names = {language: key.replace("-", " ").capitalize()}
    return level or add_level(actor=actor, key=key, rank=rank, names=names, is_village=is_village)


# --- about what --------------------------------------------------------------------------------


def _find_subjects(actor: Actor, rows: list[FoundFeedback], mapping: FeedbackMapping, found: _Found) -> None:
    """By key where the mapping's list or the file gives one, else by the key that adding would give."""
    known = {subject.key: subject for subject in Subject.objects.select_related("parent")}
    for row in rows:
        if (row.below, row.subject) in found.subjects:
            continue
        subject = known.get(row.subject)
        if subject is None:
            key = subject_key(mapping.scheme, row.subject, row.below)
            subject = known.get(key)
            if subject is None and mapping.subject.add:
                parent = _parent(actor, row.below, mapping, known, found)
                subject = known[key] = _add(actor, key, row.subject, parent, mapping, found)
        found.subjects[row.below, row.subject] = subject


def _parent(
    actor: Actor, name: str, mapping: FeedbackMapping, known: dict[str, Subject], found: _Found
) -> Subject | None:
    if not name:
        return None
    if name in known:
        return known[name]
    key = subject_key(mapping.scheme, name)
    if key not in known:
        known[key] = _add(actor, key, name, None, mapping, found)
    return known[key]


def _add(
    actor: Actor, key: str, name: str, parent: Subject | None, mapping: FeedbackMapping, found: _Found
) -> Subject:
    found.added["subjects, not offered on the public form"] += 1
    names = {mapping.language: name}
    return add_subject(actor=actor, key=key, names=names, parent=parent, offered=False)
