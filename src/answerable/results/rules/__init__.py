"""Decide: numbers, measures, progress, and what leads from a draft to an approved value. No Django."""

from .measures import (
    CORRECTIONS,
    COUNTS,
    LEVELS,
    NO_BASELINE,
    NO_DATA,
    RETURNS,
    SOURCES,
    STATES,
    Level,
    Measure,
    Reading,
    check_reading,
    check_sample,
    share_of,
    together,
    value_of,
)
from .numbers import LARGEST, ONE, read_number, said_number, said_value
from .progress import Progress, is_against, progress_of

__all__ = [
    "CORRECTIONS",
    "COUNTS",
    "LARGEST",
    "LEVELS",
    "NO_BASELINE",
    "NO_DATA",
    "ONE",
    "RETURNS",
    "SOURCES",
    "STATES",
    "Level",
    "Measure",
    "Progress",
    "Reading",
    "check_reading",
    "check_sample",
    "is_against",
    "progress_of",
    "read_number",
    "said_number",
    "said_value",
    "share_of",
    "together",
    "value_of",
]
