"""Figures for staff, computed from facts: true counts with their denominators; shares are computed at display.

Three short queries over one index, the same on both databases: the tallies (tally.py), what depends on today,
and how many took how many days, from which medians and percentiles follow without sorting cases. Where a room above
keeps sums that come to the same (`answer_from`), it is asked first.

A matter joined to another and one taken back by its resident are counted apart: they are not received twice,
and nothing is owed on them. In time means by the last day of the promise; what is not done and overdue is late;
what is not yet due is neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.places.models import LEVEL_COLUMNS, Area
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below, placed, within_any
from answerable.programme.models import Subject

from .models import Case
from .problems import PeriodWrong
from .tally import BIT, stars_of

#: What figures can be split by.
SPLITS = ("child", "subject", "post", "kind")
#: A period is at most this long; nobody's records go further back.
MOST_YEARS = 50
#: Open cases by age, in days: up to 30, up to 90, up to 180, older.
AGES = (30, 90, 180)


@dataclass(frozen=True)
class Period:
    """From the first to the last day on which the matters were received, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last or self.last.year - self.first.year > MOST_YEARS:
            raise PeriodWrong(field="from", most=MOST_YEARS)


@dataclass(frozen=True)
class Kept:
    """A promise over many cases: how many were done in time, and how many late or overdue."""

    in_time: int = 0
    late: int = 0

    @property
    def due(self) -> int:
        """The denominator: the cases on which the promise can be judged by now."""
        return self.in_time + self.late


@dataclass(frozen=True)
class Days:
    """How long something took, in whole days, over `n` cases. Each is the smallest number of days within
    which at least that share of the cases was done (percentile_disc); None without any."""

    median: int | None = None
    p90: int | None = None
    n: int = 0


@dataclass(frozen=True)
class Figures:
    """The figures of one area, subject, post or kind in a period. All but `days` are counts of cases."""

    received: int = 0
    joined: int = 0
    withdrawn: int = 0
    open: int = 0
    #: Open cases by age: up to 30 days, up to 90, up to 180, older.
    open_by_age: tuple[int, int, int, int] = (0, 0, 0, 0)
    acknowledged: Kept = Kept()
    answered: Kept = Kept()
    resolved: Kept = Kept()
    answer_days: Days = Days()
    resolve_days: Days = Days()
    claimed: int = 0
    confirmed: int = 0
    #: Claimed done and not confirmed since, whatever happened otherwise.
    claimed_not_confirmed: int = 0
    unconfirmed: int = 0
    #: Declined, out of scope, or could not be verified.
    not_delivered: int = 0
    reopened: int = 0
    appealed: int = 0
    upheld: int = 0
    bounced: int = 0
    #: All re-routings; its mean is over `received`.
    bounces: int = 0
    escalated: int = 0
    #: Ratings given, and the sum of their stars: always shown together with how many could have rated.
    rated: int = 0
    stars: int = 0
    ended: int = 0


@dataclass(frozen=True)
class Part:
    """One line of a split: the id or code it is about (None: none of them), its names, its figures."""

    key: int | str | None
    name: str
    names: Mapping[str, str]
    figures: Figures


@dataclass(frozen=True)
class AreaFigures:
    """The figures of an area and everything below it, as far as the actor sees there."""

    period: Period
    on: date
    total: Figures
    parts: tuple[Part, ...] = ()
    #: The actor sees a part of the area only, and these are the figures of that part.
    partial: bool = False


def area_figures(actor: Actor, area: Area | None, period: Period, by: str | None = None) -> AreaFigures:
    """Figures of an area (None: everywhere) for staff, without sensitive cases. Four queries, five with a split.

    `by` is one of SPLITS. Raises NotThere when the actor sees figures nowhere in the area.
    """
    return _figures(actor, Right.SEE_FIGURES, area, period, by, sensitive=False)


def sensitive_figures(actor: Actor, area: Area | None, period: Period) -> AreaFigures:
    """The same for sensitive cases, for focal points only. Raises NotThere."""
    return _figures(actor, Right.SEE_SENSITIVE, area, period, None, sensitive=True)


def percentile(days: Mapping[int, int], percent: int) -> int | None:
    """The smallest value within which at least that percentage of all lies; `days` counts each value."""
    whole = sum(days.values())
    reached = 0
    for value in sorted(days):
        reached += days[value]
        if reached * 100 >= whole * percent:
            return value
    return None


def _figures(
    actor: Actor, right: Right, area: Area | None, period: Period, by: str | None, *, sensitive: bool
) -> AreaFigures:
    where, partial = _where(actor, right, area)
    today = clock.today()
    sums = None if partial else _kept(area, period, by, sensitive)
    if sums is None:
        sums = _from_cases(where, area, period, by, today, sensitive=sensitive)
    total = Counted()
    for one in sums.values():
        total.add(one)
    parts = _named(by, {key: one.figures() for key, one in sums.items()}) if by else ()
    return AreaFigures(period=period, on=today, total=total.figures(), parts=parts, partial=partial)


class Sums(Protocol):
    """Whoever keeps sums of the cases: the counts of each part of an area and period, or None where it can't tell."""

    def __call__(
        self, area: Area | None, period: Period, by: str | None, *, sensitive: bool
    ) -> dict[Any, Counted] | None:
        """Answer with the very same numbers as the cases, as of today."""


_SUMS: list[Sums] = []


def answer_from(sums: Sums) -> None:
    """Ask these sums first. A room above says so at start; rights were checked before it is asked."""
    _SUMS.append(sums)


def _kept(area: Area | None, period: Period, by: str | None, sensitive: bool) -> dict[Any, Counted] | None:
    for ask in _SUMS:
        if (found := ask(area, period, by, sensitive=sensitive)) is not None:
            return found
    return None


def from_cases(
    area: Area | None, period: Period, by: str | None = None, *, sensitive: bool = False
) -> dict[Any, Counted]:
    """The counts of each part of an area (None: everywhere), from the cases alone and without asking for rights."""
    where = below(placed(area), "area__") if area is not None else Q()
    return _from_cases(where, area, period, by, clock.today(), sensitive=sensitive)


def _from_cases(
    where: Q, area: Area | None, period: Period, by: str | None, today: date, *, sensitive: bool
) -> dict[Any, Counted]:
    rows = Case.objects.filter(
        where, sensitive=sensitive, received_on__range=(period.first, period.last)
    ).order_by()
    group = _group(by, area)
    sums: dict[Any, Counted] = defaultdict(Counted)
    _count(rows, group, sums)
    _wait(rows, group, sums, today)
    _took(rows, group, sums)
    return sums


def _where(actor: Actor, right: Right, area: Area | None) -> tuple[Q, bool]:
    """The area itself when one holding covers it, else what is held inside it: never more than needed,
    so that the database sees one indexable condition (the same rows as under cases_for)."""
    if not actor.has(right) or actor.kind == "public":
        raise NotThere
    whole = below(placed(area), "area__") if area is not None else Q()
    if actor.kind == "system":
        return whole, False
    held = [holding.area for holding in actor.holdings_with(right)]
    if any(place is None or (area is not None and place.covers(area.path or "")) for place in held):
        return whole, False
    inside = [place for place in held if place is not None and _is_inside(place, area)]
    if not inside:
        raise NotThere
    return within_any(inside, "area__"), True


def _is_inside(place: PlacedArea, area: Area | None) -> bool:
    return bool(place.path) and (area is None or placed(area).covers(place.path))


def _group(by: str | None, area: Area | None) -> Any:
    if by == "child":
        column = placed(area).depth + 1 if area is not None else 1
        return F(f"area__l{column}") if column <= LEVEL_COLUMNS else F("area_id")
    if by == "subject":
        return Coalesce("subject__parent_id", "subject_id")
    return {"post": F("owner_id"), "kind": F("kind"), None: None}[by]


@dataclass
class Counted:
    """Counts and days while they are put together."""

    counts: Counter[str] = field(default_factory=Counter)
    answer_days: Counter[int] = field(default_factory=Counter)
    resolve_days: Counter[int] = field(default_factory=Counter)

    def add(self, other: Counted) -> None:
        self.counts.update(other.counts)
        self.answer_days.update(other.answer_days)
        self.resolve_days.update(other.resolve_days)

    def figures(self) -> Figures:
        counts = self.counts
        upto = [counts[f"open_{place}"] for place in range(len(AGES))]
        return Figures(
            **{name: counts[name] for name in _PLAIN},
            open_by_age=(upto[0], upto[1] - upto[0], upto[2] - upto[1], counts["open"] - upto[2]),
            acknowledged=self._kept("acknowledge", "acknowledged"),
            answered=self._kept("answer", "answered"),
            resolved=self._kept("resolve", "resolved"),
            answer_days=_days(self.answer_days),
            resolve_days=_days(self.resolve_days),
        )

    def _kept(self, promise: str, done: str) -> Kept:
        counts = self.counts
        in_time = counts[f"{done}_in_time"]
        return Kept(in_time, counts[done] - in_time + counts[f"{promise}_overdue"])


_PLAIN = tuple(f.name for f in fields(Figures) if f.type == "int")
_NO_MATTER = BIT["joined"] | BIT["withdrawn"]
_PROMISES = (("acknowledge", "acknowledged"), ("answer", "answered"), ("resolve", "resolved"))
_DONE = BIT["acknowledged"] | BIT["answered"] | BIT["resolved"]


def _days(taken: Counter[int]) -> Days:
    return Days(percentile(taken, 50), percentile(taken, 90), sum(taken.values()))


def _keys(group: Any) -> dict[str, Any]:
    return {"part": group} if group is not None else {}


def _count(rows: QuerySet[Case], group: Any, sums: dict[Any, Counted]) -> None:
    """Everything that can be read from the tallies. One query."""
    table: Any = rows.values("tally", **_keys(group)).annotate(n=Count("*"), rerouted=Sum("bounces"))
    for row in table:
        counts, tally, n = sums[row.get("part")].counts, row["tally"], row["n"]
        if tally & _NO_MATTER:
            counts["joined" if tally & BIT["joined"] else "withdrawn"] += n
            continue
        for name, bit in BIT.items():
            if tally & bit:
                counts[name] += n
        confirmed = tally & BIT["confirmed"]
        if confirmed:
            counts["unconfirmed"] -= n if tally & BIT["unconfirmed"] else 0
        elif tally & BIT["claimed"]:
            counts["claimed_not_confirmed"] += n
        if not tally & BIT["open"]:
            counts["ended"] += n
        if stars := stars_of(tally):
            counts["rated"] += n
            counts["stars"] += n * stars
        counts["received"] += n
        counts["bounces"] += row["rerouted"]


def _wait(rows: QuerySet[Case], group: Any, sums: dict[Any, Counted], today: date) -> None:
    """What is overdue, and how old open cases are: what depends on today. One query."""
    counted = {
        f"{promise}_overdue": Count("tally", filter=Q(_lacks(BIT[done]), **{f"{promise}_due_on__lt": today}))
        for promise, done in _PROMISES
    }
    for place, days in enumerate(AGES):
        young = Q(received_on__gte=today - timedelta(days=days))
        counted[f"open_{place}"] = Count("tally", filter=Q(~_lacks(BIT["open"]), young))
    unfinished = rows.filter(_lacks(_NO_MATTER), ~_lacks(BIT["open"]) | ~_has_all(_DONE))
    if group is None:
        sums[None].counts.update(unfinished.aggregate(**counted))
        return
    table: Any = unfinished.values(**_keys(group)).annotate(**counted)
    for row in table:
        sums[row.pop("part")].counts.update(row)


def _lacks(bits: int) -> Q:
    """None of these bits."""
    return Q(Exact(F("tally").bitand(bits), 0))


def _has_all(bits: int) -> Q:
    return Q(Exact(F("tally").bitand(bits), bits))


def _took(rows: QuerySet[Case], group: Any, sums: dict[Any, Counted]) -> None:
    """The days that answers and outcomes took. One query."""
    done = rows.filter(_lacks(_NO_MATTER), ~_lacks(BIT["answered"] | BIT["resolved"]))
    table: Any = done.values("answer_took", "resolve_took", **_keys(group)).annotate(n=Count("*"))
    for row in table:
        one = sums[row.get("part")]
        for days, taken in ((row["answer_took"], one.answer_days), (row["resolve_took"], one.resolve_days)):
            if days is not None:
                taken[days] += row["n"]


def _named(by: str, found: Mapping[Any, Figures]) -> tuple[Part, ...]:
    """The lines of a split with their names, those with the most cases first."""
    known: dict[Any, tuple[str, dict[str, str]]] = {}
    ids = [key for key in found if isinstance(key, int)]
    if by == "child":
        known = {pk: (name, names) for pk, name, names in _rows(Area, ids, "name")}
    elif by == "subject":
        known = {pk: (name, names) for pk, name, names in _rows(Subject, ids, "key")}
    elif by == "post":
        known = {pk: (name, names) for pk, name, names in _rows(Post, ids, "key")}
    parts = [Part(key, *known.get(key, (str(key or ""), {})), figures) for key, figures in found.items()]
    return tuple(sorted(parts, key=lambda part: (part.key is None, -part.figures.received, part.name)))


def _rows(model: type[Any], ids: Iterable[int], name: str) -> Iterable[tuple[int, str, dict[str, str]]]:
    rows: Iterable[tuple[int, str, dict[str, str]]] = model.objects.filter(pk__in=ids).values_list(
        "pk", name, "names"
    )
    return rows
