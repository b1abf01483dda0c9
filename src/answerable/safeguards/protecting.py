"""Which counts of a published table may be shown, so that no reader can work a small one out (TRUST.md B5).

The 10-5 rule hides counts below ten and rounds the others to fives. A reader who also knows that parts add up to a total
can do more: under a total of 20 two hidden parts can only be nine and nine. So after rounding we do what such a reader would
do, and withhold further counts until every hidden one can still have at least five values. This is complementary suppression
(Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).

The reading is bounds consistency over the sums, and over what is left of each sum without one of its parts. That is exact
where sums form a tree, as areas do. Where they cross (areas by states of a case) a linear solver could see more in principle;
the tests let one try, and it must find nothing narrower than five values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .suppression import HIDDEN_BELOW, STEP, PublicCount, public_count

#: A hidden count keeps at least so many possible values for whoever reads the whole table.
NARROWEST = 5
_ENDLESS = 10**15


@dataclass(frozen=True)
class Adds:
    """One count is the sum of others, and every reader knows that. All name counts by their place in the list."""

    total: int
    parts: tuple[int, ...]
    #: Beside each part, if at all: the place of what is left of the total without it.
    rests: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What a table says at one place: a count under the 10-5 rule, or that it is withheld."""

    count: PublicCount
    withheld: bool = False

    @property
    def value(self) -> int | None:
        """The rounded number, where one is shown."""
        return None if self.withheld else self.count.value


@dataclass
class _Table:
    """Counts with what is known of them."""

    sums: Sequence[Adds]
    lowest: list[int]
    highest: list[int]

    def narrow(self) -> None:
        """Draw every conclusion, until there is none left."""
        while True:
            changed = False
            for one in self.sums:
                changed |= self._add_up(one)
            for one in reversed(self.sums):
                changed |= self._add_up(one)
            if not changed:
                return

    def _add_up(self, one: Adds) -> bool:
        least = sum(self.lowest[part] for part in one.parts)
        most = sum(self.highest[part] for part in one.parts)
        changed = self._lift(one.total, least) | self._press(one.total, most)
        floor, roof = self.lowest[one.total], self.highest[one.total]
        for at, part in enumerate(one.parts):
            low, high = self.lowest[part], self.highest[part]
            fewest, fullest = least - low, most - high
            if one.rests:
                rest = one.rests[at]
                changed |= self._lift(rest, max(fewest, floor - high)) | self._press(
                    rest, min(fullest, roof - low)
                )
                fewest, fullest = max(fewest, self.lowest[rest]), min(fullest, self.highest[rest])
            changed |= self._lift(part, floor - fullest) | self._press(part, roof - fewest)
        return changed

    def _lift(self, place: int, low: int) -> bool:
        if low <= self.lowest[place]:
            return False
        self.lowest[place] = low
        return True

    def _press(self, place: int, high: int) -> bool:
        if high >= self.highest[place]:
            return False
        self.highest[place] = high
        return True


def bounds(shown: Sequence[Shown | None], sums: Sequence[Adds]) -> list[tuple[int, int]]:
    """The least and the most that each count can be, for who knows the table, its sums and the 10-5 rule.

    `shown[i]` is None for a count that is never published but takes part in a sum.
    """
    table = _Table(sums, [_range(one)[0] for one in shown], [_range(one)[1] for one in shown])
    table.narrow()
    return list(zip(table.lowest, table.highest, strict=True))


def protect(
    counts: Sequence[int],
    sums: Sequence[Adds],
    unpublished: Iterable[int] = (),
) -> list[Shown | None]:
    """How each true count may be shown: rounded, hidden, or withheld because it would give a hidden one away.

    Counts at the places in `unpublished` take part in sums and are never shown (None). Raises ValueError when a sum doesn't
    add up or a count is negative: a wrong table must not be published.
    """
    _check(counts, sums)
    silent = set(unpublished)
    shown: list[Shown | None] = [
        None if place in silent else Shown(public_count(count)) for place, count in enumerate(counts)
    ]
    groups = [(one.total, *one.parts) for one in sums]
    loosened = True
    while loosened:
        loosened = False
        for place in _tight(shown, sums):
            loosened |= _loosen(place, shown, groups)
    return shown


def _tight(shown: list[Shown | None], sums: Sequence[Adds]) -> list[int]:
    """Hidden counts that a reader can narrow too far; of those that stand together only the first."""
    found, told, ours = bounds(shown, sums), [], set[int]()
    for place, one in enumerate(shown):
        low, high = found[place]
        if one is not None and one.count.hidden and high - low + 1 < NARROWEST and place not in ours:
            told.append(place)
            ours.update(*(one.parts for one in sums if place in one.parts))
    return told


def _loosen(place: int, shown: list[Shown | None], groups: Sequence[tuple[int, ...]]) -> bool:
    """Withhold one more shown count that bears on a hidden one: the smallest of the nearest. False: there is none."""
    reached, edge = {place}, {place}
    while edge:
        near = {other for group in groups if edge.intersection(group) for other in group}
        edge = near - reached
        reached |= edge
        options = [(one.value, other) for other in edge if (one := shown[other]) and one.value is not None]
        if options:
            _, other = min(options)
            one = shown[other]
            assert one is not None  # noqa: S101 - it was among the options
            shown[other] = Shown(one.count, withheld=True)
            return True
    return False


def _range(one: Shown | None) -> tuple[int, int]:
    """What the rule alone says of a count."""
    if one is None:
        return 0, _ENDLESS
    if one.withheld:
        return HIDDEN_BELOW, _ENDLESS
    if one.count.value is None:
        return 0, HIDDEN_BELOW - 1
    return max(HIDDEN_BELOW, one.count.value - STEP // 2), one.count.value + STEP // 2


def _check(counts: Sequence[int], sums: Sequence[Adds]) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("a count can't be negative")
    for one in sums:
        if counts[one.total] != sum(counts[part] for part in one.parts):
            raise ValueError(f"the count at {one.total} is not the sum of its parts")
