"""A framework as a sheet: the same that the import reads. Read in again, it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from answerable.places.models import Area, AreaCode

from .models import Actual, Baseline, Framework, Goal, Indicator, Period, Scorecard, ScorecardPart, Target
from .rules import Reading, said_number
from .sheets import written

Cells = dict[str, str]


def framework_file(framework: Framework, form: str = "csv") -> bytes:
    """The sheet as `csv` or `xlsx`: what is wanted, and the values that stand approved."""
    rows = list(rows_of(framework))
    languages = {column.partition(":")[2] for row in rows for column in row if ":" in column}
    return written(framework.key, rows, languages, form)


def rows_of(framework: Framework) -> Iterator[Cells]:
    """The rows of a framework in the order of their kinds."""
    codes = _Codes(framework)
    head = {
        "row": "framework",
        "key": framework.key,
        "area": codes.of(framework.area),
        **_names(framework.names),
    }
    yield head | {"project": framework.project.key if framework.project else ""}
    for goal in Goal.objects.filter(framework=framework).select_related("parent").order_by("position", "pk"):
        yield {
            "row": "goal", "key": goal.key, "level": goal.level,
            "parent": goal.parent.key if goal.parent else "", **_names(goal.names),
        }  # fmt: skip
    indicators = list(
        Indicator.objects.filter(framework=framework).select_related("goal").order_by("position", "pk")
    )
    yield from map(_indicator, indicators)
    for period in Period.objects.filter(framework=framework).order_by("starts_on"):
        yield {
            "row": "period", "key": period.key, "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
        }  # fmt: skip
    own = {"indicator__framework": framework}
    order = ("indicator__position", "indicator_id")
    for base in (
        Baseline.objects.filter(**own)
        .select_related("indicator", "area")
        .order_by(*order, "area__depth", "area_id")
    ):
        yield {
            "row": "baseline", "key": base.indicator.key, "area": codes.of(base.area),
            "year": str(base.year or ""), **_reading(base.reading),
        }  # fmt: skip
    placed = (*order, "period__starts_on", "area__depth", "area_id")
    for target in (
        Target.objects.filter(**own).select_related("indicator", "period", "area").order_by(*placed)
    ):
        yield {
            "row": "target", "key": target.indicator.key, "period": target.period.key,
            "area": codes.of(target.area), **_reading(target.reading),
        }  # fmt: skip
    actuals = Actual.objects.filter(**own, state="approved").select_related("indicator", "period", "area")
    last = {(row.indicator_id, row.period_id, row.area_id): row for row in actuals.order_by("n")}
    for row in sorted(
        last.values(),
        key=lambda one: (
            one.indicator.position,
            one.indicator_id,
            one.period.starts_on,
            one.area.depth,
            one.area_id,
        ),
    ):
        yield {
            "row": "actual", "key": row.indicator.key, "period": row.period.key, "area": codes.of(row.area),
            "correction": row.correction,
            "margin": _said(row.margin_e4),
            "sample": str(row.sample or ""), **_reading(row.reading),
        }  # fmt: skip

    yield from _scorecards(framework)


def _scorecards(framework: Framework) -> Iterator[Cells]:
    cards = list(Scorecard.objects.filter(framework=framework).order_by("pk"))
    for card in cards:
        yield {
            "row": "scorecard", "key": card.key, "formula": card.formula, "passes": _said(card.passes_e4),
            "in_a_row": str(card.in_a_row), "needs": str(card.needs_percent), **_names(card.names),
        }  # fmt: skip
    for part in (
        ScorecardPart.objects.filter(scorecard__in=cards)
        .select_related("scorecard", "indicator")
        .order_by("scorecard_id", "position", "pk")
    ):
        yield {
            "row": "part", "parent": part.scorecard.key, "key": part.indicator.key, "weight": str(part.weight),
            "floor": _said(part.floor_e4), "full": _said(part.full_e4),
        }  # fmt: skip


def _said(e4: int | None) -> str:
    return said_number(e4) if e4 is not None else ""


def _indicator(indicator: Indicator) -> Cells:
    return {
        "row": "indicator",
        "key": indicator.key,
        "parent": indicator.goal.key,
        "measure": indicator.measure,
        "direction": "up" if indicator.ascending else "down",
        "counts": indicator.counts,
        "decimals": str(indicator.decimals),
        "steps": str(indicator.steps or ""),
        "adds_up": "yes" if indicator.adds_up else "no",
        "computed_by": indicator.computed_by,
        "currency": indicator.currency,
        **_names(indicator.names),
        **_names(indicator.unit_words, "unit"),
    }


def _names(names: dict[str, str], column: str = "name") -> Cells:
    return {(column if tag == "en" else f"{column}:{tag}"): text for tag, text in names.items()}


def _reading(reading: Reading) -> Cells:
    said = {"value": reading.value, "numerator": reading.numerator, "denominator": reading.denominator}
    cells = {column: said_number(e4) for column, e4 in said.items() if e4 is not None}
    return cells | {"reason": reading.no_data}


class _Codes:
    """The code of each area that a sheet names, as `scheme:code`; empty for the framework's own."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._known: dict[int, str] = {}

    def of(self, area: Area) -> str:
        """The code by which the import finds it again."""
        if area.pk not in self._known:
            found = AreaCode.objects.filter(area=area).order_by("scheme", "code").first()
            self._known[area.pk] = f"{found.scheme}:{found.code}" if found else ""
        return self._known[area.pk]
