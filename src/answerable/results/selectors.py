"""Ask: frameworks as an actor may see them, and what stands approved in a place, by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet

from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.places.selectors import below, chain_ids, placed

from .models import Actual, ActualNote, Baseline, Framework, Goal, Indicator, Period, Target
from .published import is_hidden
from .rules import Progress, Reading, progress_of, together, value_of


def frameworks_for(actor: Actor) -> QuerySet[Framework]:
    """The frameworks of the actor's areas, and those of areas around them."""
    if not actor.has(Right.SEE_PROGRAMME):
        return Framework.objects.none()
    rows = Framework.objects.select_related("area__level", "project").order_by("area__depth", "key")
    holdings = actor.holdings_with(Right.SEE_PROGRAMME)
    if actor.kind != "staff" or any(holding.area is None for holding in holdings):
        return rows
    around = {pk for holding in holdings if holding.area is not None for pk in ids_in(holding.area.path)}
    return rows.filter(scope(actor, Right.SEE_PROGRAMME) | Q(area_id__in=around))


def framework_for(actor: Actor, key: str) -> Framework:
    """One of them. Raises NotThere."""
    found = frameworks_for(actor).filter(key=key).first()
    if found is None:
        raise NotThere
    return found


def actual_for(actor: Actor, pk: int) -> Actual:
    """One value, if the actor may see its place. Raises NotThere."""
    if not (actor.has(Right.SEE_PROGRAMME) and 0 < pk < 2**63):
        raise NotThere
    rows = Actual.objects.filter(scope(actor, Right.SEE_PROGRAMME), pk=pk)
    found = rows.select_related("indicator__framework__area", "period", "area__level").first()
    if found is None:
        raise NotThere
    return found


def frameworks_at(area: Area) -> list[Framework]:
    """The published frameworks that cover a place, the widest first. One query."""
    rows = Framework.objects.filter(area__in=chain_ids(area), published_on__isnull=False)
    return list(rows.select_related("area").order_by("area__depth", "key"))


def places_of(framework: Framework, actor: Actor) -> list[Area]:
    """The places that have a value, a target or a baseline in a framework, as far as the actor sees. One query."""
    named = Q()
    for model in (Baseline, Target, Actual):
        named |= Q(Exists(model._default_manager.filter(indicator__framework=framework, area=OuterRef("pk"))))
    rows = Area.objects.filter(named, below(placed(framework.area)), scope(actor, Right.SEE_PROGRAMME, ""))
    return list(rows.select_related("level").order_by("depth", "name", "pk")[:500])


@dataclass(frozen=True)
class Cell:
    """One indicator in one place and period: what was wanted, what stands approved, how far that is."""

    target: Reading | None
    #: The approved value; or, where parts add up, their sum.
    actual: Reading | None
    row: Actual | None
    progress: Progress
    #: Where the value is the sum of parts: how many of the places below gave one, of how many.
    parts: tuple[int, int] | None = None
    #: What is under way and not approved: for the desk.
    pending: Actual | None = None
    #: A part of it is too small to be published, so the whole is not published either.
    hides: bool = False
    #: It is of the framework's own area, where shares of people and cases are said.
    own: bool = False


@dataclass(frozen=True)
class Line:
    """An indicator with its baseline and a cell a period."""

    indicator: Indicator
    baseline: Baseline | None
    cells: dict[int, Cell]
    #: It is of the framework's own area.
    own: bool = False

    def at(self, period: Period) -> Cell | None:
        """The cell of a period."""
        return self.cells.get(period.pk)


@dataclass(frozen=True)
class GoalLine:
    """A goal with its indicators; `depth` is how far it stands in."""

    goal: Goal
    depth: int
    lines: list[Line]


@dataclass(frozen=True)
class Sheet:
    """A framework in one place."""

    framework: Framework
    area: Area
    periods: list[Period]
    goals: list[GoalLine] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """All indicators in their order."""
        return [line for goal in self.goals for line in goal.lines]


def sheet_of(framework: Framework, area: Area) -> Sheet:
    """A framework as it stands in a place: five queries, six where parts add up."""
    periods = list(Period.objects.filter(framework=framework).order_by("starts_on"))
    indicators = list(Indicator.objects.filter(framework=framework).order_by("position", "pk"))
    for indicator in indicators:
        indicator.framework = framework
    baselines = {
        row.indicator_id: row for row in Baseline.objects.filter(indicator__in=indicators, area=area)
    }
    targets = {
        (row.indicator_id, row.period_id): row.reading
        for row in Target.objects.filter(indicator__in=indicators, area=area)
    }
    standing, pending = _standing(Actual.objects.filter(indicator__in=indicators, area=area))
    sums = _sums(framework, [row for row in indicators if row.adds_up], area)
    lines: dict[int, list[Line]] = defaultdict(list)
    own = area.pk == framework.area_id
    for indicator in indicators:
        baseline = baselines.get(indicator.pk)
        cells = {}
        for period in periods:
            at = indicator.pk, period.pk
            row = standing.get((*at, area.pk))
            summed, places, hides = sums.get(at, (None, None, False))
            reading, parts = (row.reading, None) if row is not None else (summed, places)
            cells[period.pk] = Cell(
                target=targets.get(at),
                actual=reading,
                row=row,
                progress=_progress(indicator, baseline, targets.get(at), reading),
                parts=parts,
                pending=pending.get((*at, area.pk)),
                hides=hides,
                own=own,
            )
        lines[indicator.goal_id].append(Line(indicator, baseline, cells, own))
    goals = list(Goal.objects.filter(framework=framework).order_by("position", "pk"))
    return Sheet(framework, area, periods, list(_tree(goals, lines, None, 0)))


def _tree(
    goals: list[Goal], lines: dict[int, list[Line]], parent: int | None, depth: int
) -> Iterable[GoalLine]:
    for goal in goals:
        if goal.parent_id == parent:
            yield GoalLine(goal, depth, lines.get(goal.pk, []))
            yield from _tree(goals, lines, goal.pk, depth + 1)


def _progress(
    indicator: Indicator, baseline: Baseline | None, target: Reading | None, actual: Reading | None
) -> Progress:
    began: Fraction | None = value_of(baseline.reading) if baseline is not None else None
    return progress_of(began, value_of(target), value_of(actual), ascending=indicator.ascending)


def _standing(
    rows: QuerySet[Actual],
) -> tuple[dict[tuple[int, int, int], Actual], dict[tuple[int, int, int], Actual]]:
    """The last approved value, and the one under way after it, by indicator, period and place. One query."""
    standing: dict[tuple[int, int, int], Actual] = {}
    pending: dict[tuple[int, int, int], Actual] = {}
    for row in rows.select_related("area").order_by("n"):
        at = row.indicator_id, row.period_id, row.area_id
        (standing if row.state == "approved" else pending)[at] = row
    return standing, pending


def _sums(
    framework: Framework, indicators: list[Indicator], area: Area
) -> dict[tuple[int, int], tuple[Reading | None, tuple[int, int], bool]]:
    """Of indicators that add up: the sum of the nearest places below with an approved value, how many of those that
    have a target gave one, and whether any of them is too small to be published."""
    if not indicators or area.level.is_village:
        return {}
    inside = below(placed(area), "area__") & ~Q(area=area)
    standing, _ = _standing(Actual.objects.filter(inside, indicator__in=indicators, state="approved"))
    wanted: dict[tuple[int, int], set[int]] = defaultdict(set)
    for at in Target.objects.filter(inside, indicator__in=indicators).values_list(
        "indicator_id", "period_id", "area_id"
    ):
        wanted[at[0], at[1]].add(at[2])
    found: dict[tuple[int, int], list[Actual]] = defaultdict(list)
    for row in standing.values():
        found[row.indicator_id, row.period_id].append(row)
    by_id = {indicator.pk: indicator for indicator in indicators}
    sums: dict[tuple[int, int], tuple[Reading | None, tuple[int, int], bool]] = {}
    for of, rows in found.items():
        nearest = outermost(rows)
        there = {row.area_id for row in nearest if row.reading.is_there}
        hides = any(is_hidden(by_id[of[0]], row.reading) for row in nearest)
        sums[of] = together(row.reading for row in nearest), (len(there), len(there | wanted[of])), hides
    return sums


def outermost(rows: Iterable[Actual]) -> list[Actual]:
    """Of values of one indicator and period those whose place lies in no other one's: nothing counts twice."""
    kept: list[Actual] = []
    for row in sorted(rows, key=lambda one: (one.area.depth, one.area_id)):
        if not any((row.area.path or "").startswith(other.area.path or "-") for other in kept):
            kept.append(row)
    return kept


def waiting_for(actor: Actor) -> list[Actual]:
    """The values that wait for the actor's approval, the oldest first. One query."""
    rows = Actual.objects.filter(scope(actor, Right.CHECK_RESULTS), state="submitted")
    if not actor.has(Right.CHECK_RESULTS):
        return []
    return list(
        rows.select_related("indicator__framework", "period", "area", "maker_post").order_by("made_on", "pk")[
            :200
        ]
    )


def published_frameworks() -> QuerySet[Framework]:
    """What everybody may read, the widest first."""
    rows = Framework.objects.filter(published_on__isnull=False).select_related("area")
    return rows.order_by("area__depth", "key")


def public_notes(rows: Iterable[Actual | None]) -> dict[int, ActualNote]:
    """The last words beside each of these approved values, by its id. One query."""
    pks = [row.pk for row in rows if row is not None]
    notes = ActualNote.objects.filter(actual__in=pks, erased_on__isnull=True).order_by("pk")
    return {note.actual_id: note for note in notes}


def history(indicator: Indicator, period: Period, area: Area) -> list[Actual]:
    """All revisions of one value, the first one first, with their words and evidence. Three queries."""
    rows = Actual.objects.filter(indicator=indicator, period=period, area=area).order_by("n")
    return list(rows.select_related("maker_post", "checker_post").prefetch_related("notes", "evidence__item"))


def places_with_values(framework: Framework, area: Area, limit: int = 60) -> list[Area]:
    """The places below an area for which a value stands, by name: never by what it is. One query."""
    standing = Actual.objects.filter(indicator__framework=framework, state="approved", area=OuterRef("pk"))
    rows = Area.objects.filter(Exists(standing), below(placed(area))).exclude(pk=area.pk)
    return list(rows.order_by("name", "pk")[:limit])
