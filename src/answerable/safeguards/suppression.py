"""The one door for every published count of people, feedback or cases (TRUST.md B5, the 10-5 rule).

Below 10, zero included, is hidden; from 10 on the nearest 5 is shown. Totals are rounded from the
true total and never summed from rounded parts. Shares come from the rounded numbers, with a
denominator of at least 20, in steps of 5. Counts of things (taps, metres, contracts) are exact and
do not come here.
"""

from __future__ import annotations

from dataclasses import dataclass

HIDDEN_BELOW = 10
STEP = 5
SHARE_NEEDS = 20


@dataclass(frozen=True)
class PublicCount:
    """A count as it may be published: `value` is None when it is hidden."""

    value: int | None

    @property
    def hidden(self) -> bool:
        """True for fewer than 10."""
        return self.value is None

    def __str__(self) -> str:
        return f"<{HIDDEN_BELOW}" if self.value is None else str(self.value)


def public_count(count: int) -> PublicCount:
    """A true count as it may be published. Raises ValueError below zero."""
    if count < 0:
        raise ValueError("a count can't be negative")
    if count < HIDDEN_BELOW:
        return PublicCount(None)
    return PublicCount((count + STEP // 2) // STEP * STEP)


def public_share(part: PublicCount, whole: PublicCount) -> int | None:
    """Percent in steps of 5 from two published counts, or None where it would say too much."""
    if part.value is None or whole.value is None or whole.value < SHARE_NEEDS:
        return None
    percent = min(100 * part.value / whole.value, 100.0)
    return int((percent + STEP / 2) // STEP * STEP)


def public_days(days: int | None, out_of: int) -> int | None:
    """A median or percentile of days, only where at least 10 cases stand behind it."""
    return days if days is not None and out_of >= HIDDEN_BELOW else None
