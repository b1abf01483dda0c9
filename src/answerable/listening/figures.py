"""Figures for staff, computed from facts: true counts with their denominators; shares are computed at display.

One scan counts everything and groups it by days to the first answer, a second one by days to the outcome, so
that medians and percentiles come from a few hundred groups, the same way on both databases.

A matter joined to another and one taken back by its resident are counted apart: they are not received twice,
and nothing is owed on them. In time means by the last day of the promise; what is not done and overdue is late;
what is not yet due is neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

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
from .rules.states import OPEN_STATES, State

#: What figures can be split by.
SPLITS = ("child", "subject", "post", "kind")
#: A period is at most this long; nobody's records go further back.
MOST_YEARS = 50
#: Open cases by age, in days: up to 30, up to 90, up to 180, older.
AGES = (30, 90, 180)

_NO_MATTER = (State.DUPLICATE.value, State.WITHDRAWN.value)
_OPEN = tuple(state.value for state in OPEN_STATES)
_ENDED_WITHOUT = (State.DECLINED.value, State.OUT_OF_SCOPE.value, State.CANNOT_VERIFY.value)


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
    """Figures of an area (None: everywhere) for staff, without sensitive cases. Two queries, three with a split.

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


class _DaysBetween(Func):
    """Whole days from one date column to another."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="CAST(julianday(%(expressions)s) AS INTEGER)",
            arg_joiner=") - julianday(",
            **extra,
        )


def _figures(
    actor: Actor, right: Right, area: Area | None, period: Period, by: str | None, *, sensitive: bool
) -> AreaFigures:
    where, partial = _where(actor, right, area)
    today = clock.today()
    rows = Case.objects.filter(
        where, sensitive=sensitive, received_on__range=(period.first, period.last)
    ).order_by()
    group = _group(by, area)
    sums = _counted(rows, group, today)
    took = _outcome_days(rows, group)
    total = _Sum()
    for key, one in sums.items():
        one.resolve_days = took.get(key, Counter())
        total.add(one)
    parts = _named(by, {key: one.figures() for key, one in sums.items()}) if by else ()
    return AreaFigures(period=period, on=today, total=total.figures(), parts=parts, partial=partial)


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


_MATTER = ~Q(state__in=_NO_MATTER)


def _count(*conditions: Q, **more: Any) -> Count:
    return Count("pk", filter=Q(_MATTER, *conditions, **more))


def _late(done: str, due: str, today: date) -> Q:
    return Q(**{f"{done}__gt": F(due)}) | Q(**{f"{done}__isnull": True, f"{due}__lt": today})


def _aggregates(today: date) -> dict[str, Any]:
    found: dict[str, Any] = {
        "received": _count(),
        "joined": Count("pk", filter=Q(state=State.DUPLICATE.value)),
        "withdrawn": Count("pk", filter=Q(state=State.WITHDRAWN.value)),
        "claimed": _count(claimed_on__isnull=False),
        "confirmed": _count(confirmed_on__isnull=False),
        "claimed_not_confirmed": _count(claimed_on__isnull=False, confirmed_on__isnull=True),
        "unconfirmed": _count(unconfirmed_on__isnull=False, confirmed_on__isnull=True),
        "not_delivered": _count(Q(state__in=_ENDED_WITHOUT) | Q(closed_reason="ended")),
        "reopened": _count(reopened__gt=0),
        "appealed": _count(appeals__gt=0),
        "upheld": _count(appeals_upheld__gt=0),
        "bounced": _count(bounces__gt=0),
        "bounces": Sum("bounces", filter=_MATTER),
        "escalated": _count(escalations__gt=0),
        "rated": _count(rating__isnull=False),
        "stars": Sum("rating", filter=_MATTER),
        "ended": _count(~Q(state__in=_OPEN)),
    }
    for name in _PROMISES:
        done, due = f"{_DONE[name]}_on", f"{name}_due_on"
        found[f"{name}_in_time"] = _count(**{f"{done}__lte": F(due)})
        found[f"{name}_late"] = _count(_late(done, due, today))
    for place, days in enumerate((*AGES, None)):
        age = Q(received_on__gte=today - timedelta(days=days)) if days is not None else Q()
        found[f"open_{place}"] = _count(age, state__in=_OPEN)
    return {_MARK + name: aggregate for name, aggregate in found.items()}


#: Before each aggregate's name, as some are columns of the table as well.
_MARK = "n_"
_PROMISES = ("acknowledge", "answer", "resolve")
_DONE = {"acknowledge": "acknowledged", "answer": "answered", "resolve": "resolved"}


@dataclass
class _Sum:
    """Counts and days while they are put together."""

    counts: Counter[str] = field(default_factory=Counter)
    answer_days: Counter[int] = field(default_factory=Counter)
    resolve_days: Counter[int] = field(default_factory=Counter)

    def add(self, other: _Sum) -> None:
        self.counts.update(other.counts)
        self.answer_days.update(other.answer_days)
        self.resolve_days.update(other.resolve_days)

    def figures(self) -> Figures:
        counts = self.counts
        upto = [counts[f"open_{place}"] for place in range(len(AGES) + 1)]
        return Figures(
            **{name: counts[name] for name in _PLAIN},
            open=upto[-1],
            open_by_age=(upto[0], upto[1] - upto[0], upto[2] - upto[1], upto[3] - upto[2]),
            acknowledged=self._kept("acknowledge"),
            answered=self._kept("answer"),
            resolved=self._kept("resolve"),
            answer_days=_days(self.answer_days),
            resolve_days=_days(self.resolve_days),
        )

    def _kept(self, name: str) -> Kept:
        return Kept(self.counts[f"{name}_in_time"], self.counts[f"{name}_late"])


_PLAIN = tuple(f.name for f in fields(Figures) if f.type == "int" and f.name != "open")


def _days(taken: Counter[int]) -> Days:
    return Days(percentile(taken, 50), percentile(taken, 90), sum(taken.values()))


def _counted(rows: QuerySet[Case], group: Any, today: date) -> dict[Any, _Sum]:
    """All counts, and the days to the first answer. One query."""
    keys = {"took": _DaysBetween("answered_on", "received_on")} | ({"part": group} if group else {})
    found: dict[Any, _Sum] = defaultdict(_Sum)
    table: Any = rows.values(**keys).annotate(**_aggregates(today))
    for row in table:
        one = found[row.pop("part", None)]
        days = row.pop("took")
        counts = {name.removeprefix(_MARK): count or 0 for name, count in row.items()}
        one.counts.update(counts)
        if days is not None and counts["received"]:
            one.answer_days[days] += counts["received"]
    return found


def _outcome_days(rows: QuerySet[Case], group: Any) -> dict[Any, Counter[int]]:
    """The days to the outcome that stands. One query."""
    keys = {"took": _DaysBetween("resolved_on", "received_on")} | ({"part": group} if group else {})
    found: dict[Any, Counter[int]] = defaultdict(Counter)
    resolved = rows.filter(_MATTER, resolved_on__isnull=False)
    table: Any = resolved.values(**keys).annotate(n=Count("pk"))
    for row in table:
        found[row.get("part")][row["took"]] += row["n"]
    return found


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
    parts = [
        Part(key, *known.get(key, (str(key or ""), {})), figures)
        for key, figures in found.items()
    ]
    return tuple(sorted(parts, key=lambda part: (part.key is None, -part.figures.received, part.name)))


def _rows(model: type[Any], ids: Iterable[int], name: str) -> Iterable[tuple[int, str, dict[str, str]]]:
    rows: Iterable[tuple[int, str, dict[str, str]]] = model.objects.filter(pk__in=ids).values_list(
        "pk", name, "names"
    )
    return rows
