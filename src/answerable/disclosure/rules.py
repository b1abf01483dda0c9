"""What a table of counts is, when it is published, and how its counts may be shown: decisions without a database.

Tables are a fixed catalogue, by whole quarters that follow each other without overlap, and each is produced once: so two
releases share no matter, and their difference says nothing (TRUST.md B5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.safeguards.protecting import Adds, Shown, protect

#: Offices still answer what was said on a quarter's last days; the figures wait so long for them.
WAIT_DAYS = 14


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, by its first day."""

    first: date

    def __post_init__(self) -> None:
        if self.first.day != 1 or self.first.month not in (1, 4, 7, 10):
            raise ValueError(f"{self.first} is not the first day of a quarter")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that a day lies in."""
        return cls(date(day.year, (day.month - 1) // 3 * 3 + 1, 1))

    @classmethod
    def read(cls, text: str) -> Quarter:
        """The quarter that a text like "2026-Q3" names. Raises ValueError."""
        year, _, number = text.partition("-Q")
        if not (len(year) == 4 and year.isascii() and year.isdecimal() and number in {"1", "2", "3", "4"}):
            raise ValueError(f"{text!r} names no quarter")
        return cls(date(int(year), int(number) * 3 - 2, 1))

    def __str__(self) -> str:
        return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"

    @property
    def next(self) -> Quarter:
        """The quarter after."""
        return Quarter.of(self.first + timedelta(days=100))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def published_from(self) -> date:
        """The first day on which its figures may be published."""
        return self.next.first + timedelta(days=WAIT_DAYS)


def newest_due(today: date) -> Quarter:
    """The newest quarter whose figures may be published today."""
    quarter = Quarter.of(today - timedelta(days=WAIT_DAYS))
    return Quarter.of(quarter.first - timedelta(days=1))


def quarters_due(first: date, today: date) -> Iterator[Quarter]:
    """Every quarter that may be published today, from the one that `first` lies in on, oldest first."""
    quarter, newest = Quarter.of(first), newest_due(today)
    while quarter <= newest:
        yield quarter
        quarter = quarter.next


@dataclass(frozen=True)
class Table:
    """One table of the catalogue: counts by area.

    Its measures are a chain: who is counted in one is counted in the one before. A table whose measures part the whole
    between them (answered, waiting) would need far more withheld, for what readers can subtract themselves.
    """

    #: Its word in addresses and files.
    name: str
    measures: tuple[str, ...]

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each measure with the one that it is counted in."""
        return zip(self.measures[1:], self.measures, strict=False)


@dataclass(frozen=True)
class Line:
    """What a release says of one area: the rounded counts that are shown, and which are withheld; the rest is hidden."""

    area: int
    shown: Mapping[str, int]
    withheld: frozenset[str]


Counts = Mapping[str, int]


def lines_of(table: Table, above: Mapping[int, int | None], counts: Mapping[int, Counts]) -> list[Line]:
    """How the true counts of every area may be shown, by area id.

    `above` names every area of the release with the one it lies in; an area above that is not among them is none.
    `counts` are the matters recorded for the area itself, not below; an area without any has none. They are added up here.
    """
    tree = {area: up if up in above else None for area, up in above.items()}
    totals = _added_up(table, tree, counts)
    below: dict[int, list[int]] = {}
    for area, up in tree.items():
        if up is not None:
            below.setdefault(up, []).append(area)
    grid = _Grid(table)
    cells = {area: grid.stand(totals[area]) for area in tree}
    for area, children in below.items():
        parts = [cells[child] for child in children]
        if any(counts.get(area, {}).values()):
            # Recorded for the area as such: a part that readers may know of, and that has no line of its own.
            parts.append(grid.stand(counts[area]))
        grid.hang(cells[area], parts)
    shown = protect(grid.true, grid.sums, grid.silent)
    return [
        _line(table, area, {name: shown[cells[area][name]] for name in table.measures})
        for area in sorted(tree)
    ]


Cells = Mapping[str, int]


class _Grid:
    """Every count that readers know to exist, published or not, and every sum that they know of."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.true: list[int] = []
        self.sums: list[Adds] = []
        self.silent: set[int] = set()

    def stand(self, counts: Counts, *, silent: bool = False) -> Cells:
        """Put down the counts of one area and what each whole has left; return the place of each by its name."""
        own = {name: self._put(counts.get(name, 0), silent) for name in self.table.measures}
        for part, whole in self.table.pairs:
            left = f"{whole} less {part}"
            own[left] = self._put(self.true[own[whole]] - self.true[own[part]], True)
            self.sums.append(Adds(own[whole], (own[part], own[left])))
        return own

    def hang(self, total: Cells, parts: Sequence[Cells]) -> None:
        """An area is its parts together; and what it is without one of them hangs together like an area does."""
        rests: list[Cells] = []
        if len(parts) > 1:
            for part in parts:
                left = {name: self.true[total[name]] - self.true[part[name]] for name in self.table.measures}
                rests.append(self.stand(left, silent=True))
        self.sums += [
            Adds(total[name], tuple(part[name] for part in parts), tuple(rest[name] for rest in rests))
            for name in total
        ]

    def _put(self, count: int, silent: bool) -> int:
        self.true.append(count)
        if silent:
            self.silent.add(len(self.true) - 1)
        return len(self.true) - 1


def _line(table: Table, area: int, cells: Mapping[str, Shown | None]) -> Line:
    said = {name: cell for name, cell in cells.items() if cell is not None}
    return Line(
        area=area,
        shown={name: cell.value for name, cell in said.items() if cell.value is not None},
        withheld=frozenset(name for name, cell in said.items() if cell.withheld),
    )


def _added_up(
    table: Table, tree: Mapping[int, int | None], counts: Mapping[int, Counts]
) -> dict[int, dict[str, int]]:
    """The counts of each area with everything below it. Raises ValueError for an area of `counts` that is not there."""
    if strangers := set(counts) - set(tree):
        raise ValueError(f"counts of areas that are not in the release: {sorted(strangers)[:5]}")
    total = {area: dict.fromkeys(table.measures, 0) for area in tree}
    for area, own in counts.items():
        at: int | None = area
        while at is not None:
            for name in table.measures:
                total[at][name] += own.get(name, 0)
            at = tree[at]
    return total


def said(line: Line, measure: str) -> str:
    """One cell as files have it: the rounded count, "<10", or "withheld"."""
    if measure in line.withheld:
        return "withheld"
    return str(line.shown[measure]) if measure in line.shown else "<10"


def as_csv(table: Table, quarter: Quarter, lines: Iterable[Line]) -> str:
    """The release as the file whose digest stands in the register: always the same bytes for the same lines."""
    rows = [",".join(("quarter", "area", *table.measures))]
    rows += [
        ",".join((str(quarter), str(line.area), *(said(line, name) for name in table.measures)))
        for line in sorted(lines, key=lambda line: line.area)
    ]
    return "".join(f"{row}\n" for row in rows)


def digest_of(text: str) -> str:
    """The digest under which a release stands in the register."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
