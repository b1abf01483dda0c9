"""The mapping file of an import of projects: which column means what (docs/guides/projects.md).

There is no target for a person: a contact, a name of one or an address has nowhere to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answerable.kernel.labels import KEY, TAG
from answerable.kernel.mapping import MappingTable, read_mapping
from answerable.programme.models import ORGANISATION_KINDS

from .rules.phases import Phase
from .rules.sectors import VOCABULARIES

ColumnSpec = str | int | list[str | int]

TOP_KEYS = {
    "scheme",
    "language",
    "file",
    "nulls",
    "key",
    "name",
    "description",
    "recorded",
    "planned_start",
    "planned_end",
    "actual_start",
    "actual_end",
    "area",
    "phase",
    "subject",
    "sponsor",
    "implementer",
    "sector",
    "budget",
}
DAYS = ("recorded", "planned_start", "planned_end", "actual_start", "actual_end")
FILE_KEYS = {"encoding", "delimiter"}
AREA_KEYS = {"column", "is", "scheme", "add", "level", "name"}
VALUE_KEYS = {"column", "is", "values", "empty"}
BODY_KEYS = {"column", "is", "values", "empty", "add", "name", "kind"}
SECTOR_KEYS = {"column", "vocabulary", "values", "empty"}
BUDGET_KEYS = {"column", "funded", "currency", "is", "decimal", "group"}


@dataclass(frozen=True)
class DayMapping:
    """A column with days of one format."""

    column: ColumnSpec
    format: str


@dataclass(frozen=True)
class AreaMapping:
    """Where: a column of codes in a scheme, or one code for all rows, added with a level and name if need be."""

    scheme: str
    column: ColumnSpec | None
    fixed: str
    level: str = ""
    name: str = ""


@dataclass(frozen=True)
class ValueMapping:
    """A column whose values are looked up in a list, or one value for all rows. `open` takes unlisted ones as keys."""

    column: ColumnSpec | None = None
    fixed: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    empty: str = ""
    open: bool = False

    @property
    def used(self) -> bool:
        """Whether the file says anything of this."""
        return self.column is not None or bool(self.fixed)


@dataclass(frozen=True)
class BodyMapping:
    """A sponsor or an organisation by its key; unknown ones are added if the mapping says so."""

    value: ValueMapping
    add: bool = False
    #: Their name, with `{}` for what the cell holds.
    name: str = "{}"
    kind: str = "other"


@dataclass(frozen=True)
class BudgetMapping:
    """Planned cost and what is there for it, in the currency of a column or in one currency."""

    column: ColumnSpec
    funded: ColumnSpec | None
    currency: ColumnSpec | None
    fixed: str
    decimal: str
    group: str


@dataclass(frozen=True)
class ProjectMapping:
    """A mapping file, checked."""

    file: str
    scheme: str
    language: str
    encoding: str | None
    delimiter: str | None
    nulls: frozenset[str]
    key: list[str | int]
    name: Mapping[str, ColumnSpec]
    description: Mapping[str, ColumnSpec]
    days: Mapping[str, DayMapping]
    area: AreaMapping
    phase: ValueMapping
    subject: ValueMapping
    sponsor: BodyMapping
    implementer: BodyMapping
    sector: ValueMapping
    vocabulary: str
    budget: BudgetMapping | None


def read_project_mapping(path: str | Path) -> ProjectMapping:
    """Read and check a mapping file for projects. Raises MappingRefused."""
    top = read_mapping(path).only(TOP_KEYS)
    file = top.table("file").only(FILE_KEYS)
    scheme = top.text("scheme")
    if not KEY.match(scheme) or len(scheme) > 24:
        raise top.refuse(
            f"'scheme' must be at most 24 small letters a to z, digits and hyphens, not {scheme!r}."
        )
    language = top.text("language", "en")
    if not TAG.match(language):
        raise top.refuse(f"{language!r} is no language tag, such as en, ar or zh-Hans.")
    delimiter = file.text("delimiter", "")
    if len(delimiter) > 1:
        raise file.refuse("'delimiter' must be one character.")
    key = top.column("key")
    if key is None:
        raise top.refuse("the key 'key' is missing: the column, or columns, that tell one row from another.")
    name = top.columns_by_language("name", language)
    if not name:
        raise top.refuse("the key 'name' is missing: the column with the project's name.")
    days = {word: found for word in DAYS if (found := _day(top, word)) is not None}
    if "recorded" not in days:
        raise top.refuse("the table [recorded] is missing: the column of the day and its format.")
    vocabulary, sector = _sector(top)
    return ProjectMapping(
        file=str(path),
        scheme=scheme,
        language=language,
        encoding=file.encoding(),
        delimiter=delimiter or None,
        nulls=frozenset(top.texts("nulls")),
        key=key if isinstance(key, list) else [key],
        name=name,
        description=top.columns_by_language("description", language),
        days=days,
        area=_area(top),
        phase=_value(top, "phase", among=tuple(phase.value for phase in Phase), needed=True),
        subject=_value(top, "subject"),
        sponsor=_body(top, "sponsor"),
        implementer=_body(top, "implementer"),
        sector=sector,
        vocabulary=vocabulary,
        budget=_budget(top),
    )


def _day(top: MappingTable, key: str) -> DayMapping | None:
    if key not in top.values:
        return None
    table = top.table(key).only({"column", "format"})
    column = table.column("column")
    if column is None:
        raise table.refuse("the key 'column' is missing.")
    return DayMapping(column, table.text("format", "%Y-%m-%d"))


def _value(
    top: MappingTable,
    key: str,
    *,
    among: tuple[str, ...] = (),
    needed: bool = False,
    keys: set[str] = VALUE_KEYS,
) -> ValueMapping:
    table = top.table(key).only(keys)
    column = table.column("column")
    values = table.text_table("values")
    fixed, empty = table.text("is", ""), table.text("empty", "")
    for meant in (*values.values(), fixed, empty):
        if among and meant and meant not in among:
            raise table.refuse(f"{meant!r} is none of {', '.join(among)}.")
    if (column is not None and fixed) or (needed and column is None and not fixed):
        raise table.refuse("give either 'column' or 'is'.")
    return ValueMapping(column, fixed, values, empty, open=not among)


def _area(top: MappingTable) -> AreaMapping:
    table = top.table("area").only(AREA_KEYS)
    column, fixed = table.column("column"), table.text("is", "")
    if (column is None) == (not fixed):
        raise table.refuse("give either 'column', of codes, or 'is', one code for all rows.")
    add = table.flag("add")
    if add and not (fixed and table.text("level", "") and table.text("name", "")):
        raise table.refuse("'add' needs 'is', 'level' and 'name': the one area that is added.")
    return AreaMapping(
        scheme=table.text("scheme"),
        column=column,
        fixed=fixed,
        level=table.text("level", "") if add else "",
        name=table.text("name", "") if add else "",
    )


def _body(top: MappingTable, key: str) -> BodyMapping:
    table = top.table(key).only(BODY_KEYS)
    name = table.text("name", "{}")
    if "{}" not in name:
        raise table.refuse("'name' needs {} in it, for what the cell holds.")
    return BodyMapping(
        value=_value(top, key, keys=BODY_KEYS),
        add=table.flag("add"),
        name=name,
        kind=table.text("kind", "other", among=ORGANISATION_KINDS),
    )


def _sector(top: MappingTable) -> tuple[str, ValueMapping]:
    table = top.table("sector").only(SECTOR_KEYS)
    if not table.values:
        return "", ValueMapping()
    return table.text("vocabulary", among=VOCABULARIES), ValueMapping(
        table.column("column"), "", table.text_table("values"), table.text("empty", ""), open=True
    )


def _budget(top: MappingTable) -> BudgetMapping | None:
    if "budget" not in top.values:
        return None
    table = top.table("budget").only(BUDGET_KEYS)
    column, currency, fixed = table.column("column"), table.column("currency"), table.text("is", "")
    if column is None or (currency is None) == (not fixed):
        raise table.refuse("give 'column' and either 'currency', a column, or 'is', one currency.")
    decimal, group = table.text("decimal", "."), table.text("group", ",")
    if len(decimal) != 1 or len(group) > 1 or decimal == group:
        raise table.refuse("'decimal' and 'group' must be two different signs.")
    return BudgetMapping(column, table.column("funded"), currency, fixed, decimal, group)
