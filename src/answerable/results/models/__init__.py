"""Tables of results: what was aimed at, where it began, what was reached, by period and area. Numbers are whole
ten-thousandths (rules/numbers.py), so that nothing is rounded on its way."""

from .actuals import Actual, ActualEvidence, ActualNote
from .capacity import AbilityLook, FacilityLook, Training
from .framework import Baseline, Framework, Goal, Indicator, Period, Target
from .scores import Scorecard, ScorecardPart

__all__ = [
    "AbilityLook",
    "Actual",
    "ActualEvidence",
    "ActualNote",
    "Baseline",
    "FacilityLook",
    "Framework",
    "Goal",
    "Indicator",
    "Period",
    "Scorecard",
    "ScorecardPart",
    "Target",
    "Training",
]
