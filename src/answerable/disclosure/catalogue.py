"""The fixed catalogue: every table of counts of cases or people that is published by area, and nothing beside it."""

from __future__ import annotations

from .rules import Table

#: Matters that are not sensitive and were raised in the quarter: how many, how many of them had an answer on the day the
#: table was made, and how many were done then and confirmed.
CASES = Table(name="cases", measures=("heard", "answered", "confirmed"))

TABLES = {table.name: table for table in (CASES,)}
