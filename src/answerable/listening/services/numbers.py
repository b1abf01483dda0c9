"""Numbers of cases: drawn at random, so that gaps in them give nothing away.

A running number would: the numbers that an office never sees are the sensitive cases, and their
neighbours' days date them.
"""

from __future__ import annotations

import secrets

from answerable.listening.models import Case

#: Nine digits: short enough to read out, enough for hundreds of millions of cases.
LOWEST, HIGHEST = 100_000_000, 999_999_999


def fresh_numbers(count: int) -> list[int]:
    """That many numbers no case has yet. One query, mostly."""
    found: dict[int, None] = {}
    while len(found) < count:
        drawn = {LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1) for _ in range(count - len(found))}
        taken = set(Case.objects.filter(pk__in=drawn).values_list("pk", flat=True))
        found.update(dict.fromkeys(drawn - taken))
    return list(found)
