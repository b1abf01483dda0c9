"""Setting scorecards. What was published stays: another weight is another scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel.labels import clean_key, clean_names
from answerable.results.models import Framework, Indicator, Scorecard, ScorecardPart
from answerable.results.problems import PartUnfit, Settled
from answerable.results.rules import Measure
from answerable.results.rules.scores import FORMULAS, IN_A_ROW, MOST_WEIGHT

from .core import Outcome, choice, note, place_of, put
from .setting import NAME_LIMIT


def set_scorecard(
    *,
    actor: Actor,
    framework: Framework,
    key: str,
    names: Mapping[str, str],
    formula: str,
    passes: int | None = None,
    in_a_row: int = IN_A_ROW,
    needs_percent: int = 100,
) -> tuple[Scorecard, Outcome]:
    """A composite; `passes` in ten-thousandths. Raises Denied, ChoiceUnknown, Settled, PartUnfit."""
    choice(formula, FORMULAS, "formula")
    if not (1 <= in_a_row <= 12 and 1 <= needs_percent <= 100):
        raise PartUnfit(field="in_a_row", key=key[:60], most=MOST_WEIGHT)
    key = clean_key(key)
    how = {"formula": formula, "passes_e4": passes, "in_a_row": in_a_row, "needs_percent": needs_percent}
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        there = Scorecard.objects.filter(framework=framework, key=key).first()
        same = there is not None and all(getattr(there, name) == value for name, value in how.items())
        if framework.published_on is not None and not same:
            raise Settled(field="formula", what=key)
        words = clean_names(names, limit=NAME_LIMIT)
        row, outcome = put(Scorecard, there, {"framework": framework, "key": key}, {"names": words, **how})
        note(act, outcome, "results.scorecard-set", scorecard=row.pk, formula=formula)
    return row, outcome


def set_part(
    *,
    actor: Actor,
    scorecard: Scorecard,
    indicator: Indicator,
    weight: int,
    floor: int | None = None,
    full: int | None = None,
    position: int | None = None,
) -> tuple[ScorecardPart, Outcome]:
    """One indicator of a scorecard; floor and full in ten-thousandths. Raises Denied, PartUnfit, Settled."""
    fits = indicator.framework_id == scorecard.framework_id and indicator.measure != Measure.QUALITATIVE
    if not fits or not 1 <= weight <= MOST_WEIGHT or (floor is not None and full is None):
        raise PartUnfit(field="weight" if fits else "key", key=indicator.key, most=MOST_WEIGHT)
    values = {"weight": weight, "floor_e4": floor, "full_e4": full}
    framework = scorecard.framework
    with acting(actor, Right.SET_RESULTS, framework.area) as act:
        there = ScorecardPart.objects.filter(scorecard=scorecard, indicator=indicator).first()
        same = there is not None and all(getattr(there, name) == value for name, value in values.items())
        if framework.published_on is not None and not same:
            raise Settled(field="weight", what=scorecard.key)
        row, outcome = put(
            ScorecardPart,
            there,
            {"scorecard": scorecard, "indicator": indicator},
            {
                **values,
                "position": place_of(there, position, ScorecardPart.objects.filter(scorecard=scorecard)),
            },
        )
        note(act, outcome, "results.part-set", part=row.pk, scorecard=scorecard.pk, weight=weight)
    return row, outcome
