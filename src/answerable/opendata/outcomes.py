"""Published frameworks as results of IATI activities: baselines, targets and approved values, by period and place.

Numbers are those that our own pages publish: counts of people and cases are rounded, and a value that is too small to be
said is left out, as is one that there is none of (the standard wants a number or nothing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from answerable.places.models import Area
from answerable.results.models import Actual, ActualNote, Baseline, Framework, Goal, Indicator, Period, Target
from answerable.results.published import Shown, is_hidden, shown, wanted
from answerable.results.rules import said_value
from answerable.results.selectors import public_notes

from .iati import elements as iati

#: IATI ResultType and IndicatorMeasure.
TYPES = {"output": "1", "outcome": "2", "impact": "3"}
MEASURES = {"unit": "1", "percentage": "2", "ordinal": "4", "qualitative": "5"}


@dataclass(frozen=True)
class Outcomes:
    """The results of one framework, and the places that they name."""

    results: tuple[iati.Result, ...]
    areas: tuple[Area, ...]


def published(frameworks: Iterable[Framework]) -> dict[int, Outcomes]:
    """The results of each of these frameworks, by its id. Seven queries for all of them."""
    rows = [row for row in frameworks if row.published_on is not None]
    goals = Goal.objects.filter(framework__in=rows).order_by("position", "pk")
    indicators = list(Indicator.objects.filter(framework__in=rows).order_by("position", "pk"))
    parts = _Parts.load(rows, indicators)
    by_goal: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        by_goal[indicator.goal_id].append(indicator)
    results: dict[int, list[iati.Result]] = defaultdict(list)
    for goal in goals:
        # The standard knows no result without an indicator.
        if by_goal[goal.pk]:
            results[goal.framework_id].append(
                iati.Result(
                    type=TYPES[goal.level],
                    title=iati.Text(narratives=iati.said(goal.names)),
                    indicators=tuple(parts.indicator(one) for one in by_goal[goal.pk]),
                )
            )
    return {
        row.pk: Outcomes(
            tuple(results[row.pk]),
            tuple(
                sorted(
                    {
                        area.pk: area
                        for one in indicators
                        if one.framework_id == row.pk
                        for area in parts.areas[one.pk]
                    }.values(),
                    key=lambda area: (area.depth, area.pk),
                )
            ),
        )
        for row in rows
    }


@dataclass(frozen=True)
class _Parts:
    """What stands beside the indicators in other tables."""

    #: The own area of each framework.
    wholes: dict[int, int]
    periods: dict[int, list[Period]]
    baselines: dict[int, list[Baseline]]
    targets: dict[tuple[int, int], list[Target]]
    actuals: dict[tuple[int, int], list[Actual]]
    notes: dict[int, ActualNote]
    areas: dict[int, list[Area]]

    @classmethod
    def load(cls, frameworks: Sequence[Framework], indicators: Sequence[Indicator]) -> _Parts:
        found = cls(
            {row.pk: row.area_id for row in frameworks},
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
            {},
            defaultdict(list),
        )
        for period in Period.objects.filter(framework__in=frameworks).order_by("starts_on"):
            found.periods[period.framework_id].append(period)
        for base in (
            Baseline.objects.filter(indicator__in=indicators)
            .select_related("area")
            .order_by("area__depth", "area_id")
        ):
            found.baselines[base.indicator_id].append(base)
            found.areas[base.indicator_id].append(base.area)
        for target in (
            Target.objects.filter(indicator__in=indicators)
            .select_related("area")
            .order_by("area__depth", "area_id")
        ):
            found.targets[target.indicator_id, target.period_id].append(target)
            found.areas[target.indicator_id].append(target.area)
        rows = (
            Actual.objects.filter(indicator__in=indicators, state="approved")
            .select_related("area")
            .order_by("n")
        )
        last = {(row.indicator_id, row.period_id, row.area_id): row for row in rows}
        for row in sorted(last.values(), key=lambda one: (one.area.depth, one.area_id)):
            found.actuals[row.indicator_id, row.period_id].append(row)
            found.areas[row.indicator_id].append(row.area)
        found.notes.update(public_notes(last.values()))
        return found

    def hides(self, row: Indicator, period: Period, whole: Actual) -> bool:
        """True for a whole with a part that is too small to be said."""
        return row.adds_up and any(
            is_hidden(row, part.reading)
            for part in self.actuals[row.pk, period.pk]
            if part.area_id != whole.area_id and (part.area.path or "").startswith(whole.area.path or "-")
        )

    def indicator(self, row: Indicator) -> iati.Indicator:
        """One indicator with its baselines and periods."""
        qualitative = row.measure == "qualitative"
        whole = self.wholes[row.framework_id]
        baselines = [
            iati.Baseline(year=str(base.year or ""), value=value, locations=_at(base.area_id))
            for base in self.baselines[row.pk]
            if (value := _value(shown(row, base.reading, own=base.area_id == whole)))
        ]
        periods = []
        for period in self.periods[row.framework_id]:
            targets = [
                iati.Measured(value=value, locations=_at(target.area_id))
                for target in self.targets[row.pk, period.pk]
                if (value := _value(wanted(target.reading)))
            ]
            actuals = []
            for actual in self.actuals[row.pk, period.pk]:
                note = self.notes.get(actual.pk)
                comment = iati.Text(narratives=iati.said({note.language: note.text})) if note else None
                value = (
                    ""
                    if qualitative or self.hides(row, period, actual)
                    else _value(shown(row, actual.reading, own=actual.area_id == whole))
                )
                if value or (qualitative and comment):
                    actuals.append(iati.Measured(value=value, locations=_at(actual.area_id), comment=comment))
            if targets or actuals:
                periods.append(
                    iati.Period(
                        start=period.starts_on,
                        end=period.ends_on,
                        targets=tuple(targets),
                        actuals=tuple(actuals),
                    )
                )
        return iati.Indicator(
            measure=MEASURES[row.measure],
            ascending=row.ascending,
            aggregation=row.adds_up,
            title=iati.Text(narratives=iati.said(row.names)),
            baselines=tuple(baselines),
            periods=tuple(periods),
        )


def _value(found: Shown | None) -> str:
    return said_value(found.value) if found is not None and not found.hidden else ""


def _at(area: int) -> tuple[iati.Ref, ...]:
    return (iati.Ref(ref=f"area-{area}"),)
