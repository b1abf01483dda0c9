"""In which stratum a unit is: its kind, a third of the money, and how much was heard in its place, as published.

How much was heard is read from the published figures alone: a list says nothing that they don't say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from answerable.verification.problems import SampleTooLarge, SampleTooSmall

#: What is looked at. Visits are drawn apart, to look at those who looked.
KINDS = ("project", "asset", "payment", "visit")
#: From so many published voices on, a place is of the second and of the third band.
HEARD_SOME, HEARD_MUCH = 10, 50
LARGEST_SAMPLE = 20_000


@dataclass(frozen=True)
class Unit:
    """Something that can be drawn: its public name, its kind, its money (None: none is known), what was heard there."""

    key: str
    kind: str
    currency: str = ""
    units: int | None = None
    heard: int | None = None


def strata_of(units: Iterable[Unit]) -> list[tuple[str, str]]:
    """(name, stratum) of each unit: `project-m2-c1` is a project of the middle third of money in a place with some voices.

    Money is compared within one kind and currency; m0 has none. Equal sums are in one band.
    """
    rows = list(units)
    sums: dict[tuple[str, str], list[int]] = {}
    for one in rows:
        if one.units is not None:
            sums.setdefault((one.kind, one.currency), []).append(one.units)
    steps = {key: _thirds(sorted(values)) for key, values in sums.items()}
    return [(one.key, f"{one.kind}-m{_money(one, steps)}-c{_heard(one.heard)}") for one in rows]


def _thirds(values: Sequence[int]) -> tuple[int, int]:
    return values[len(values) // 3], values[2 * len(values) // 3]


def _money(unit: Unit, steps: Mapping[tuple[str, str], tuple[int, int]]) -> int:
    if unit.units is None:
        return 0
    low, high = steps[unit.kind, unit.currency]
    return 1 + (unit.units >= low) + (unit.units >= high) if low < high else 1 + (unit.units >= high)


def _heard(count: int | None) -> int:
    return 0 if count is None or count < HEARD_SOME else 1 if count < HEARD_MUCH else 2


def weight_of(stratum: str) -> int:
    """How much more often units of a stratum are drawn: once for its place, more for much money and many voices."""
    _, money, heard = stratum.rsplit("-", 2)
    return max(1, int(money[1:])) * (1 + int(heard[1:]))


def wanted_of(units: Iterable[tuple[str, str]], total: int) -> dict[str, int]:
    """How many are drawn of each stratum: one of each at least, the rest by size and weight (largest remainders).

    Raises SampleTooSmall, SampleTooLarge.
    """
    sizes = Counter(stratum for _, stratum in units)
    if total > LARGEST_SAMPLE or total > sum(sizes.values()):
        raise SampleTooLarge(field="wanted", most=min(LARGEST_SAMPLE, sum(sizes.values())))
    if total < len(sizes) or total < 1:
        raise SampleTooSmall(field="wanted", fewest=max(1, len(sizes)))
    found = dict.fromkeys(sorted(sizes), 1)
    while left := total - sum(found.values()):
        room = {key: sizes[key] * weight_of(key) for key in found if found[key] < sizes[key]}
        whole = sum(room.values())
        shares = {key: left * size for key, size in room.items()}
        for key, share in shares.items():
            found[key] = min(sizes[key], found[key] + share // whole)
        left = total - sum(found.values())
        fullest = sorted(
            (key for key in room if found[key] < sizes[key]), key=lambda key: (-(shares[key] % whole), key)
        )
        for key in fullest[: min(left, len(fullest))]:
            found[key] += 1
    return found
