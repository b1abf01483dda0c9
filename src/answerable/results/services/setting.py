"""Setting a framework: goals, indicators, periods, baselines, targets; publishing it; locking a period for good.

Each `set_...` makes the thing or brings it to what is given, and says which; done twice, it changes nothing. What an
approved value rests on stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import check_days, clean_key, clean_names
from answerable.kernel.money import known_currency
from answerable.places.models import Area
from answerable.projects.models import Project
from answerable.results.computing import COMPUTATIONS
from answerable.results.models import Actual, Baseline, Framework, Goal, Indicator, Period, Target
from answerable.results.problems import (
    ActualsWaiting,
    BaselineMissing,
    ComputationUnfit,
    KeyTaken,
    ParentWrong,
    PeriodNotOver,
    PeriodOverlaps,
    Settled,
    StepUnknown,
    TargetAgainst,
)
from answerable.results.rules import (
    COUNTS,
    LEVELS,
    NO_BASELINE,
    Level,
    Measure,
    Reading,
    check_reading,
    is_against,
    said_value,
    value_of,
)
from answerable.results.rules.measures import ABOVE, MEASURES, MOST_STEPS, SMALL_NUMBERS

from .core import Outcome, check_inside, choice, columns_of, note, open_period, place_of, put

NAME_LIMIT = 200


def set_framework(
    *, actor: Actor, key: str, area: Area, names: Mapping[str, str], project: Project | None = None
) -> tuple[Framework, Outcome]:
    """A framework for an area and everything below it. Raises Denied, KeyRefused, NamesRefused, KeyTaken."""
    key, words = clean_key(key), clean_names(names, limit=NAME_LIMIT)
    with acting(actor, Right.SET_RESULTS, area) as act:
        there = Framework.objects.select_related("area").filter(key=key).first()
        if there is not None and there.area_id != area.pk:
            raise KeyTaken(field="key", key=key)
        values: dict[str, Any] = {"names": words, "project": project}
        if there is None:
            values["recorded_on"] = clock.today()
        row, outcome = put(Framework, there, {"key": key, "area": area}, values)
        note(act, outcome, "results.framework-set", framework=row.pk)
    return row, outcome


def set_goal(
    *,
    actor: Actor,
    framework: Framework,
    key: str,
    level: str,
    names: Mapping[str, str],
    parent: Goal | None = None,
    position: int | None = None,
) -> tuple[Goal, Outcome]:
    """An impact, an outcome or an output. Raises Denied, ChoiceUnknown, ParentWrong."""
    choice(level, LEVELS, "level")
    if parent is not None and (
        parent.framework_id != framework.pk or ABOVE.get(Level(level)) != Level(parent.level)
    ):
        raise ParentWrong(field="parent", key=key[:60], parent=parent.key)
    key, words = clean_key(key), clean_names(names, limit=NAME_LIMIT)
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        there = Goal.objects.filter(framework=framework, key=key).first()
        row, outcome = put(
            Goal,
            there,
            {"framework": framework, "key": key},
            {
                "level": level,
                "names": words,
                "parent": parent,
                "position": place_of(there, position, Goal.objects.filter(framework=framework)),
            },
        )
        note(act, outcome, "results.goal-set", goal=row.pk, framework=framework.pk, level=level)
    return row, outcome


def set_indicator(
    *,
    actor: Actor,
    goal: Goal,
    key: str,
    names: Mapping[str, str],
    measure: str,
    ascending: bool = True,
    adds_up: bool = False,
    counts: str = "things",
    decimals: int = 0,
    steps: int | None = None,
    unit_words: Mapping[str, str] | None = None,
    computed_by: str = "",
    currency: str = "",
    position: int | None = None,
) -> tuple[Indicator, Outcome]:
    """How a goal is measured. Raises Denied, ChoiceUnknown, StepUnknown, ComputationUnfit, CurrencyUnknown, Settled."""
    choice(measure, MEASURES, "measure")
    choice(counts, COUNTS, "counts")
    if measure == Measure.ORDINAL and not 2 <= (steps or 0) <= MOST_STEPS:
        raise StepUnknown(field="steps", given=str(steps or 0), steps=MOST_STEPS)
    _check_computation(computed_by, measure, counts)
    if currency or computed_by == "money-spent":
        currency = known_currency(currency)
    key = clean_key(key)
    kind = {
        "measure": measure,
        "ascending": ascending,
        "counts": counts,
        # People and cases come one by one; only shares of money and of things are finer.
        "decimals": 0
        if counts in SMALL_NUMBERS or measure in {"ordinal", "qualitative"}
        else min(decimals, 4),
        "steps": steps if measure == Measure.ORDINAL else None,
        "computed_by": computed_by,
        "currency": currency,
        "adds_up": adds_up and measure in {Measure.UNIT, Measure.PERCENTAGE},
    }
    with acting(actor, Right.SET_RESULTS, goal.framework.area) as act:
        there = Indicator.objects.filter(framework=goal.framework, key=key).first()
        if there is not None and any(getattr(there, name) != value for name, value in kind.items()):
            if there.actuals.filter(state="approved").exists():
                raise Settled(field="measure", what=key)
        values = {
            "goal": goal,
            "names": clean_names(names, limit=NAME_LIMIT),
            "unit_words": clean_names(unit_words, limit=60) if unit_words else {},
            "position": place_of(there, position, Indicator.objects.filter(framework=goal.framework)),
            **kind,
        }
        row, outcome = put(Indicator, there, {"framework": goal.framework, "key": key}, values)
        note(act, outcome, "results.indicator-set", indicator=row.pk, measure=measure, counts=counts)
    return row, outcome


def _check_computation(key: str, measure: str, counts: str) -> None:
    if not key:
        return
    choice(key, tuple(COMPUTATIONS), "computed_by")
    wanted = COMPUTATIONS[key]
    if (wanted.measure.value, wanted.counts) != (measure, counts):
        raise ComputationUnfit(
            field="computed_by", computation=key, measure=wanted.measure.value, counts=wanted.counts
        )


def set_period(
    *, actor: Actor, framework: Framework, key: str, starts_on: date, ends_on: date
) -> tuple[Period, Outcome]:
    """A time in which values are read. Raises Denied, DatesInDisorder, PeriodOverlaps, PeriodLocked, Settled."""
    check_days(starts_on, ends_on)
    key = clean_key(key, limit=20)
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        # The framework's row: two who set periods at once wait for each other.
        Framework.objects.select_for_update().get(pk=framework.pk)
        there = Period.objects.filter(framework=framework, key=key).first()
        others = Period.objects.filter(framework=framework, starts_on__lte=ends_on, ends_on__gte=starts_on)
        if there is not None:
            others = others.exclude(pk=there.pk)
            if (there.starts_on, there.ends_on) != (starts_on, ends_on):
                open_period(there)
                if there.actuals.filter(state="approved").exists():
                    raise Settled(field="starts_on", what=key)
        if (other := others.order_by("starts_on").first()) is not None:
            raise PeriodOverlaps(field="starts_on", period=key, other=other.key)
        row, outcome = put(
            Period, there, {"framework": framework, "key": key}, {"starts_on": starts_on, "ends_on": ends_on}
        )
        note(act, outcome, "results.period-set", period=row.pk, start=starts_on, end=ends_on)
    return row, outcome


def set_baseline(
    *, actor: Actor, indicator: Indicator, area: Area, reading: Reading, year: int | None = None
) -> tuple[Baseline, Outcome]:
    """Where an indicator stood in a place, with its year; or the reason why nobody knows.

    Raises Denied, PlaceOutside, BaselineMissing (without its year), Settled, and what check_reading does.
    """
    framework = indicator.framework
    check_inside(framework, area)
    measure = Measure(indicator.measure)
    if measure is not Measure.QUALITATIVE or reading.no_data:
        check_reading(
            reading, measure, reasons=NO_BASELINE, decimals=indicator.decimals, steps=indicator.steps,
            counted=indicator.counts in SMALL_NUMBERS,
        )  # fmt: skip
    if not reading.no_data and not 1900 <= (year or 0) <= 2200:
        raise BaselineMissing(field="year", indicator=indicator.key)
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        there = Baseline.objects.filter(indicator=indicator, area=area).first()
        values = {**columns_of(reading), "year": None if reading.no_data else year}
        if there is not None and any(getattr(there, name) != value for name, value in values.items()):
            if indicator.actuals.filter(area=area, state="approved").exists():
                raise Settled(field="value", what=indicator.key)
            _check_targets(indicator, area, reading)
        row, outcome = put(Baseline, there, {"indicator": indicator, "area": area}, values)
        note(act, outcome, "results.baseline-set", baseline=row.pk, indicator=indicator.pk, **_told(reading))
    return row, outcome


def _check_targets(indicator: Indicator, area: Area, baseline: Reading) -> None:
    for target in indicator.targets.filter(area=area):
        _check_way(indicator, baseline, target.reading)


def _check_way(indicator: Indicator, baseline: Reading, target: Reading) -> None:
    began, wanted = value_of(baseline), value_of(target)
    if is_against(began, wanted, ascending=indicator.ascending):
        raise TargetAgainst(
            field="value",
            target=said_value(wanted),
            baseline=said_value(began),
        )


def set_target(
    *, actor: Actor, indicator: Indicator, period: Period, area: Area, reading: Reading
) -> tuple[Target, Outcome]:
    """What is wanted by the end of a period in a place.

    Raises Denied, PlaceOutside, PeriodLocked, BaselineMissing, TargetAgainst, Settled, and what check_reading does.
    """
    framework = indicator.framework
    check_inside(framework, area)
    check_reading(
        reading, Measure(indicator.measure), reasons=(), decimals=indicator.decimals, steps=indicator.steps,
        counted=indicator.counts in SMALL_NUMBERS,
    )  # fmt: skip
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        there = Target.objects.filter(indicator=indicator, period=period, area=area).first()
        if there is None or there.reading != reading:
            open_period(period)
            baseline = Baseline.objects.filter(indicator=indicator, area=area).first()
            if baseline is None:
                raise BaselineMissing(field="value", indicator=indicator.key)
            _check_way(indicator, baseline.reading, reading)
            settled = Actual.objects.filter(indicator=indicator, period=period, area=area, state="approved")
            if settled.exists():
                raise Settled(field="value", what=indicator.key)
        row, outcome = put(
            Target, there, {"indicator": indicator, "period": period, "area": area}, columns_of(reading)
        )
        note(act, outcome, "results.target-set", target=row.pk, indicator=indicator.pk, **_told(reading))
    return row, outcome


def _told(reading: Reading) -> dict[str, Any]:
    """A reading in the body of an event: whole numbers and codes."""
    named: dict[str, Any] = {"value": reading.value, "part": reading.numerator, "whole": reading.denominator}
    return {name: value for name, value in named.items() if value is not None} | {"reason": reading.no_data}


def publish_framework(*, actor: Actor, framework: Framework) -> Framework:
    """Let everybody read it, from today on. There is no way back. Raises Denied."""
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        row = Framework.objects.select_for_update().get(pk=framework.pk)
        if row.published_on is not None:
            act.idle = True
        else:
            row.published_on = clock.today()
            row.save(update_fields=["published_on"])
            act.record("results.framework-published", framework=row.pk)
    return row


def lock_period(*, actor: Actor, period: Period) -> Period:
    """Lock a period that is over: from then on nothing in it changes, for nobody.

    Raises Denied, PeriodLocked, PeriodNotOver, ActualsWaiting.
    """
    with acting(actor, Right.SET_RESULTS, period.framework.area) as act:
        row = open_period(period)
        if row.ends_on >= clock.today():
            raise PeriodNotOver(field="period", period=row.key, day=row.ends_on.isoformat())
        if waiting := row.actuals.exclude(state="approved").count():
            raise ActualsWaiting(field="period", count=waiting)
        row.locked_on = clock.today()
        row.save(update_fields=["locked_on"])
        act.record("results.period-locked", period=row.pk, framework=period.framework_id)
    return row
