"""How the lake's tables are declared: a column with type, unit, meaning and source; a table with its rows and files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a column holds; every one of them may be empty where the meaning says so."""

    NUMBER = "int64"
    DAY = "date32"
    CODE = "string"
    FLAG = "bool"


class Split(StrEnum):
    """How a table is cut into files, inside its folders of year and county."""

    WHOLE = "whole"
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True)
class Column:
    """A column: its name, type, unit, meaning, and the SQL that gives it (both databases)."""

    name: str
    type: Type
    unit: str
    meaning: str
    sql: str

    @property
    def optional(self) -> bool:
        """It may be empty: its meaning says when."""
        return "empty" in self.meaning.lower()


@dataclass(frozen=True)
class Fact:
    """A table: what one row is, its columns, and the rows that it comes from.

    `source` names the area in which a row counts `a`; `on` is the day whose year and month it is filed under, `key` its order.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    source: str
    key: tuple[str, ...]
    on: str = ""
    where: str = ""
    split: Split = Split.YEAR
    #: Read by county, in as many statements, as there may be very many rows.
    large: bool = False
    #: Its rows change only with those of that table, in the same part.
    follows: str = ""
    filed: str = ""
    #: Of a large table: where its days stand.
    dated: str = ""


def ident(name: str, meaning: str, sql: str) -> Column:
    """A number of another row, or of this one."""
    return Column(name, Type.NUMBER, "id", meaning, sql)


def day(name: str, meaning: str, sql: str) -> Column:
    """A day."""
    return Column(name, Type.DAY, "day", meaning, sql)


def code(name: str, meaning: str, sql: str) -> Column:
    """A short key or a fixed word."""
    return Column(name, Type.CODE, "code", meaning, sql)


def count(name: str, meaning: str, sql: str, unit: str = "count") -> Column:
    """A whole number."""
    return Column(name, Type.NUMBER, unit, meaning, sql)


def flag(name: str, meaning: str, condition: str) -> Column:
    """Yes or no."""
    return Column(name, Type.FLAG, "true or false", meaning, f"CASE WHEN {condition} THEN 1 ELSE 0 END")


AREA = "The area (areas.area); county and all levels follow from there."
#: A project of a sensitive subject is named nowhere.
HIDDEN = "EXISTS (SELECT 1 FROM programme_subject h LEFT JOIN programme_subject g ON g.id = h.parent_id "
HIDDEN += "WHERE h.id = {0}.subject_id AND (h.sensitive OR g.sensitive))"


def of_project(name: str, meaning: str, sql: str, type: Type = Type.NUMBER) -> Column:  # noqa: A002
    """What would tell of a project of a sensitive subject is empty there."""
    shown = f"CASE WHEN p.id IS NOT NULL AND {HIDDEN.format('p')} THEN NULL ELSE {sql} END"
    unit = "id" if type is Type.NUMBER else "code"
    return Column(name, type, unit, f"{meaning} Empty for projects of sensitive subjects.", shown)
