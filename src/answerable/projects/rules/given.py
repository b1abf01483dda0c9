"""What can be given other than money, and how it is measured."""

from __future__ import annotations

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
