"""What a report says, as plain parts that a page and a sheet of paper are both made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from answerable.evidence.models import Item
from answerable.web.said import name_html, name_text


class Name(str):
    """A name as plain text; in a page it carries its language where that is not the page's."""

    __slots__ = ("marked",)
    marked: SafeString

    def __html__(self) -> SafeString:
        """What templates write."""
        return self.marked


def named(names: Mapping[str, str], plain: str = "") -> Name:
    """A name in the active language, or the next one that there is."""
    found = Name(name_text(names, plain))
    found.marked = name_html(names, plain)
    return found


def name_of(row: Any) -> Name:
    """The name of anything with `names`."""
    return named(row.names, getattr(row, "name", "") or getattr(row, "key", ""))


@dataclass(frozen=True)
class Link:
    """Words that lead to a page."""

    words: str
    address: str


@dataclass(frozen=True)
class Fact:
    """One figure: what it is, how much, and of what."""

    label: str
    value: str
    of: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table; its first cell leads to `address`, where there is one."""

    cells: tuple[str, ...]
    address: str = ""


@dataclass(frozen=True)
class Table:
    """Figures in lines. The first column is words, the others are figures."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[Row]

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For each row its address, and each cell after the head of its column."""
        return [(row.address, list(zip(self.head, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Shot:
    """A picture that everybody may see."""

    item: Item
    stage: str
    alt: str


@dataclass(frozen=True)
class Entry:
    """One line about one thing: its name, where it is, what is said of it, and its pictures."""

    name: str
    tag: str = ""
    bad: bool = False
    words: Sequence[str] = ()
    address: str = ""
    shots: Sequence[Shot] = ()


@dataclass(frozen=True)
class Section:
    """A link of the chain: figures, what is missing, and the page that each figure stands on."""

    key: str
    icon: str
    title: str
    source: Link
    words: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    entries: Sequence[Entry] = ()
    gaps: Sequence[str] = ()


@dataclass(frozen=True)
class Told:
    """A report in the words of one language."""

    language: str
    title: str
    place: str
    #: As of which day, and whether the year is over.
    lead: Sequence[str]
    head: Sequence[Fact]
    sections: Sequence[Section] = ()
    #: What is not known, in all sections.
    gaps: Sequence[str] = field(default=())
    address: str = ""
