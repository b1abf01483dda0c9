"""Taking areas from files into the tree, in one act."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from django.db import connection
from django.db.models import Model

from answerable.access.gate import Act, acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel.mapping import MappingRefused
from answerable.kernel.tables import Fault, ImportReport, Progress, silent

from .area_files import FoundArea, Key, Reading, read_areas
from .area_mapping import AreaMapping, read_area_mapping
from .models import LEVEL_COLUMNS, Area, AreaCode, AreaLevel
from .problems import TreeTooDeep
from .rules import DEEPEST, STEP, ids_in, path_of, search_text
from .selectors import in_use
from .services import level_columns, lock_tree

BATCH = 1000
_Values = tuple[str | int | float | None, ...]


class _NothingToWrite(Exception):
    """Leaves the act: it would have nothing to record."""


@dataclass(slots=True)
class _Standing:
    """An area as it stands in the tree."""

    pk: int
    parent_id: int | None
    level_id: int
    name: str
    names: dict[str, str]
    point: tuple[float, float] | None
    path: str


@dataclass
class _Plan:
    """What would change: new areas, areas with other contents, areas with another parent."""

    new: list[FoundArea] = field(default_factory=list)
    changed: dict[Key, FoundArea] = field(default_factory=dict)
    moved: dict[Key, FoundArea] = field(default_factory=dict)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)
    new_levels: list[str] = field(default_factory=list)


def import_areas(
    *,
    actor: Actor,
    files: Iterable[Path],
    mapping: Path,
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take areas in from CSV files that a mapping file describes; known ones are updated by their code.

    `keep` says what faults do: "none" keeps everything out, "good" takes what is without fault. Areas that
    the files no longer name stay, and are counted. When nothing changed, nothing is written.
    Raises Denied, MappingRefused, and the Problems of kernel.tables.
    """
    post_for(actor, Right.IMPORT, None)
    described = read_area_mapping(mapping)
    levels = _levels_in_order(described, mapping)
    names = [Path(file) for file in files]
    known = _codes(described.schemes)
    reading = read_areas(names, described, known.__contains__, progress)
    report = ImportReport(
        files=[str(name) for name in names], rows=reading.rows, faults=reading.faults, skipped=reading.skipped
    )
    plan = None
    try:
        if dry_run:
            plan = _planned(reading, described, levels)
            raise _NothingToWrite
        with acting(actor, Right.IMPORT, None) as act:
            lock_tree()
            plan = _planned(reading, described, levels)
            refused = keep == "none" and bool(reading.faults or plan.faults)
            if refused or not (plan.new or plan.changed or plan.moved):
                raise _NothingToWrite
            _Writer(described, levels, progress).write(plan, act)
            act.record(
                "places.areas-imported",
                added=len(plan.new),
                updated=len(plan.changed.keys() | plan.moved.keys()),
                moved=len(plan.moved),
                unchanged=plan.unchanged,
                faults=len(reading.faults) + len(plan.faults),
                files=reading.digests,
            )
    except _NothingToWrite:
        pass
    if plan is None:
        return report
    return _reported(report, plan, described, dry_run=dry_run, keep=keep)


def _reported(
    report: ImportReport, plan: _Plan, mapping: AreaMapping, *, dry_run: bool, keep: str
) -> ImportReport:
    report.faults.extend(plan.faults)
    report.kept = not dry_run and not (keep == "none" and report.faults)
    report.added = len(plan.new)
    report.updated = len(plan.changed.keys() | plan.moved.keys())
    report.unchanged = plan.unchanged
    added = Counter(area.level.key for area in plan.new)
    if added:
        listed = ", ".join(
            f"{added[level.key]:,} {level.key}" for level in mapping.levels if added[level.key]
        )
        report.notes.append(f"New areas by level: {listed}.")
    if plan.moved:
        report.notes.append(f"Moved to another parent: {len(plan.moved):,}.")
    for level, count in plan.missing.items():
        report.notes.append(f"In the tree, but not in these files: {count:,} {level}. They stay as they are.")
    return report


def _levels_in_order(mapping: AreaMapping, file: Path) -> dict[str, AreaLevel]:
    """The mapping's levels that exist. Raises MappingRefused when their order in the tree is another one."""
    standing = {
        level.key: level for level in AreaLevel.objects.filter(key__in=[m.key for m in mapping.levels])
    }
    ranks = [
        (level.key, standing[level.key].rank if level.key in standing else level.rank)
        for level in mapping.levels
    ]
    for (upper, high), (lower, low) in pairwise(ranks):
        if low <= high:
            raise MappingRefused(
                file=str(file),
                why=f"the level {lower!r} (rank {low}) must rank below {upper!r} (rank {high}) in the tree.",
            )
    return standing


def _codes(schemes: list[str]) -> dict[Key, int]:
    rows = AreaCode.objects.filter(scheme__in=schemes).values_list("scheme", "code", "area_id")
    return {(scheme, code): area_id for scheme, code, area_id in rows.iterator(chunk_size=10_000)}


def _standing(schemes: list[str]) -> dict[int, _Standing]:
    rows = Area.objects.filter(codes__scheme__in=schemes).values_list(
        "pk", "parent_id", "level_id", "name", "names", "latitude", "longitude", "path"
    )
    found = {}
    for pk, parent_id, level_id, name, names, latitude, longitude, path in rows.iterator(chunk_size=10_000):
        point = None if latitude is None or longitude is None else (latitude, longitude)
        found[pk] = _Standing(pk, parent_id, level_id, name, names, point, path or "")
    return found


def _planned(reading: Reading, mapping: AreaMapping, levels: dict[str, AreaLevel]) -> _Plan:
    """Compare what was read with what stands. Reads only."""
    plan = _Plan(new_levels=[level.key for level in mapping.levels if level.key not in levels])
    codes = _codes(mapping.schemes)
    standing = _standing(mapping.schemes)
    ranks = {level.pk: level.rank for level in AreaLevel.objects.all()}
    rank_of = {m.key: levels[m.key].rank if m.key in levels else m.rank for m in mapping.levels}
    gone: set[Key] = set()
    for area in sorted(reading.areas.values(), key=lambda area: rank_of[area.level.key]):
        above = (
            codes.get(area.parent) if area.parent is not None and area.parent not in reading.areas else None
        )
        if area.parent in gone:
            _refuse(
                plan,
                gone,
                area,
                "parent-kept-out",
                f"{area.key[1]} lies in {_code(area)}, which was kept out.",
            )
        elif above is not None and ranks[standing[above].level_id] >= rank_of[area.level.key]:
            _refuse(
                plan,
                gone,
                area,
                "level-order",
                f"{area.key[1]} can't lie in {_code(area)}: check the levels.",
            )
        elif area.key not in codes:
            plan.new.append(area)
        else:
            _compare(plan, area, standing, codes, levels)
    if plan.moved:
        _check_circles(plan, codes, standing)
    _count_missing(plan, reading, codes, standing)
    return plan


def _code(area: FoundArea) -> str:
    return area.parent[1] if area.parent is not None else ""


def _refuse(plan: _Plan, gone: set[Key], area: FoundArea, code: str, sentence: str) -> None:
    gone.add(area.key)
    plan.faults.append(Fault(area.file, area.line, code, sentence))


def _compare(
    plan: _Plan,
    area: FoundArea,
    standing: dict[int, _Standing],
    codes: dict[Key, int],
    levels: dict[str, AreaLevel],
) -> None:
    """An area at the top of a file says nothing about its parent: the tree may know one, from another file."""
    old = standing[codes[area.key]]
    level = levels.get(area.level.key)
    same = (
        (not area.name or area.name == old.name)
        and all(old.names.get(tag) == name for tag, name in area.names.items())
        and (area.point is None or area.point == old.point)
        and (level is not None and level.pk == old.level_id)
    )
    if area.parent is not None and codes.get(area.parent) != old.parent_id:
        plan.moved[area.key] = area
    if not same:
        plan.changed[area.key] = area
    if same and area.key not in plan.moved:
        plan.unchanged += 1


def _check_circles(plan: _Plan, codes: dict[Key, int], standing: dict[int, _Standing]) -> None:
    """Keep out moves that would make a circle with areas that the files do not name."""
    above: dict[Key | int, Key | int | None] = dict(Area.objects.values_list("pk", "parent_id").iterator())
    for area in (*plan.new, *plan.moved.values()):
        parent = codes.get(area.parent, area.parent) if area.parent is not None else None
        above[codes.get(area.key, area.key)] = parent
    for key, area in list(plan.moved.items()):
        start = codes[key]
        seen: set[Key | int] = set()
        step = above[start]
        while step is not None and step != start and step not in seen:
            seen.add(step)
            step = above.get(step)
        if step == start:
            del plan.moved[key]
            above[start] = standing[start].parent_id
            if key not in plan.changed:
                plan.unchanged += 1
            sentence = f"{key[1]} can't move into {_code(area)}, which lies in it. It stays where it is."
            plan.faults.append(Fault(area.file, area.line, "circle", sentence))


def _count_missing(
    plan: _Plan, reading: Reading, codes: dict[Key, int], standing: dict[int, _Standing]
) -> None:
    absent = {pk for key, pk in codes.items() if key not in reading.areas and key not in reading.kept_out}
    if not absent:
        return
    keys = dict(AreaLevel.objects.values_list("pk", "key"))
    closed = set(Area.objects.exclude(in_use()).values_list("pk", flat=True))
    plan.missing.update(keys[standing[pk].level_id] for pk in absent if pk not in closed)


#: New areas after which the tables' statistics are made anew.
_NEEDS_STATISTICS = 1_000


class _Writer:
    """Writes a plan: levels, new areas from the top down in bulk, changed ones, then moves."""

    def __init__(self, mapping: AreaMapping, levels: dict[str, AreaLevel], progress: Progress) -> None:
        self.mapping = mapping
        self.levels = dict(levels)
        self.progress = progress

    def write(self, plan: _Plan, act: Act) -> None:
        """All of it, inside an act."""
        for level in self.mapping.levels:
            if level.key in plan.new_levels:
                made = AreaLevel.objects.create(
                    key=level.key, rank=level.rank, names=level.label, is_village=level.is_village
                )
                self.levels[level.key] = made
                act.record(
                    "places.level-added", level=made.pk, key=made.key, rank=made.rank, village=made.is_village
                )
        self.codes = _codes(self.mapping.schemes)
        self._insert(plan.new)
        self._update(plan.changed)
        self._move(plan.moved)
        if len(plan.new) > _NEEDS_STATISTICS:
            _count_anew()

    def _insert(self, found: list[FoundArea]) -> None:
        paths = (
            {pk: standing.path for pk, standing in _standing(self.mapping.schemes).items()} if found else {}
        )
        rows: list[_Values] = []
        codes: list[_Values] = []
        for pk, area in zip(_fresh_ids(len(found)), found, strict=True):
            parent_id = self.codes[area.parent] if area.parent is not None else None
            path = path_of(paths[parent_id] if parent_id is not None else "", pk)
            if len(path) > DEEPEST * STEP:
                raise TreeTooDeep(limit=DEEPEST)
            self.codes[area.key], paths[pk] = pk, path
            chain = ids_in(path)
            latitude, longitude = area.point or (None, None)
            steps = [*chain[:LEVEL_COLUMNS], *[None] * (LEVEL_COLUMNS - len(chain))]
            text = search_text(area.name, area.names, [area.key[1]])
            level = self.levels[area.level.key].pk
            names = json.dumps(area.names)
            rows.append(
                (pk, parent_id, level, area.name, names, text, len(chain), path, latitude, longitude, *steps)
            )
            codes.append((pk, *area.key))
        columns = ["id", "parent_id", "level_id", "name", "names", "search_text", "depth", "path"]
        for start in self.progress(range(0, len(rows), BATCH), label="writing"):
            _insert_rows(
                Area, [*columns, "latitude", "longitude", *level_columns()], rows[start : start + BATCH]
            )
            _insert_rows(AreaCode, ["area_id", "scheme", "code"], codes[start : start + BATCH])

    def _move(self, moved: dict[Key, FoundArea]) -> None:
        """Many moves at once: parents first, then every path that follows from them, computed in memory.

        services.move_subtree takes four statements for each, which for 14,660 villages took over a minute.
        """
        if not moved:
            return
        standing = {
            pk: (parent, path) for pk, parent, path in Area.objects.values_list("pk", "parent_id", "path")
        }
        parents = {pk: parent for pk, (parent, _) in standing.items()}
        for key, area in moved.items():
            if area.parent is not None:
                parents[self.codes[key]] = self.codes[area.parent]
        paths: dict[int, str] = {}
        rows: list[_Values] = []
        for pk, (_, old_path) in standing.items():
            path = _path_in(parents, paths, pk)
            if path != old_path:
                if len(path) > DEEPEST * STEP:
                    raise TreeTooDeep(limit=DEEPEST)
                chain = ids_in(path)
                steps = [*chain[:LEVEL_COLUMNS], *[None] * (LEVEL_COLUMNS - len(chain))]
                rows.append((parents[pk], path, len(chain), *steps, pk))
        columns = ["parent_id", "path", "depth", *level_columns()]
        changes = ", ".join(f'"{column}" = %s' for column in columns)
        statement = f'UPDATE "{Area._meta.db_table}" SET {changes} WHERE "id" = %s'  # noqa: S608
        with connection.cursor() as cursor:
            for start in self.progress(range(0, len(rows), BATCH), label="moving"):
                cursor.executemany(statement, rows[start : start + BATCH])

    def _update(self, changed: dict[Key, FoundArea]) -> None:
        by_pk = {self.codes[key]: area for key, area in changed.items()}
        pks = sorted(by_pk)
        for start in self.progress(range(0, len(pks), BATCH // 2), label="updating"):
            rows = []
            batch = pks[start : start + BATCH // 2]
            for row in Area.objects.filter(pk__in=batch).prefetch_related("codes"):
                area = by_pk[row.pk]
                row.level = self.levels[area.level.key]
                row.name = area.name or row.name
                row.names = {**row.names, **area.names}
                row.search_text = search_text(row.name, row.names, [code.code for code in row.codes.all()])
                if area.point is not None:
                    row.latitude, row.longitude = area.point
                rows.append(row)
            fields = ["level", "name", "names", "search_text", "latitude", "longitude"]
            Area.objects.bulk_update(rows, fields, batch_size=100)


def _path_in(parents: Mapping[int, int | None], paths: dict[int, str], pk: int) -> str:
    """The path that the parents give; circles were kept out before."""
    walk: list[int] = []
    step: int | None = pk
    while step is not None and step not in paths:
        walk.append(step)
        step = parents[step]
    path = paths[step] if step is not None else ""
    for step in reversed(walk):
        path = paths[step] = path_of(path, step)
    return path


def _insert_rows(model: type[Model], columns: list[str], rows: list[_Values]) -> None:
    """Insert plain rows. Making 40,000 objects of a model takes three times as long as inserting them."""
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608


def _fresh_ids(count: int) -> list[int]:
    """Ids that nobody else gets, so that paths can be computed before anything is written."""
    if not count:
        return []
    table = Area._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    start = (last[0] if last is not None else 0) + 1
    return list(range(start, start + count))


def _count_anew() -> None:
    """Let the planner know that the tables have grown: until it does, a join of them may take minutes."""
    with connection.cursor() as cursor:
        for model in (Area, AreaCode):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
