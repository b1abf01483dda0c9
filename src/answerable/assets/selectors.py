"""Asking about things: what is due, what was found, and how many still work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.kernel.folding import fold
from answerable.kernel.money import Amount
from answerable.places.models import LEVEL_COLUMNS, Area
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below
from answerable.projects.models import Project, ProjectSector

from . import rules
from .models import Asset, Check, CheckEvidence, Keeper, Task, Work

#: Rows that were not taken back, and take nothing back.
STANDS = Q(takes_back__isnull=True, taken_back_by__isnull=True)
#: What lists show at once.
MANY = 200


def assets_for(actor: Actor) -> QuerySet[Asset]:
    """The things in the areas that the actor may read about."""
    return Asset.objects.filter(scope(actor, Right.SEE_PROGRAMME)).select_related("area", "project")


def asset_for(actor: Actor, pk: int) -> Asset | None:
    """One of them."""
    return assets_for(actor).filter(pk=pk).first() if pk < 2**63 else None


def public_asset(pk: int) -> Asset | None:
    """A thing as everybody may read of it: all of them, also struck ones, which say so."""
    return Asset.objects.filter(pk=pk).select_related("area", "project").first() if pk < 2**63 else None


def assets_of(project: int) -> QuerySet[Asset]:
    """What a project left, but for entries made by mistake."""
    return Asset.objects.filter(project=project, struck_on__isnull=True).order_by("handed_over_on", "pk")


def done_since(project: Project) -> date | None:
    """The first day on which a project can have handed something over; None while nobody has called it done.

    A project that was opened again has been done once: what it left stands there. Older work has its own end before the
    day on which it came into the record.
    """
    if project.first_claimed_on is None:
        return None
    return min(project.first_claimed_on, project.actual_end_on or project.first_claimed_on)


def find_projects(rows: QuerySet[Project], text: str, limit: int = MANY) -> list[Project]:
    """Those whose key or one of whose names holds every word, whatever the case, accent or language; newest first.

    The words are compared here and not in the database: names are kept as JSON, which the two databases write differently.
    Two queries.
    """
    sought = fold(text).split()
    newest = rows.order_by("-pk")
    if not sought:
        return list(newest[:limit])
    fitting = (
        pk
        for pk, key, names in newest.values_list("pk", "key", "names")
        if all(word in fold(" | ".join([key, *names.values()])) for word in sought)
    )
    return list(newest.filter(pk__in=list(islice(fitting, limit))))


def standing_in(area: PlacedArea) -> QuerySet[Asset]:
    """What stands in an area and below."""
    return Asset.objects.filter(below(area, "area__"), struck_on__isnull=True)


def in_area(area: PlacedArea) -> Q:
    """The condition on things: in an area and below."""
    return below(area, "area__")


def with_last_result(rows: QuerySet[Asset]) -> list[tuple[Asset, str]]:
    """Things with what was last found of each; empty where nobody looked. One query."""
    last = Check.objects.filter(STANDS, asset=OuterRef("pk")).order_by("-on", "-pk")
    found = rows.annotate(found=Subquery(last.values("result")[:1]))
    return [(row, row.found or "") for row in found]


# --- one thing -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskLine:
    """A line of the calendar as it stands."""

    task: Task
    upkeep: rules.Upkeep
    expected: Amount | None
    last_on: date | None


@dataclass(frozen=True)
class Sheet:
    """Everything that is known of a thing on a day."""

    asset: Asset
    keeper: Keeper | None
    keepers: list[Keeper]
    lookings: list[rules.Looking]
    owed: rules.Looking | None
    #: Newest first, those that were taken back among them.
    checks: list[Check]
    latest: Check | None
    tasks: list[TaskLine]
    works: list[Work]
    #: What was paid, by currency.
    costs: list[Amount]
    #: How many works have no cost written down.
    uncosted: int
    taken_back: frozenset[int] = field(default_factory=frozenset)


def sheet(asset: Asset, today: date | None = None) -> Sheet:
    """All of it, in five queries."""
    day = today or clock.today()
    keepers = list(
        Keeper.objects.filter(asset=asset).select_related("organisation", "post").order_by("-starts_on")
    )
    with_items = Prefetch("evidence", CheckEvidence.objects.select_related("item").order_by("pk"))
    every = list(Check.objects.filter(asset=asset).order_by("-on", "-pk").prefetch_related(with_items))
    checks = [row for row in every if row.takes_back_id is None]
    back = {row.takes_back_id for row in every if row.takes_back_id is not None}
    stand = [row for row in checks if row.pk not in back]
    all_works = list(Work.objects.filter(asset=asset).select_related("task").order_by("-on", "-pk"))
    works_back = {row.takes_back_id for row in all_works if row.takes_back_id is not None}
    works = [row for row in all_works if row.takes_back_id is None and row.pk not in works_back]
    seen = [rules.Seen(row.on, row.result) for row in reversed(stand)]
    return Sheet(
        asset=asset,
        keeper=next(
            (k for k in keepers if k.starts_on <= day and (k.ends_on is None or k.ends_on >= day)), None
        ),
        keepers=keepers,
        lookings=rules.lookings(asset.handed_over_on, seen, day),
        owed=rules.open_looking(asset.handed_over_on, seen, day) if asset.struck_on is None else None,
        checks=checks,
        latest=stand[0] if stand else None,
        tasks=_lines(Task.objects.filter(asset=asset, ends_on__isnull=True).order_by("pk"), works, day),
        works=works,
        costs=_costs(works),
        uncosted=sum(1 for row in works if row.cost_units is None),
        taken_back=frozenset(back),
    )


def _lines(tasks: Iterable[Task], works: Iterable[Work], day: date) -> list[TaskLine]:
    done = defaultdict(list)
    for work in works:
        if work.task_id is not None:
            done[work.task_id].append(work.on)
    return [_line(task, done[task.pk], day) for task in tasks]


def _line(task: Task, done: list[date], day: date) -> TaskLine:
    return TaskLine(
        task=task,
        upkeep=rules.upkeep_of(task.starts_on, task.every_months, done, day),
        expected=Amount(task.expected_units, task.currency) if task.expected_units is not None else None,
        last_on=max(done, default=None),
    )


def _costs(works: Iterable[Work]) -> list[Amount]:
    sums: dict[str, int] = defaultdict(int)
    for work in works:
        if work.cost_units is not None:
            sums[work.currency] += work.cost_units
    return [Amount(units, currency) for currency, units in sorted(sums.items())]


# --- what is due -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwedCheck:
    """A thing that somebody has to look at."""

    asset: Asset
    months: int
    due_on: date
    late: bool


def owed_checks(where: Q, today: date | None = None, limit: int = MANY) -> list[OwedCheck]:
    """Whose looking is due or late, the longest due first. `where` is over assets: scope(actor, right). Four queries."""
    day = today or clock.today()
    found = []
    for months, assets in _owing(where, day):
        for asset in assets.select_related("area", "project").order_by("handed_over_on", "pk")[:limit]:
            due_on = rules.add_months(asset.handed_over_on, months)
            found.append(OwedCheck(asset, months, due_on, day > due_on + rules.GRACE))
    return sorted(found, key=lambda owed: (owed.due_on, owed.asset.pk))[:limit]


def owed_count(where: Q, today: date | None = None) -> int:
    """How many are due or late. Four counts."""
    return sum(assets.count() for _, assets in _owing(where, today or clock.today()))


def _owing(where: Q, day: date) -> Iterable[tuple[int, QuerySet[Asset]]]:
    later = [*rules.MONTHS[1:], None]
    for months, following in zip(rules.MONTHS, later, strict=True):
        begun = Q(handed_over_on__lte=rules.latest_handed_over(months, day))
        if following is not None:
            begun &= Q(handed_over_on__gt=rules.latest_handed_over(following, day))
        looked = Check.objects.filter(STANDS, asset=OuterRef("pk"), months=months)
        yield months, Asset.objects.filter(where, begun, ~Exists(looked), struck_on__isnull=True)


def owed_upkeep(where: Q, today: date | None = None, limit: int = MANY) -> list[TaskLine]:
    """Lines of calendars that are due or late, the longest due first. Two queries."""
    day = today or clock.today()
    assets = Asset.objects.filter(where, struck_on__isnull=True)
    tasks = list(
        Task.objects.filter(asset__in=assets, ends_on__isnull=True, starts_on__lt=day)
        .select_related("asset__area", "asset__project")
        .annotate(last=Subquery(_last_work()))
    )
    lines = [_line(task, [task.last] if task.last else [], day) for task in tasks]
    owed = [line for line in lines if line.upkeep.due]
    return sorted(owed, key=lambda line: (line.upkeep.next_on, line.task.pk))[:limit]


def _last_work() -> QuerySet[Work, date]:
    return Work.objects.filter(STANDS, task=OuterRef("pk")).order_by("-on").values_list("on", flat=True)[:1]


# --- how many still work ---------------------------------------------------------------------------

#: How the index may be read, and the column that says it.
BY_COLUMN = {
    "subject": "project__subject_id",
    "sponsor": "project__sponsor_id",
    "kind": "kind",
}
BY = ("area", "subject", "sector", "sponsor", "kind")


def still_working(
    where: Q,
    by: str,
    *,
    under: PlacedArea | None = None,
    months: int | None = None,
    today: date | None = None,
) -> dict[int | str | None, rules.Tally]:
    """The still-working index: by what is asked for, how many work, in part, not, and how many nobody looked at.

    `months` None: what was last found of every thing that was handed over. Else: what was found at that looking of the
    things that reached it. By area: the areas right below `under`. By sector: the code of the project's largest one
    (DAC, five digits). One query.
    """
    day = today or clock.today()
    rows = Asset.objects.filter(where, struck_on__isnull=True)
    last = Check.objects.filter(STANDS, asset=OuterRef("pk")).order_by("-on", "-pk")
    if months is not None:
        # Owed to the last day of the grace is not unchecked yet; checked within it counts at once.
        reached = Q(handed_over_on__lte=_handed_over_before(months, day))
        rows = rows.filter(
            reached | Exists(Check.objects.filter(STANDS, asset=OuterRef("pk"), months=months))
        )
        last = last.filter(months=months)
    rows = rows.annotate(found=Subquery(last.values("result")[:1]), part=_part(by, under))
    sums: dict[int | str | None, list[tuple[str | None, int]]] = defaultdict(list)
    for part, found, count in rows.order_by().values_list("part", "found").annotate(count=Count("pk")):
        sums[part].append((found, count))
    return {part: rules.tally(results) for part, results in sums.items()}


@dataclass(frozen=True)
class YearsThings:
    """Things that projects left, as they were known on a day; and how many somebody looked at in the time before it."""

    tally: rules.Tally
    handed_over: int
    looked_at: int


def things_by(where: Q, first: date, on: date) -> YearsThings:
    """What stood on a day, what was last found of it by then, and what was looked at since `first`. One query."""
    rows = Asset.objects.filter(
        where, Q(struck_on__isnull=True) | Q(struck_on__gt=on), handed_over_on__lte=on
    )
    last = Check.objects.filter(STANDS, asset=OuterRef("pk"), on__lte=on).order_by("-on", "-pk")
    rows = rows.annotate(found=Subquery(last.values("result")[:1]), looked=Exists(last.filter(on__gte=first)))
    results, new, looked = [], 0, 0
    for found, was, fresh, count in (
        rows.annotate(fresh=Q(handed_over_on__gte=first))
        .order_by()
        .values_list("found", "looked", "fresh")
        .annotate(count=Count("pk"))
    ):
        results.append((found, count))
        new += count if fresh else 0
        looked += count if was else 0
    return YearsThings(rules.tally(results), new, looked)


def total(parts: Iterable[rules.Tally]) -> rules.Tally:
    """All parts together."""
    return sum(parts, rules.Tally())


def _handed_over_before(months: int, day: date) -> date:
    """The last day of hand-over whose looking at `months` is late on that day if nobody looked."""
    return rules.latest_handed_over(months, day - rules.GRACE - rules.EARLY - timedelta(days=1))


def _part(by: str, under: PlacedArea | None) -> F | Subquery:
    if by == "area":
        depth = under.depth + 1 if under is not None else 1
        return F(f"area__l{depth}") if depth <= LEVEL_COLUMNS else F("area_id")
    if by == "sector":
        largest = ProjectSector.objects.filter(project=OuterRef("project"), vocabulary="dac-5")
        return Subquery(largest.order_by("-share", "code").values("code")[:1])
    return F(BY_COLUMN[by])


def areas_named(pks: Iterable[int | str | None]) -> dict[int, Area]:
    """Areas by id, for the lines of a table."""
    return Area.objects.in_bulk([pk for pk in pks if isinstance(pk, int)])
