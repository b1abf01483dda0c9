"""The mapping file of an import of feedback: which column means what (docs/guides/import-feedback.md).

There is no target for a person: a name, a contact or an address has nowhere to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answerable.kernel.labels import KEY, TAG
from answerable.kernel.mapping import MappingTable, read_mapping

from .models import CHANNELS, KINDS
from .services.history import OUTCOMES

ColumnSpec = str | int | list[str | int]

TOP_KEYS = {
    "scheme",
    "language",
    "file",
    "nulls",
    "key",
    "received",
    "kind",
    "area",
    "subject",
    "channel",
    "text",
    "urgent",
    "due",
    "ended",
    "outcome",
}
FILE_KEYS = {"encoding", "delimiter"}
VALUE_KEYS = {"column", "is", "values", "empty"}
DATE_KEYS = {"column", "format", "needed"}
AREA_KEYS = {"column", "is", "scheme", "within", "values", "empty", "add", "level", "top_level", "top_name"}
SUBJECT_KEYS = {"column", "below", "values", "empty", "add"}
#: What may become of a matter; `leave-out` skips the row and counts it.
OUTCOME_VALUES = ("open", "leave-out", *OUTCOMES)


@dataclass(frozen=True)
class ValueMapping:
    """A column whose values are looked up in a list, or one value for all rows."""

    column: ColumnSpec | None = None
    fixed: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    #: What an empty cell stands for; none: a fault.
    empty: str = ""


@dataclass(frozen=True)
class DateMapping:
    """A column with dates of one format."""

    column: ColumnSpec
    format: str
    needed: bool


@dataclass(frozen=True)
class AreaMapping:
    """Where: by code of a scheme, or by name within an area; unknown names are added there if `add` says so."""

    column: ColumnSpec | None
    by_code: str
    within: tuple[str, str] | None
    values: Mapping[str, str]
    empty: str
    add: bool
    level: str
    top_level: str
    top_name: str


@dataclass(frozen=True)
class SubjectMapping:
    """About what: values that name a subject's key, and unknown ones added below another column's, if `add`."""

    column: ColumnSpec
    below: ColumnSpec | None
    values: Mapping[str, str]
    empty: str
    add: bool


@dataclass(frozen=True)
class FeedbackMapping:
    """A mapping file, checked."""

    file: str
    scheme: str
    language: str
    encoding: str | None
    delimiter: str | None
    nulls: frozenset[str]
    key: list[str | int]
    received: DateMapping
    kind: ValueMapping
    area: AreaMapping
    subject: SubjectMapping
    channel: ValueMapping
    text: ColumnSpec | None
    urgent: ColumnSpec | None
    urgent_values: frozenset[str]
    due: DateMapping | None
    ended: DateMapping | None
    outcome: ValueMapping


def read_feedback_mapping(path: str | Path) -> FeedbackMapping:
    """Read and check a mapping file for feedback. Raises MappingRefused."""
    top = read_mapping(path).only(TOP_KEYS)
    file = top.table("file").only(FILE_KEYS)
    scheme = top.text("scheme")
    if not KEY.match(scheme) or len(scheme) > 40:
        raise top.refuse(f"'scheme' must be small letters a to z, digits and hyphens, not {scheme!r}.")
    language = top.text("language", "en")
    if not TAG.match(language):
        raise top.refuse(f"{language!r} is no language tag, such as en, ar or zh-Hans.")
    delimiter = file.text("delimiter", "")
    if len(delimiter) > 1:
        raise file.refuse("'delimiter' must be one character.")
    key = top.column("key")
    if key is None:
        raise top.refuse("the key 'key' is missing: the column, or columns, that tell one row from another.")
    received = _date(top, "received")
    if received is None:
        raise top.refuse("the table [received] is missing: the column of the day and its format.")
    urgent = top.table("urgent").only({"column", "yes"})
    mapping = FeedbackMapping(
        file=str(path),
        scheme=scheme,
        language=language,
        encoding=file.encoding(),
        delimiter=delimiter or None,
        nulls=frozenset(top.texts("nulls")),
        key=key if isinstance(key, list) else [key],
        received=received,
        kind=_value(top, "kind", KINDS),
        area=_area(top),
        subject=_subject(top),
        channel=_value(top, "channel", CHANNELS),
        text=top.table("text").only({"column"}).column("column"),
        urgent=urgent.column("column"),
        urgent_values=frozenset(urgent.texts("yes")),
        due=_date(top, "due"),
        ended=_date(top, "ended"),
        outcome=_value(top, "outcome", OUTCOME_VALUES) if "outcome" in top.values else ValueMapping(),
    )
    told = mapping.outcome
    ending = {told.fixed, told.empty, *told.values.values()} & OUTCOMES.keys()
    if ending and mapping.ended is None:
        raise top.refuse("an outcome needs its day: the table [ended] is missing.")
    if mapping.ended is not None and not ending:
        raise top.refuse(f"[ended] needs [outcome], with one of {', '.join(OUTCOMES)}.")
    return mapping


def _date(top: MappingTable, key: str) -> DateMapping | None:
    if key not in top.values:
        return None
    table = top.table(key).only(DATE_KEYS)
    column = table.column("column")
    if column is None:
        raise table.refuse("the key 'column' is missing.")
    return DateMapping(column, table.text("format", "%Y-%m-%d"), table.flag("needed"))


def _value(top: MappingTable, key: str, among: tuple[str, ...]) -> ValueMapping:
    table = top.table(key).only(VALUE_KEYS)
    column = table.column("column")
    values = table.text_table("values")
    for given, meant in values.items():
        if meant not in among:
            raise table.refuse(f"{given!r} must become one of {', '.join(among)}, not {meant!r}.")
    if column is None:
        return ValueMapping(fixed=table.text("is", among=among))
    if "is" in table.values:
        raise table.refuse("give either 'column' or 'is'.")
    empty = table.text("empty", "")
    return ValueMapping(column, "", values, table.text("empty", among=among) if empty else "")


def _area(top: MappingTable) -> AreaMapping:
    table = top.table("area").only(AREA_KEYS)
    column = table.column("column")
    if (column is None) == ("is" not in table.values):
        raise table.refuse("give either 'column' or 'is', one place for all rows.")
    within = table.text("within", "")
    by_code = table.text("scheme", "")
    if bool(within) == bool(by_code):
        raise table.refuse(
            "give either 'scheme' (the column holds codes) or 'within' (it holds names in that area)."
        )
    scheme, mark, code = within.partition(":")
    if within and not (mark and KEY.match(scheme) and code):
        raise table.refuse("'within' must be the scheme and code of an area, such as \"pcode:IQ11\".")
    add = table.flag("add")
    if add and not (within and table.text("level", "")):
        raise table.refuse("'add' needs 'within' and 'level', the level of villages to add them on.")
    return AreaMapping(
        column=column,
        by_code=by_code,
        within=(scheme, code) if within else None,
        values=table.text_table("values"),
        empty=table.text("is", "") or table.text("empty", ""),
        add=add,
        level=table.text("level", ""),
        top_level=table.text("top_level", ""),
        top_name=table.text("top_name", ""),
    )


def _subject(top: MappingTable) -> SubjectMapping:
    table = top.table("subject").only(SUBJECT_KEYS)
    column = table.column("column")
    if column is None:
        raise table.refuse("the key 'column' is missing.")
    return SubjectMapping(
        column=column,
        below=table.column("below"),
        values=table.text_table("values"),
        empty=table.text("empty", ""),
        add=table.flag("add"),
    )
