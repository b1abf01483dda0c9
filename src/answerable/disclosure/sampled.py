"""What may be published of a sample: the rule for small counts (docs/decisions/0010), applied to a share and its interval.

A share is estimated from a few answers, so the answers behind it pass the 10-5 rule: both those that stand for it and
those against it, and together at least twenty; then the share is said in steps of 5, and its interval in steps of 5
around it, so that no answer can be counted back from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from answerable.safeguards.suppression import SHARE_NEEDS, STEP, PublicCount, public_count


@dataclass(frozen=True)
class SampledShare:
    """A share as it may be published, in percent; all None where too few stand behind it."""

    answers: PublicCount
    share: int | None = None
    low: int | None = None
    high: int | None = None

    @property
    def withheld(self) -> bool:
        """True where nothing may be said of the share."""
        return self.share is None


def sampled_share(*, good: int, answers: int, value_e4: int, low_e4: int, high_e4: int) -> SampledShare:
    """The share of a sample as it may be published; `good` of `answers` stand for it. Raises ValueError for others."""
    if not (0 <= good <= answers and low_e4 <= high_e4 <= 10_000):
        raise ValueError("no share of a sample")
    whole, part, rest = public_count(answers), public_count(good), public_count(answers - good)
    if part.hidden or rest.hidden or whole.value is None or whole.value < SHARE_NEEDS:
        return SampledShare(whole)
    step = STEP * 100
    return SampledShare(
        whole,
        share=(value_e4 + step // 2) // step * STEP,
        low=low_e4 // step * STEP,
        high=-(-high_e4 // step) * STEP,
    )
