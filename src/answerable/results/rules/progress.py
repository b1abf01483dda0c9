"""How far a thing has come from where it began to what was wanted. What is missing is missing, never zero."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Progress:
    """`percent` of the way (0 the baseline, 100 the target; below and beyond are said as they are), whether the target
    is reached, and what is missing to say more: `baseline`, `target`, `actual`, or `way` when both are the same."""

    percent: Fraction | None = None
    reached: bool | None = None
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> int | None:
        """Whole percent towards zero: 99.9 is not yet 100."""
        return int(self.percent) if self.percent is not None else None

    @property
    def bar(self) -> int:
        """The same within 0 and 100, for a bar."""
        return max(0, min(100, self.whole or 0))


def progress_of(
    baseline: Fraction | None, target: Fraction | None, actual: Fraction | None, *, ascending: bool
) -> Progress:
    """Progress by rule: (actual - baseline) / (target - baseline)."""
    missing = tuple(
        name
        for name, value in (("baseline", baseline), ("target", target), ("actual", actual))
        if value is None
    )
    reached = None
    if target is not None and actual is not None:
        reached = actual >= target if ascending else actual <= target
    if baseline is None or target is None or actual is None:
        return Progress(None, reached, missing)
    if baseline == target:
        return Progress(None, reached, ("way",))
    return Progress((actual - baseline) / (target - baseline) * 100, reached)


def is_against(baseline: Fraction | None, target: Fraction | None, *, ascending: bool) -> bool:
    """True for a target that lies on the wrong side of its baseline."""
    if baseline is None or target is None:
        return False
    return target < baseline if ascending else target > baseline
