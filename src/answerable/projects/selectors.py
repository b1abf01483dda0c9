"""Ask: every read of the projects room. Other rooms (public pages, figures, the village's page) read here too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.places.selectors import below, chain_ids, placed
from answerable.programme.models import Sponsor

from .models import (
    Choice,
    Contribution,
    Milestone,
    Project,
    ProjectArea,
    ProjectEvidence,
    ProjectSector,
    ProjectStep,
    ProjectWord,
    ResidentsWord,
    Snag,
)
from .rules.choosing import PublishedChoice, Tally, published
from .rules.confirming import Counts, Standing, standing
from .rules.phases import ACTIVE, Phase, iati_status, oc4ids_status
from .rules.progress import Part, own_progress, percent_done, rolled_up
from .rules.proof import STAGES
from .rules.silence import is_silent, quiet_days, silent_if_before

MOST_IN_A_LIST = 50


# --- which projects ----------------------------------------------------------------------------


def project_by_key(key: str) -> Project:
    """The project of that key, with its area, subject, sponsor and implementer. Raises NotThere. One query."""
    rows = Project.objects.select_related("area__level", "subject", "sponsor", "implementer", "parent")
    project = rows.filter(key=key).first()
    if project is None:
        raise NotThere
    return project


def projects_for(actor: Actor) -> QuerySet[Project]:
    """The projects that the actor may see at the desk: those for an area of theirs, or around it."""
    if actor.kind == "staff" and any(h.area is None for h in actor.holdings_with(Right.SEE_PROGRAMME)):
        return Project.objects.all()
    seen = Q(scope(actor, Right.SEE_PROGRAMME, "area__"))
    chains = {
        pk
        for holding in actor.holdings_with(Right.SEE_PROGRAMME)
        if holding.area is not None
        for pk in ids_in(holding.area.path)
    }
    around = ProjectArea.objects.filter(seen | Q(area__in=chains), project=OuterRef("pk"))
    return Project.objects.filter(seen | Exists(around))


def project_for(actor: Actor, key: str) -> Project:
    """The project of that key, if the actor may see it. Raises NotThere."""
    rows = projects_for(actor).select_related("area__level", "subject", "sponsor", "implementer", "parent")
    project = rows.filter(key=key).first()
    if project is None:
        raise NotThere
    return project


def silent(on: date | None = None) -> Q:
    """The condition `under way, and no word to the public for too long`."""
    limit = silent_if_before(on or clock.today(), settings.PROJECT_SILENCE_DAYS)
    return Q(phase__in=[phase.value for phase in ACTIVE], active_since__lte=limit) & (
        Q(last_word_on__isnull=True) | Q(last_word_on__lte=limit)
    )


def about(area: Area) -> Q:
    """The condition `for this area, for one below it, or for one around it`."""
    here = ProjectArea.objects.filter(
        below(placed(area), "area__") | Q(area__in=chain_ids(area)), project=OuterRef("pk")
    )
    return Q(Exists(here))


def within(area: Area) -> Q:
    """The condition `its home is in this area or below`: what figures count, each project once."""
    return below(placed(area), "area__")


@dataclass(frozen=True)
class ProjectLine:
    """A project in one line of a list, for any page."""

    key: str
    names: dict[str, str]
    subject_key: str
    subject_names: dict[str, str]
    phase: str
    standing: str
    #: Amber: no word to the public for `quiet` days.
    silent: bool
    quiet: int | None
    last_word_on: date | None
    planned_end_on: date | None
    no_linked_need: bool
    area_id: int


def projects_in(area: Area, *, limit: int = MOST_IN_A_LIST) -> list[ProjectLine]:
    """The projects for an area, for one below it or around it: open ones first, the silent before the rest.

    One query. Cancelled ones stay in the list: what was stopped is not hidden.
    """
    rows = Project.objects.filter(about(area)).select_related("subject")
    ordered = rows.only(*_LINE_COLUMNS).order_by(
        F("confirmed_on").asc(nulls_first=True), F("last_word_on").asc(nulls_first=True), "pk"
    )
    return lines(ordered[:limit])


_LINE_COLUMNS = (
    "key",
    "names",
    "subject__key",
    "subject__names",
    "phase",
    "active_since",
    "first_claimed_on",
    "claimed_on",
    "verdict",
    "last_word_on",
    "planned_end_on",
    "no_linked_need",
    "area_id",
)


def lines(rows: Iterable[Project]) -> list[ProjectLine]:
    """Projects as lines of a list; each row comes with its subject."""
    today = clock.today()
    return [
        ProjectLine(
            key=row.key,
            names=row.names,
            subject_key=row.subject.key if row.subject else "",
            subject_names=row.subject.names if row.subject else {},
            phase=row.phase,
            standing=standing_of(row, today).value,
            silent=silent_today(row, today),
            quiet=quiet_days(row.phase, row.active_since, row.last_word_on, today),
            last_word_on=row.last_word_on,
            planned_end_on=row.planned_end_on,
            no_linked_need=row.no_linked_need,
            area_id=row.area_id,
        )
        for row in rows
    ]


# --- where one stands --------------------------------------------------------------------------


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


# --- what belongs to one -----------------------------------------------------------------------


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


@dataclass(frozen=True)
class Heard:
    """What residents said of the last claim, true numbers: for staff. The public sees them through safeguards."""

    codes: Counts
    meetings: list[ResidentsWord]


def heard_of(project: Project) -> Heard:
    """What residents said of the last claim."""
    rows = list(
        ResidentsWord.objects.filter(project=project, claim=project.claims)
        .select_related("post")
        .order_by("-on", "-pk")
    )
    codes = Counts()
    for row in rows:
        if row.way == "codes":
            codes += Counts(row.said_done, row.said_partly, row.said_not)
    return Heard(codes, [row for row in rows if row.way != "codes"])


# --- the headline ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """Claimed against confirmed: counts of projects, which are things, so exact."""

    projects: int
    claimed: int
    confirmed: int
    partly: int
    waiting: int
    unconfirmed: int
    reopened: int
    silent: int

    @property
    def gap(self) -> int:
        """Claimed, and not confirmed by residents."""
        return self.claimed - self.confirmed


def gap(area: Area | None = None, sponsor: Sponsor | None = None, *, on: date | None = None) -> Gap:
    """How many projects of an area, or of a sponsor, were called done, and how many residents confirmed. One query.

    Each project counts once, where its home is; `claimed` are those that were ever claimed.
    """
    day = on or clock.today()
    rows = Project.objects.all()
    if area is not None:
        rows = rows.filter(within(area))
    if sponsor is not None:
        rows = rows.filter(sponsor=sponsor)
    stands = Q(claimed_on__isnull=False, verdict="")
    waited = silent_if_before(day, settings.RESIDENTS_WORD_DAYS)
    counts = rows.aggregate(
        projects=Count("pk"),
        claimed=Count("pk", filter=Q(first_claimed_on__isnull=False)),
        confirmed=Count("pk", filter=Q(confirmed_on__isnull=False)),
        partly=Count("pk", filter=Q(verdict="partly")),
        waiting=Count("pk", filter=stands & Q(claimed_on__gt=waited)),
        unconfirmed=Count("pk", filter=stands & Q(claimed_on__lte=waited)),
        reopened=Count("pk", filter=Q(first_claimed_on__isnull=False, claimed_on__isnull=True)),
        silent=Count("pk", filter=silent(day)),
    )
    return Gap(**counts)


# --- choices -----------------------------------------------------------------------------------


def choices_in(area: Area, *, limit: int = 20) -> list[Choice]:
    """The choices held in an area or below, newest first, without those that a later record put right."""
    rows = Choice.objects.filter(below(placed(area), "area__"), replaced_by__isnull=True)
    return list(
        rows.select_related("area").prefetch_related("options__project").order_by("-on", "-pk")[:limit]
    )


def choices_for(actor: Actor) -> QuerySet[Choice]:
    """The choices that the actor may see at the desk, with true numbers."""
    return Choice.objects.filter(scope(actor, Right.SEE_PROGRAMME)).select_related("area", "post")


def choice_for(actor: Actor, key: str) -> Choice:
    """The choice of that key, if the actor may see it. Raises NotThere."""
    row = choices_for(actor).prefetch_related("options__project").filter(key=key).first()
    if row is None:
        raise NotThere
    return row


def published_choice(choice: Choice) -> PublishedChoice:
    """A choice as the public may see it: the order, and counts through suppression."""
    return published(tally_of(choice))


def tally_of(choice: Choice) -> Tally:
    """A choice's true counts."""
    hands = tuple(option.hands for option in sorted(choice.options.all(), key=lambda o: o.n))
    return Tally(choice.present, hands, choice.each, choice.spoiled, choice.unused)
