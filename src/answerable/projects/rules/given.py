"""What can be given other than money, and how it is measured."""

from __future__ import annotations

from answerable.projects.problems import MeasureUnfit

GIFTS = ("labour", "goods", "land", "tools", "other")
#: `work-days`: one grown-up's work on one day, added up over everybody.
MEASURES = (
    "work-days",
    "pieces",
    "bags",
    "kilograms",
    "cubic-metres",
    "square-metres",
    "days-of-use",
    "meals",
)
#: In what each kind can be counted; what is something else, in anything.
FITTING = {
    "labour": ("work-days",),
    "goods": ("pieces", "bags", "kilograms", "cubic-metres", "square-metres", "meals"),
    "land": ("square-metres", "pieces"),
    "tools": ("days-of-use", "pieces"),
}


def check_measure(kind: str, measure: str) -> None:
    """Raise MeasureUnfit where a kind can't be counted so."""
    fitting = FITTING.get(kind, MEASURES)
    if measure not in fitting:
        raise MeasureUnfit(field="measure", kind=kind, measure=measure, allowed=", ".join(fitting))
