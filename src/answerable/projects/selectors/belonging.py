"""What belongs to a project: areas, words, steps, snags, what was given, evidence, what residents said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q

from answerable.evidence.selectors import public
from answerable.places.models import Area
from answerable.projects.models import (
    CodesSaid,
    Contribution,
    Milestone,
    Project,
    ProjectEvidence,
    ProjectSector,
    ProjectStep,
    ProjectWord,
    ResidentsWord,
    Snag,
)
from answerable.projects.rules.confirming import Counts
from answerable.projects.rules.proof import STAGES


def areas_of(project: Project) -> list[Area]:
    """The areas it is for, with their levels."""
    rows = Area.objects.filter(project_areas__project=project)
    return list(rows.select_related("level", "parent").order_by("path"))


def sectors_of(project: Project) -> list[ProjectSector]:
    """Its sectors, by list, the largest share first."""
    return list(ProjectSector.objects.filter(project=project).order_by("vocabulary", "-share", "code"))


def milestones_of(project: Project) -> list[Milestone]:
    """Its milestones with their revisions, by their present day."""
    rows = Milestone.objects.filter(project=project).prefetch_related("revisions")
    return sorted(rows, key=lambda row: (row.revised_on or row.planned_on, row.n))


def words_of(project: Project) -> list[ProjectWord]:
    """What the public was told, newest first."""
    return list(ProjectWord.objects.filter(project=project).select_related("post").order_by("-on", "-pk"))


def steps_of(project: Project, *, limit: int = 200) -> list[ProjectStep]:
    """What happened, newest first."""
    return list(ProjectStep.objects.filter(project=project).select_related("post").order_by("-n")[:limit])


def snags_of(project: Project) -> list[Snag]:
    """What was found wanting, open ones first."""
    rows = Snag.objects.filter(project=project)
    return list(rows.order_by(F("repaired_on").desc(nulls_first=True), "-n"))


def contributions_of(project: Project) -> list[Contribution]:
    """What was given, without what was taken back."""
    rows = Contribution.objects.filter(project=project, takes_back__isnull=True, taken_back_by__isnull=True)
    return list(rows.select_related("organisation").order_by("on", "pk"))


@dataclass(frozen=True)
class Given:
    """All that was given of one kind and measure: how much, what of it is valued, and how much nobody valued."""

    kind: str
    measure: str
    quantity: int
    #: Units by currency of the valued ones.
    valued: dict[str, int]
    unvalued: int


def given_in_all(project: Project) -> list[Given]:
    """What was given, added up by kind and measure; valued and unvalued apart."""
    found: dict[tuple[str, str], tuple[int, dict[str, int], int]] = {}
    for row in contributions_of(project):
        quantity, valued, unvalued = found.get((row.kind, row.measure), (0, {}, 0))
        if row.value_units is None:
            unvalued += row.quantity
        else:
            valued = valued | {row.currency: valued.get(row.currency, 0) + row.value_units}
        found[row.kind, row.measure] = (quantity + row.quantity, valued, unvalued)
    return [Given(kind, measure, *rest) for (kind, measure), rest in sorted(found.items())]


@dataclass
class Spot:
    """Evidence from one spot, by stage, so that before and after stand side by side."""

    key: str
    before: list[ProjectEvidence] = field(default_factory=list)
    during: list[ProjectEvidence] = field(default_factory=list)
    after: list[ProjectEvidence] = field(default_factory=list)

    @property
    def stages(self) -> list[tuple[str, list[ProjectEvidence]]]:
        """The stages in their order, empty ones too: what is missing is seen."""
        return [(stage, getattr(self, stage)) for stage in STAGES]


def evidence_of(project: Project, *, public: bool = False) -> list[Spot]:
    """Its evidence by spot; `public`: pictures in which nobody can be recognised, and documents' digests.

    One query. Named spots first, what has none at the end.
    """
    rows = ProjectEvidence.objects.filter(project=project).select_related("item", "post")
    if public:
        rows = rows.filter(Q(item__kind="document") | Q(item__publishable=True))
    found: dict[str, Spot] = {}
    for row in rows.order_by("item__taken_on", "pk"):
        spot = found.setdefault(row.spot, Spot(row.spot))
        getattr(spot, row.stage).append(row)
    return sorted(found.values(), key=lambda spot: (not spot.key, spot.key))


def before_and_after(
    projects: Iterable[Project], on: date
) -> dict[int, tuple[ProjectEvidence | None, ProjectEvidence | None]]:
    """Of each project the first public picture from before the work and the last from after it, by a day.

    From one spot where a spot has both; a named spot first. One query.
    """
    rows = ProjectEvidence.objects.filter(
        public("item__"), project__in=list(projects), stage__in=("before", "after"), item__taken_on__lte=on
    ).select_related("item")
    spots: dict[int, dict[str, dict[str, ProjectEvidence]]] = {}
    for row in rows.order_by("item__taken_on", "pk"):
        pair = spots.setdefault(row.project_id, {}).setdefault(row.spot, {})
        if row.stage == "after" or "before" not in pair:
            pair[row.stage] = row
    found = {}
    for pk, pairs in spots.items():
        best = min(pairs.items(), key=lambda spot: (-len(spot[1]), not spot[0], spot[0]))[1]
        found[pk] = best.get("before"), best.get("after")
    return found


@dataclass(frozen=True)
class Heard:
    """What residents said of one claim, true numbers: for staff. The public sees them through safeguards."""

    codes: Counts
    meetings: list[ResidentsWord]
    #: When the office called it done; None where an earlier system told.
    claimed_on: date | None = None


def heard_of(project: Project) -> Heard:
    """What residents said of the last claim. Two queries."""
    return _heard(project).get(project.claims, Heard(Counts(), []))


def heard_before(project: Project) -> list[Heard]:
    """What residents said of earlier claims, the latest of them first: a new claim makes none of it unsaid."""
    claims = ProjectStep.objects.filter(project=project, step="claimed")
    days = dict(claims.values_list("number", "on"))
    return [
        Heard(heard.codes, heard.meetings, days.get(claim))
        for claim, heard in sorted(_heard(project).items(), reverse=True)
        if claim < project.claims
    ]


def _heard(project: Project) -> dict[int, Heard]:
    """What residents said, by claim."""
    found: dict[int, Heard] = {}
    for sums in CodesSaid.objects.filter(project=project):
        found[sums.claim] = Heard(Counts(sums.said_done, sums.said_partly, sums.said_not), [])
    for word in ResidentsWord.objects.filter(project=project).select_related("post").order_by("-on", "-pk"):
        found.setdefault(word.claim, Heard(Counts(), [])).meetings.append(word)
    return found
