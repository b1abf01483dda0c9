"""Ask: the scores of places from their approved values, their history, and how they are spread. No list of ranks.

Scores are computed from the values as they are published (rounded where they count people or cases, absent where they
are hidden): everybody can compute them again, and none gives a hidden number away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from answerable.places.models import Area
from answerable.places.selectors import below, in_use, placed

from .models import Actual, Baseline, Framework, Period, Scorecard, ScorecardPart, Target
from .published import shown
from .rules import ONE, Reading, value_of
from .rules.scores import Exit, Part, Score, exit_of, passes, score_of


@dataclass(frozen=True)
class Held:
    """A place held against a scorecard: its score in each period that has begun, and whether its exit counts."""

    area_id: int
    scores: dict[int, Score]
    passed: dict[int, bool | None]
    exit: Exit | None

    def latest(self, periods: Sequence[Period]) -> Score | None:
        """The score of the last of these periods in which there is one to say."""
        for period in reversed(periods):
            found = self.scores.get(period.pk)
            if found is not None and found.stands is not None:
                return found
        return None


def scorecards_of(framework: Framework) -> list[Scorecard]:
    """The scorecards of a framework. One query."""
    cards = list(Scorecard.objects.filter(framework=framework).order_by("pk"))
    for card in cards:
        card.framework = framework
    return cards


def held_against(card: Scorecard, areas: Sequence[int], today: date) -> tuple[list[Period], dict[int, Held]]:
    """The places by id, each held against a scorecard; and the periods that have begun. Five queries in all."""
    periods = list(
        Period.objects.filter(framework=card.framework_id, starts_on__lte=today).order_by("starts_on")
    )
    parts = list(
        ScorecardPart.objects.filter(scorecard=card).select_related("indicator").order_by("position", "pk")
    )
    wanted = [part.indicator_id for part in parts]
    baselines: dict[tuple[int, int], Reading] = {}
    targets: dict[tuple[int, int, int], Reading] = {}
    if any(part.full_e4 is None for part in parts):
        baselines = {
            (row.indicator_id, row.area_id): row.reading
            for row in Baseline.objects.filter(indicator__in=wanted, area__in=areas)
        }
        targets = {
            (row.indicator_id, row.period_id, row.area_id): row.reading
            for row in Target.objects.filter(indicator__in=wanted, area__in=areas)
        }
    actuals = {
        (row.indicator_id, row.period_id, row.area_id): row
        for row in Actual.objects.filter(
            indicator__in=wanted, period__in=periods, area__in=areas, state="approved"
        ).order_by("n")
    }

    def part_at(part: ScorecardPart, period: int, area: int) -> Part:
        row = actuals.get((part.indicator_id, period, area))
        own = area == card.framework.area_id
        floor, full = _exact(part.floor_e4), _exact(part.full_e4)
        if part.full_e4 is None:
            floor = _public(part, baselines.get((part.indicator_id, area)), own=own)
            full = value_of(targets.get((part.indicator_id, period, area)))
        if floor is None and full is not None and not part.indicator.ascending:
            # Which way is up follows from the indicator where no floor says it.
            floor = full + 1
        return Part(
            key=part.indicator.key,
            weight=part.weight,
            value=_public(part, row.reading, own=own) if row is not None else None,
            margin=_exact(row.margin_e4) if row is not None else None,
            floor=floor,
            full=full,
        )

    held = {}
    over = [period.pk for period in periods if period.ends_on < today]
    for area in areas:
        scores = {
            period.pk: score_of(
                card.formula, [part_at(part, period.pk, area) for part in parts], card.needs_percent
            )
            for period in periods
        }
        passed = {pk: passes(score, _exact(card.passes_e4)) for pk, score in scores.items()}
        exit_ = exit_of([passed[pk] for pk in over], card.in_a_row) if card.passes_e4 is not None else None
        held[area] = Held(area, scores, passed, exit_)
    return periods, held


def _public(part: ScorecardPart, reading: Reading | None, *, own: bool) -> Fraction | None:
    found = shown(part.indicator, reading, own=own)
    return found.value if found is not None else None


def _exact(e4: int | None) -> Fraction | None:
    return Fraction(e4, ONE) if e4 is not None else None


@dataclass(frozen=True)
class Spread:
    """How the scores of the villages of an area are spread: how many villages stand in each class, and how many have none."""

    classes: tuple[tuple[int, int, int], ...]
    scored: int
    unscored: int
    exits: int

    @property
    def villages(self) -> int:
        """All of them."""
        return self.scored + self.unscored

    @property
    def most(self) -> int:
        """The largest class, for the length of bars."""
        return max((count for _, _, count in self.classes), default=0)


def spread_of(card: Scorecard, area: Area, today: date) -> Spread:
    """The spread of a scorecard over the villages of an area: by whole stars, or by twenty points. Six queries."""
    rows = Area.objects.filter(below(placed(area)), in_use(today), level__is_village=True)
    villages = list(rows.values_list("pk", flat=True)[:20_000])
    reported = set(
        Actual.objects.filter(
            indicator__framework=card.framework_id, area__in=villages, state="approved"
        ).values_list("area_id", flat=True)
    )
    periods, held = held_against(card, sorted(reported), today)
    scores = [found for one in held.values() if (found := one.latest(periods)) is not None]
    classes: dict[tuple[int, int], int] = defaultdict(int)
    for low, high in _classes(card, scores):
        classes[low, high] = 0
    for score in scores:
        for low, high in classes:
            if (
                score.stands is not None
                and low <= score.stands
                and (score.stands < high + 1 or high >= score.out_of)
            ):
                classes[low, high] += 1
                break
    return Spread(
        classes=tuple((low, high, count) for (low, high), count in classes.items()),
        scored=len(scores),
        unscored=len(villages) - len(scores),
        exits=sum(1 for one in held.values() if one.exit is not None and one.exit.is_met),
    )


def _classes(card: Scorecard, scores: Iterable[Score]) -> list[tuple[int, int]]:
    if card.formula == "points":
        return [(0, 19), (20, 39), (40, 59), (60, 79), (80, 100)]
    most = max((score.out_of for score in scores), default=0)
    return [(n, n) for n in range(most + 1)] if most <= 12 else [(0, most // 2), (most // 2 + 1, most)]
