"""The mapping file of an import of areas: which column means what (docs/guides/import-areas.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from answerable.kernel.labels import KEY, TAG
from answerable.kernel.mapping import MappingTable, read_mapping

ColumnSpec = str | int | list[str | int]

TOP_KEYS = {"form", "language", "scheme", "file", "rows", "points", "columns", "level"}
FILE_KEYS = {"encoding", "delimiter"}
ROW_KEYS = {"nulls", "repeated_headers", "hxl_tags", "repeated", "title_case"}
POINT_KEYS = {"latitude", "longitude", "shared_by_at_least"}
LEVEL_KEYS = {"key", "rank", "label", "village", "optional"}
WIDE_KEYS = LEVEL_KEYS | {"scheme", "code", "code_is", "code_from", "name", "name_is", "other_names"}
LONG_KEYS = LEVEL_KEYS | {"value"}
COLUMN_KEYS = {"id", "parent", "level", "name"}
#: What a small integer of the database holds.
LARGEST_RANK = 32_767


@dataclass(frozen=True)
class LevelMapping:
    """A level, and in the wide form where a row says which area of that level it lies in."""

    key: str
    rank: int
    label: dict[str, str]
    is_village: bool
    optional: bool
    scheme: str
    code: ColumnSpec | None = None
    code_is: str = ""
    code_from_name: bool = False
    names: dict[str, ColumnSpec] = field(default_factory=dict)
    name_is: str = ""
    #: The first name of a code stays when later rows have another; else such rows are faults.
    first_name_stays: bool = False
    #: Long form: what the level column holds.
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AreaMapping:
    """A mapping file, checked."""

    form: str
    language: str
    levels: list[LevelMapping]
    encoding: str | None
    delimiter: str | None
    nulls: frozenset[str]
    repeated_headers: bool
    hxl_tags: bool
    repeated_rows_are_faults: bool
    title_case: bool
    latitude: ColumnSpec | None
    longitude: ColumnSpec | None
    shared_by_at_least: int
    id: ColumnSpec | None = None
    parent: ColumnSpec | None = None
    level: ColumnSpec | None = None
    names: dict[str, ColumnSpec] = field(default_factory=dict)

    @property
    def schemes(self) -> list[str]:
        """The schemes whose codes this mapping reads, each once."""
        return list(dict.fromkeys(level.scheme for level in self.levels))


def read_area_mapping(path: str | Path) -> AreaMapping:
    """Read and check a mapping file for areas. Raises MappingRefused."""
    top = read_mapping(path).only(TOP_KEYS)
    form = top.text("form", among=("wide", "long"))
    file = top.table("file").only(FILE_KEYS)
    rows = top.table("rows").only(ROW_KEYS)
    points = top.table("points").only(POINT_KEYS)
    columns = top.table("columns").only(COLUMN_KEYS)
    language = _language(top, top.text("language", "en"))
    latitude, longitude = points.column("latitude"), points.column("longitude")
    if (latitude is None) != (longitude is None):
        raise points.refuse("a point needs both latitude and longitude.")
    if form == "wide" and columns.values:
        raise columns.refuse("a wide mapping names its columns at each [[level]].")
    names = columns.columns_by_language("name", language)
    if form == "long":
        for key in ("id", "parent", "level"):
            if columns.column(key) is None:
                raise columns.refuse(f"the key {key!r} is missing.")
        if not names:
            raise columns.refuse("the key 'name' is missing.")
    delimiter = file.text("delimiter", "")
    if len(delimiter) > 1:
        raise file.refuse("'delimiter' must be one character.")
    return AreaMapping(
        form=form,
        language=language,
        levels=_levels(top, form, language),
        encoding=file.encoding(),
        delimiter=delimiter or None,
        nulls=frozenset(rows.texts("nulls")),
        repeated_headers=rows.flag("repeated_headers", True),
        hxl_tags=rows.flag("hxl_tags", True),
        repeated_rows_are_faults=rows.text("repeated", "fault", among=("fault", "skip")) == "fault",
        title_case=rows.flag("title_case"),
        latitude=latitude,
        longitude=longitude,
        shared_by_at_least=points.number("shared_by_at_least", 0),
        id=columns.column("id") if form == "long" else None,
        parent=columns.column("parent") if form == "long" else None,
        level=columns.column("level") if form == "long" else None,
        names={_language(columns, tag): column for tag, column in names.items()} if form == "long" else {},
    )


def _language(table: MappingTable, tag: str) -> str:
    if not TAG.match(tag):
        raise table.refuse(f"{tag!r} is no language tag, such as en, ar or zh-Hans.")
    return tag


def _key(table: MappingTable, value: str) -> str:
    if not KEY.match(value) or len(value) > 40:
        raise table.refuse(f"{value!r} must be small letters a to z, digits and hyphens, at most 40.")
    return value


def _levels(top: MappingTable, form: str, language: str) -> list[LevelMapping]:
    tables = top.tables("level")
    if not tables:
        raise top.refuse("there is no [[level]]. Each level of the tree needs one, from the top down.")
    read = _wide_level if form == "wide" else _long_level
    levels = [read(top, table, place, language) for place, table in enumerate(tables, 1)]
    for place, level in enumerate(levels):
        if level.key in {other.key for other in levels[:place]}:
            raise top.refuse(f"the level {level.key!r} is there twice.")
        if place and level.rank <= levels[place - 1].rank:
            raise top.refuse(
                f"the level {level.key!r} has rank {level.rank}, but must rank below {levels[place - 1].key!r} "
                f"({levels[place - 1].rank}): the number has to be larger."
            )
    values = [value for level in levels for value in level.values]
    if repeated := next((value for value in values if values.count(value) > 1), None):
        raise top.refuse(f"the level value {repeated!r} is there twice.")
    return levels


def _common(top: MappingTable, table: MappingTable, place: int) -> LevelMapping:
    key = _key(table, table.text("key"))
    label = table.text_table("label") or {"en": key.replace("-", " ").capitalize()}
    for tag in label:
        _language(table, tag)
    scheme = table.text("scheme", "") if "scheme" in table.values else top.text("scheme", "")
    if not scheme:
        raise table.refuse("the key 'scheme' is missing: which list do the codes come from?")
    return LevelMapping(
        key=key,
        rank=table.number("rank", place * 10, least=1, most=LARGEST_RANK),
        label=label,
        is_village=table.flag("village"),
        optional=table.flag("optional"),
        scheme=_key(table, scheme),
    )


def _long_level(top: MappingTable, table: MappingTable, place: int, language: str) -> LevelMapping:
    level = _common(top, table.only(LONG_KEYS), place)
    value = table.values.get("value")
    values = frozenset(str(item) for item in (value if isinstance(value, list) else [value]))
    if value is None or "" in values:
        raise table.refuse("the key 'value' is missing: what does the level column hold?")
    return LevelMapping(**{**level.__dict__, "values": values})


def _wide_level(top: MappingTable, table: MappingTable, place: int, language: str) -> LevelMapping:
    level = _common(top, table.only(WIDE_KEYS), place)
    code, code_is = table.column("code"), table.text("code_is", "")
    code_from_name = "code_from" in table.values and bool(table.text("code_from", among=("name",)))
    if (code is not None) + bool(code_is) + code_from_name != 1:
        raise table.refuse("give one of 'code' (a column), 'code_is' (a constant) or 'code_from' = \"name\".")
    names = {
        _language(table, tag): column for tag, column in table.columns_by_language("name", language).items()
    }
    name_is = table.text("name_is", "")
    if names and name_is:
        raise table.refuse("give 'name' (a column) or 'name_is' (a constant), not both.")
    if code_from_name and not names:
        raise table.refuse("a code made from the name needs a 'name' column.")
    return LevelMapping(
        **{
            **level.__dict__,
            "code": code,
            "code_is": code_is,
            "code_from_name": code_from_name,
            "names": names,
            "name_is": name_is,
            "first_name_stays": table.text("other_names", "fault", among=("fault", "first")) == "first",
        }
    )
