"""From files to areas as plain values: both forms of table, and every doubt about a row as a fault."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from answerable.kernel.tables import Fault, Progress, Row, Table, cell_reader, read_table

from .area_mapping import AreaMapping, ColumnSpec, LevelMapping
from .area_names import LONGEST_CODE, first_name, made_code, title_case

#: Scheme and code: what an area is known by.
Key = tuple[str, str]
LONGEST_NAME = 200


@dataclass(slots=True)
class FoundArea:
    """An area as a file has it. No name: the file only points to it, and it has to be known."""

    level: LevelMapping
    key: Key
    parent: Key | None
    name: str
    names: dict[str, str]
    file: str
    line: int
    point: tuple[float, float] | None = None

    @property
    def place(self) -> str:
        """Where it was read."""
        return f"line {self.line} of {self.file}"


@dataclass
class Reading:
    """What the files hold: good areas in the order of the files, and everything that is to be told."""

    areas: dict[Key, FoundArea] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    digests: list[str] = field(default_factory=list)
    #: Areas that the files name, but that were kept out.
    kept_out: set[Key] = field(default_factory=set)


def read_areas(
    files: Iterable[Path], mapping: AreaMapping, known: Callable[[Key], bool], progress: Progress
) -> Reading:
    """Read the files. `known` says whether an area is in the tree already.

    Raises Problems for a file or a column that is not there; everything about rows becomes a fault.
    """
    reading = Reading()
    read = _LongReader(mapping, reading) if mapping.form == "long" else _WideReader(mapping, reading, known)
    for path in files:
        table = read_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
        reading.digests.append(table.sha256)
        if table.encoding == "cp1252" and mapping.encoding is None:
            reading.skipped[f"files read as cp1252, as {table.name} is no UTF-8"] += 1
        read.start(table)
        steps = progress(_data_rows(table, mapping, reading), total=table.lines, label=Path(table.name).name)
        for row in steps:
            reading.rows += 1
            read.row(row)
    if isinstance(read, _LongReader):
        read.keep_out(known)
    _drop_shared_points(reading, mapping.shared_by_at_least)
    return reading


def _data_rows(table: Table, mapping: AreaMapping, reading: Reading) -> Iterator[Row]:
    """Rows without repeated headers and HXL tags."""
    header = [column.casefold() for column in table.header]
    for row in table.rows(reading.faults, reading.skipped):
        cells = row.cells
        if mapping.repeated_headers and cells[0].strip().casefold() == header[0]:
            if [" ".join(cell.split()).casefold() for cell in cells] == header:
                reading.skipped["headers repeated among the rows"] += 1
                continue
        if mapping.hxl_tags and any(cell.startswith("#") for cell in cells):
            if all(cell.startswith("#") or not cell.strip() for cell in cells):
                reading.skipped["rows of HXL tags"] += 1
                continue
        yield row


class _Reader:
    """What both forms share: names, points, faults at a line."""

    def __init__(self, mapping: AreaMapping, reading: Reading) -> None:
        self.mapping = mapping
        self.reading = reading
        self.areas = reading.areas

    def start(self, table: Table) -> None:
        """Look the columns up in a file's header. Raises TableColumnMissing."""
        self.table = table
        self.latitude = self.column(self.mapping.latitude)
        self.longitude = self.column(self.mapping.longitude)

    def column(self, spec: ColumnSpec | None) -> Callable[[Row], str]:
        return cell_reader(self.table, spec, nulls=self.mapping.nulls)

    def name_columns(self, names: dict[str, ColumnSpec]) -> dict[str, Callable[[Row], str]]:
        return {tag: self.column(spec) for tag, spec in names.items()}

    def fault(self, row: Row, code: str, sentence: str) -> None:
        self.reading.faults.append(self.table.fault(row.line, code, sentence))

    def named(self, columns: dict[str, Callable[[Row], str]], row: Row) -> dict[str, str]:
        found = {tag: name for tag, read in columns.items() if (name := read(row))}
        if self.mapping.title_case:
            found = {tag: title_case(name) for tag, name in found.items()}
        return found

    def point(self, row: Row) -> tuple[float, float] | None:
        latitude, longitude = self.latitude(row), self.longitude(row)
        if not latitude and not longitude:
            return None
        try:
            point = float(latitude), float(longitude)
        except ValueError:
            point = (float("nan"), 0.0)
        if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            self.fault(
                row, "point-wrong", f"{latitude!r}, {longitude!r} is no point on earth. It is left out."
            )
            return None
        return point

    def too_long(self, row: Row, code: str, names: dict[str, str]) -> bool:
        if len(code) > LONGEST_CODE:
            self.fault(
                row, "code-too-long", f"The code {code[:40]!r}... has more than {LONGEST_CODE} characters."
            )
            return True
        if long := next((name for name in names.values() if len(name) > LONGEST_NAME), ""):
            self.fault(
                row, "name-too-long", f"The name {long[:40]!r}... has more than {LONGEST_NAME} characters."
            )
            return True
        return False


class _WideReader(_Reader):
    """A column for each level: each row is a chain of areas from the top down."""

    def __init__(self, mapping: AreaMapping, reading: Reading, known: Callable[[Key], bool]) -> None:
        super().__init__(mapping, reading)
        self.known = known
        self.lowest: dict[Key, str] = {}

    def start(self, table: Table) -> None:
        super().start(table)
        self.columns = [
            (level, self.column(level.code), self.name_columns(level.names)) for level in self.mapping.levels
        ]

    def row(self, row: Row) -> None:
        above: FoundArea | None = None
        for place, (level, code_of, names_of) in enumerate(self.columns):
            names = {self.mapping.language: level.name_is} if level.name_is else self.named(names_of, row)
            code = level.code_is or code_of(row)
            if level.code_from_name:
                code = made_code(above.key[1] if above is not None else "", names)
            if not code:
                if names and not level.code_from_name:
                    self.fault(row, "code-missing", f"The {level.key} {first_name(names)!r} has no code.")
                    return
                if not self._may_end(row, place):
                    return
                break
            area = self._area(row, level, (level.scheme, code), above, names)
            if area is None:
                return
            above = area
        if above is not None:
            self._end(row, above)

    def _may_end(self, row: Row, place: int) -> bool:
        """An empty level ends the row, if nothing stands below it."""
        level = self.columns[place][0]
        for lower, code_of, names_of in self.columns[place + 1 :]:
            if lower.code_is or code_of(row) or self.named(names_of, row):
                self.fault(
                    row, "level-empty", f"The {level.key} is empty, but a {lower.key} is given below it."
                )
                return False
        if not level.optional:
            self.fault(row, "level-empty", f"The {level.key} is empty.")
            return False
        self.reading.skipped[f"rows without a {level.key}: they end at the level above"] += 1
        return True

    def _area(
        self, row: Row, level: LevelMapping, key: Key, above: FoundArea | None, names: dict[str, str]
    ) -> FoundArea | None:
        parent = above.key if above is not None else None
        known = self.areas.get(key)
        if known is None:
            if self.too_long(row, key[1], names):
                return None
            if not names and not self.known(key):
                kind = "name-missing" if level.names else "parent-missing"
                self.fault(
                    row, kind, f"The {level.key} {key[1]} has no name here, and is not in the tree yet."
                )
                return None
            known = FoundArea(level, key, parent, first_name(names), names, self.table.name, row.line)
            self.areas[key] = known
            return known
        if known.parent != parent:
            self.fault(
                row,
                "parent-conflict",
                f"The {level.key} {key[1]} lies in {parent[1] if parent else 'nothing'} here, but in "
                f"{known.parent[1] if known.parent else 'nothing'} on {known.place}.",
            )
            return None
        if names != known.names and names:
            return self._other_names(row, known, names)
        return known

    def _other_names(self, row: Row, known: FoundArea, names: dict[str, str]) -> FoundArea | None:
        if not known.names:
            known.name, known.names = first_name(names), names
        elif known.level.code_from_name:
            self.reading.skipped[f"other spellings of a {known.level.key}: the first one stays"] += 1
        elif known.level.first_name_stays:
            self.reading.skipped[f"rows with another name for a {known.level.key}: the first one stays"] += 1
        else:
            self.fault(
                row,
                "name-conflict",
                f"The {known.level.key} {known.key[1]} is called {first_name(names)!r} here, but {known.name!r} on "
                f"{known.place}.",
            )
            return None
        return known

    def _end(self, row: Row, area: FoundArea) -> None:
        """The row is about the lowest area it names: it has the point, and comes once."""
        earlier = self.lowest.get(area.key)
        if earlier is not None:
            if self.mapping.repeated_rows_are_faults:
                self.fault(
                    row,
                    "repeated-row",
                    f"The {area.level.key} {area.name!r} ({area.key[1]}) is on {earlier} already.",
                )
            else:
                self.reading.skipped[f"rows that repeat a {area.level.key}"] += 1
            return
        self.lowest[area.key] = f"line {row.line} of {self.table.name}"
        if self.mapping.latitude is not None:
            area.point = self.point(row)


class _LongReader(_Reader):
    """A row for each area, with its parent's id and a level column."""

    def start(self, table: Table) -> None:
        super().start(table)
        mapping = self.mapping
        self.id = self.column(mapping.id)
        self.parent = self.column(mapping.parent)
        self.level = self.column(mapping.level)
        self.names = self.name_columns(mapping.names)
        self.by_value = {value: level for level in mapping.levels for value in level.values}
        self.scheme = mapping.levels[0].scheme

    def row(self, row: Row) -> None:
        code = self.id(row)
        if not code:
            self.fault(row, "code-missing", "The row has no id.")
            return
        level = self.by_value.get(self.level(row))
        if level is None:
            self.fault(
                row, "level-unknown", f"The level {self.level(row)!r} of {code} is not in the mapping."
            )
            return
        names = self.named(self.names, row)
        if not names:
            self.fault(row, "name-missing", f"{code} has no name.")
            return
        if self.too_long(row, code, names):
            return
        parent = self.parent(row)
        key = (self.scheme, code)
        area = FoundArea(
            level,
            key,
            (self.scheme, parent) if parent else None,
            first_name(names),
            names,
            self.table.name,
            row.line,
            self.point(row) if self.mapping.latitude is not None else None,
        )
        earlier = self.areas.get(key)
        if earlier is None:
            self.areas[key] = area
        elif (earlier.level, earlier.parent, earlier.names, earlier.point) != (
            level,
            area.parent,
            names,
            area.point,
        ):
            self.fault(
                row,
                "repeated-id",
                f"The id {code} is on {earlier.place} already, with other contents. The first one counts.",
            )
        elif self.mapping.repeated_rows_are_faults:
            self.fault(row, "repeated-row", f"The same row, of id {code}, is on {earlier.place} already.")
        else:
            self.reading.skipped["rows that repeat an earlier one"] += 1

    def keep_out(self, known: Callable[[Key], bool]) -> None:
        """Keep out what hangs on nothing: missing parents, circles, wrong orders of levels, and all below."""
        children: dict[Key, list[FoundArea]] = defaultdict(list)
        out: list[FoundArea] = []
        for area in self.areas.values():
            if area.parent is None:
                continue
            above = self.areas.get(area.parent)
            if above is not None:
                children[area.parent].append(area)
            elif not known(area.parent):
                self._out(
                    area, "parent-missing", f"The parent {area.parent[1]} of {area.key[1]} is not there."
                )
                out.append(area)
        for circle in self._circles():
            names = ", ".join(f"{area.key[1]} (line {area.line})" for area in circle)
            for area in circle:
                self._out(area, "circle", f"{area.key[1]} lies in itself, through the circle {names}.")
            out += circle
        gone = {area.key for area in out}
        for area in [area for siblings in children.values() for area in siblings if area.key not in gone]:
            above = self.areas[area.parent] if area.parent is not None else area
            if above.level.rank >= area.level.rank:
                sentence = (
                    f"The {area.level.key} {area.key[1]} can't lie in the {above.level.key} {above.key[1]} "
                    f"({above.place})."
                )
                self._out(area, "level-order", sentence)
                out.append(area)
        gone = {area.key for area in out}
        while out:
            for area in children[out.pop().key]:
                if area.key not in gone:
                    gone.add(area.key)
                    out.append(area)
                    above_code = area.parent[1] if area.parent else ""
                    self._out(
                        area, "parent-kept-out", f"{area.key[1]} lies in {above_code}, which was kept out."
                    )
        self.reading.kept_out = gone
        for key in gone:
            del self.areas[key]

    def _circles(self) -> list[list[FoundArea]]:
        """Each circle of parents once."""
        done: set[Key] = set()
        circles = []
        for area in self.areas.values():
            walk: dict[Key, FoundArea] = {}
            step: FoundArea | None = area
            while step is not None and step.key not in done and step.key not in walk:
                walk[step.key] = step
                step = self.areas.get(step.parent) if step.parent is not None else None
            if step is not None and step.key in walk:
                keys = list(walk)
                circles.append([walk[key] for key in keys[keys.index(step.key) :]])
            done.update(walk)
        return circles

    def _out(self, area: FoundArea, code: str, sentence: str) -> None:
        self.reading.faults.append(Fault(area.file, area.line, code, sentence))


def _drop_shared_points(reading: Reading, at_least: int) -> None:
    """A point that many areas of one level share is where nobody looked: it is dropped, and told for each."""
    if at_least < 2:
        return
    sharing: dict[tuple[str, tuple[float, float]], list[FoundArea]] = defaultdict(list)
    for area in reading.areas.values():
        if area.point is not None:
            sharing[area.level.key, area.point].append(area)
    for (level, point), areas in sharing.items():
        if len(areas) < at_least:
            continue
        for area in areas:
            area.point = None
            reading.faults.append(
                Fault(
                    area.file,
                    area.line,
                    "shared-point",
                    f"{area.name!r} ({area.key[1]}) has the point {point[0]}, {point[1]}, as {len(areas)} areas of "
                    f"the level {level} have. The area is taken without a point.",
                )
            )
