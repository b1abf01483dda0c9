"""Evidence put to a project: before, during, after; later as well."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.evidence.models import Item
from answerable.kernel import clock
from answerable.kernel.labels import clean_key
from answerable.places.selectors import below, chain_ids, placed
from answerable.projects.models import ProjectEvidence
from answerable.projects.problems import EvidenceGrade, EvidenceThere
from answerable.projects.rules.proof import GRADES, STAGES

from .core import clean_texts, on_project, one_of


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
    one_of(stage, STAGES, "stage")
    one_of(grade, GRADES, "grade")
    where = clean_key(spot.strip().lower(), limit=40, field="spot") if spot.strip() else ""
    cleaned = clean_texts(texts or {}, limit=500, required=False)
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        home = opened.project.area
        near = below(placed(home), "areas__area__") | Q(areas__area__in=chain_ids(home))
        found = Item.objects.filter(near, pk=item).distinct().first()
        if found is None:
            raise NotThere
        if (found.kind == "document") != (grade in {"document", "statement"}) and grade != "visit":
            raise EvidenceGrade(field="grade")
        if ProjectEvidence.objects.filter(project=opened.project, item=found).exists():
            raise EvidenceThere(field="item")
        row = ProjectEvidence.objects.create(
            project=opened.project,
            item=found,
            stage=stage,
            spot=where,
            grade=grade,
            texts=cleaned,
            on=clock.today(),
            post_id=opened.act.post_id,
        )
        opened.step("evidence", reason=stage, number=row.pk, grade=grade, item=found.pk)
    return row
