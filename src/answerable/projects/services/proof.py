"""Evidence put to a project: before, during, after; later as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.evidence.models import Item
from answerable.kernel import clock
from answerable.kernel.labels import clean_key
from answerable.places.selectors import below, chain_ids, placed
from answerable.projects.models import ProjectEvidence
from answerable.projects.problems import EvidenceGrade, EvidenceThere
from answerable.projects.rules.proof import GRADES, STAGES, fits

from .core import OpenProject, clean_texts, on_project, one_of


@dataclass(frozen=True)
class SaidOfEvidence:
    """What is said of evidence: checked, so that nothing is taken in for a form that is wrong."""

    stage: str
    grade: str
    spot: str
    texts: dict[str, str]


@dataclass
class Added:
    """What came of putting several items to a project: those that stand there now as said, and those that did before."""

    rows: list[ProjectEvidence] = field(default_factory=list)
    #: In the project already, and said to be something else there: they stay as they are.
    otherwise: list[Item] = field(default_factory=list)


def said_of_evidence(
    *,
    stage: str,
    grade: str,
    spot: str = "",
    texts: Mapping[str, str] | None = None,
    kinds: Sequence[str] = (),
) -> SaidOfEvidence:
    """Check what is said of items of these kinds. Raises ChoiceUnknown, KeyRefused, EvidenceGrade, and what clean_texts does."""
    one_of(stage, STAGES, "stage")
    one_of(grade, GRADES, "grade")
    if not all(fits(kind, grade) for kind in kinds):
        raise EvidenceGrade(field="grade")
    where = clean_key(spot.strip().lower(), limit=40, field="spot") if spot.strip() else ""
    return SaidOfEvidence(stage, grade, where, clean_texts(texts or {}, limit=500, required=False))


def add_evidence(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    item: int,
    stage: str,
    grade: str,
    spot: str = "",
    texts: Mapping[str, str] | None = None,
) -> ProjectEvidence:
    """Put a kept picture or a document's digest to a project, at any time, also after its end.

    `item` is the id of an evidence.Item that was brought in an area of the project's own tree. `spot` lines up
    pictures taken from the same place. Raises NotThere, Denied, ProjectChanged, ChoiceUnknown, EvidenceGrade,
    EvidenceThere, KeyRefused, and what clean_texts does.
    """
    said = said_of_evidence(stage=stage, grade=grade, spot=spot, texts=texts)
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        found = _brought_near(opened, [item])[0]
        if ProjectEvidence.objects.filter(project=opened.project, item=found).exists():
            raise EvidenceThere(field="item")
        return _put(opened, found, said)


def add_all_evidence(
    *, actor: Actor, project: int, version: int | None, items: Sequence[int], said: SaidOfEvidence
) -> Added:
    """Put several items to a project in one act; what stands there already as said is not put again.

    So the same form sent twice changes nothing. Raises NotThere, Denied, ProjectChanged, EvidenceGrade.
    """
    there = ProjectEvidence.objects.filter(project=project, item__in=items).select_related("item")

    def as_said() -> list[ProjectEvidence] | None:
        same = [row for row in there.order_by("pk") if _same(row, said)]
        return same if len(same) == len(set(items)) else None

    with on_project(actor, Right.RECORD_PROJECTS, project, version=version, before=as_said) as opened:
        if opened.before is not None:
            return Added(rows=opened.before)
        added = Added()
        known = {row.item_id: row for row in there.all()}
        for found in _brought_near(opened, items):
            row = known.get(found.pk)
            if row is not None and not _same(row, said):
                added.otherwise.append(found)
                continue
            added.rows.append(row or _put(opened, found, said))
        # Nothing but what stood there otherwise: nothing was done.
        opened.act.idle = all(row.item_id in known for row in added.rows)
    return added


def _same(row: ProjectEvidence, said: SaidOfEvidence) -> bool:
    return (row.stage, row.grade, row.spot) == (said.stage, said.grade, said.spot)


def _brought_near(opened: OpenProject, items: Sequence[int]) -> list[Item]:
    home = opened.project.area
    near = below(placed(home), "areas__area__") | Q(areas__area__in=chain_ids(home))
    found = list(Item.objects.filter(near, pk__in=items).distinct().order_by("pk"))
    if len(found) != len(set(items)):
        raise NotThere
    return found


def _put(opened: OpenProject, item: Item, said: SaidOfEvidence) -> ProjectEvidence:
    if not fits(item.kind, said.grade):
        raise EvidenceGrade(field="grade")
    row = ProjectEvidence.objects.create(
        project=opened.project,
        item=item,
        stage=said.stage,
        spot=said.spot,
        grade=said.grade,
        texts=said.texts,
        on=clock.today(),
        post_id=opened.act.post_id,
    )
    opened.step("evidence", reason=said.stage, number=row.pk, grade=said.grade, item=item.pk)
    return row
