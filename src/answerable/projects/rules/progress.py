"""How far a project is: its milestones, or its parts by their weights. Nothing is rounded up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .phases import Phase

_BUILT = frozenset({Phase.COMPLETION, Phase.COMPLETED})


@dataclass(frozen=True)
class Part:
    """One part of a project: its weight, and how far it is (None: it was cancelled and no longer counts)."""

    weight: int
    progress: Fraction | None


def own_progress(phase: Phase | str, reached: int, planned: int) -> Fraction | None:
    """How far a project without parts is: milestones reached of those planned and not dropped.

    Without milestones only the claim counts: nothing before it, the whole after it. None when cancelled.
    """
    if Phase(phase) is Phase.CANCELLED:
        return None
    if planned:
        return Fraction(reached, planned)
    return Fraction(1 if Phase(phase) in _BUILT else 0)


def rolled_up(parts: Sequence[Part]) -> Fraction | None:
    """How far a project is whose parts are that far: their mean by weight, cancelled ones left out."""
    counted = [(part.weight, part.progress) for part in parts if part.progress is not None]
    if not counted:
        return None
    total = sum(weight for weight, _ in counted)
    return sum((weight * progress for weight, progress in counted), Fraction(0)) / total


def percent_done(progress: Fraction | None) -> int | None:
    """Whole percent, rounded down: 100 is said only of what is whole."""
    return None if progress is None else int(progress * 100)


def shares(weights: Sequence[int]) -> list[Fraction]:
    """What share of the whole each weight is."""
    total = sum(weights)
    return [Fraction(weight, total) for weight in weights]
