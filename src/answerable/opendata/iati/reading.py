"""Reading IATI activities, plain or gzip: one activity in memory at a time, no entities, no network.

What makes the file unreadable is a Problem. What is wrong in one activity is a Fault with its line; that activity
is not handed out, the others are.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from lxml import etree

from answerable.kernel.tables import Fault, TableBrokenGzip, TableMissing, TableTooLarge
from answerable.opendata.problems import (
    IatiBroken,
    IatiEmpty,
    IatiHasEntities,
    IatiIsFolder,
    IatiNotActivities,
    IatiVersionUnknown,
)

from .elements import XML_LANG, Activity, Coded, Narrative, Own, Part
from .shapes import Shape, Slot, shape_of

LARGEST_FILE = 2 * 2**30
#: Signs of one text. The parser itself ends at ten million.
LONGEST_TEXT = 100_000
VERSIONS = ("2.01", "2.02", "2.03")
_NUMBER = re.compile(r"[+-]?(\d{1,24}(\.\d{0,24})?|\.\d{1,24})\Z", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?\Z", re.ASCII)
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass
class Reading:
    """What was met on the way."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    activities: int = 0
    #: Elements and attributes that no dataclass has, by their path below the activity.
    left: Counter[str] = field(default_factory=Counter)
    #: Lines of activities with a fault.
    broken: set[int] = field(default_factory=set)
    #: Where each identifier stood first, file and line; shared by the readings of one command.
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def fault(self, line: int, code: str, sentence: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, code, sentence))


def read_activities(path: str | Path, reading: Reading) -> Iterator[Activity]:
    """The activities of a file that can be read without fault.

    Raises TableMissing, TableTooLarge, TableBrokenGzip, IatiEmpty, IatiIsFolder, IatiBroken, IatiHasEntities,
    IatiNotActivities, IatiVersionUnknown.
    """
    name = str(path)
    with _opened(name) as file:
        unpacked = _Unpacked(name, file)
        steps = etree.iterparse(
            cast(BinaryIO, unpacked),
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = None
        try:
            for event, element in steps:
                if root is None:
                    root = element
                    _check_root(name, root)
                elif event == "end" and element.getparent() is root:
                    if element.tag == "iati-activity":
                        activity = _activity(element, reading)
                        if activity is not None and _is_first(activity, reading):
                            yield activity
                    elif isinstance(element.tag, str):
                        reading.left[_local(element)] += 1
                    element.clear()
                    while element.getprevious() is not None:
                        del root[0]
        except (OSError, EOFError, zlib.error):
            raise TableBrokenGzip(file=name) from None
        except etree.XMLSyntaxError as error:
            if unpacked.blank:
                raise IatiEmpty(file=name) from None
            raise IatiBroken(file=name, line=error.lineno or 1, why=_why(error)) from None


def _opened(name: str) -> BinaryIO:
    try:
        if Path(name).is_dir():
            raise IatiIsFolder(file=name)
        if Path(name).stat().st_size > LARGEST_FILE:
            raise TableTooLarge(file=name, limit=LARGEST_FILE // 2**20)
        with Path(name).open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        return cast(BinaryIO, gzip.open(name)) if packed else Path(name).open("rb")
    except (OSError, ValueError):
        raise TableMissing(file=name) from None


class _Unpacked:
    """The bytes as the parser asks for them, up to the largest size; remembers whether there were any but white space."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file = name, file
        self._octets = 0
        self.blank = True

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._octets += len(piece)
        if self._octets > LARGEST_FILE:
            raise TableTooLarge(file=self._name, limit=LARGEST_FILE // 2**20)
        self.blank = self.blank and not piece.strip()
        return piece


def _why(error: Any) -> str:
    return re.sub(r", line \d+, column \d+.*", "", str(error.msg or error), flags=re.DOTALL)[:200]


def _check_root(name: str, root: Any) -> None:
    if root.getroottree().docinfo.doctype:
        raise IatiHasEntities(file=name)
    if root.tag != "iati-activities":
        raise IatiNotActivities(file=name, tag=str(root.tag)[:60])
    version = root.get("version", "")
    if version not in VERSIONS:
        raise IatiVersionUnknown(file=name, version=version[:20] or "none")


def _is_first(activity: Activity, reading: Reading) -> bool:
    # Whole files stand on one line: the line alone tells no two activities apart.
    if activity.identifier not in reading.seen:
        reading.seen[activity.identifier] = (reading.file, activity.line)
        return True
    file, line = reading.seen[activity.identifier]
    reading.fault(
        activity.line,
        "activity-twice",
        f"The identifier {activity.identifier[:80]!r} stands twice: first in {file}, line {line}.",
    )
    return False


def _activity(element: Any, reading: Reading) -> Activity | None:
    reading.activities += 1
    before = len(reading.faults)
    found = cast(Activity, _Builder(reading).build(shape_of(Activity), element, "", ""))
    if not found.identifier and len(reading.faults) == before:
        reading.fault(found.line, "identifier-missing", "The activity has no iati-identifier.")
    return found if len(reading.faults) == before else None


@dataclass
class _Builder:
    """Makes dataclasses of elements."""

    reading: Reading

    def build(self, shape: Shape, element: Any, path: str, language: str) -> Part:
        """The element as its dataclass. `language` is what an element between activity and narrative says."""
        values: dict[str, Any] = {"line": element.sourceline or 0}
        many: dict[str, list[Part]] = {}
        for name, raw in element.attrib.items():
            slot = shape.attributes.get(name)
            if slot is not None:
                values[slot.field] = self._plain(slot, raw, element, f"{path}@{name}")
            elif name == XML_LANG:
                language = raw
            else:
                self.reading.left[f"{path}@{_short(name)}"] += 1
        for child in element:
            if not isinstance(child.tag, str):
                continue
            slot = shape.elements.get(child.tag)
            inner = f"{path}{_local(child)}"
            if slot is None:
                self.reading.left[inner] += 1
            elif slot.holds == "many":
                part = self.build(shape_of(slot.kind), child, f"{inner}/", language)
                many.setdefault(slot.field, []).append(part)
            elif slot.field in values:
                self.reading.fault(child.sourceline or 0, "element-twice", f"{inner} stands here twice.")
            elif slot.holds == "one":
                values[slot.field] = self.build(shape_of(slot.kind), child, f"{inner}/", language)
            elif isinstance(slot.place, Coded):
                raw = child.get(slot.place.attribute, "")
                values[slot.field] = self._plain(slot, raw, child, f"{inner}/@{slot.place.attribute}")
            else:
                values[slot.field] = self._plain(slot, _text(child), child, inner)
        if shape.own is not None:
            values[shape.own.field] = self._plain(shape.own, _text(element), element, path.rstrip("/"))
        values.update({name: tuple(parts) for name, parts in many.items()})
        if shape.make is Narrative and language:
            values.setdefault("language", language)
        return shape.make(**values)

    def _plain(self, slot: Slot, raw: str, element: Any, path: str) -> Any:
        """A plain value of the slot's type; a fault and None when it is none of it."""
        raw = raw.strip()
        if len(raw) > LONGEST_TEXT:
            self._fault(element, "text-too-long", path, f"{len(raw):,} characters, at most {LONGEST_TEXT:,}")
            return None
        if slot.kind is str:
            return raw
        if not raw:
            if isinstance(slot.place, Own) or slot.kind is date:
                self._fault(element, f"{_WHAT[slot.kind]}-missing", path, f"a {_WHAT[slot.kind]} is missing")
            return None
        try:
            return _READ[slot.kind](raw)
        except (ValueError, KeyError):
            what = _WHAT[slot.kind]
            self._fault(element, f"{what}-unreadable", path, f"{raw[:60]!r} is no {what}{_HINT[slot.kind]}")
            return None

    def _fault(self, element: Any, code: str, path: str, why: str) -> None:
        self.reading.fault(element.sourceline or 0, code, f"{path}: {why}.")


def _day(raw: str) -> date:
    found = _DAY.match(raw)
    if found is None:
        raise ValueError(raw)
    return date.fromisoformat(found[1])


def _number(raw: str) -> Decimal:
    if not _NUMBER.match(raw):
        raise ValueError(raw)
    return Decimal(raw)


_READ: dict[Any, Any] = {date: _day, Decimal: _number, bool: _BOOLEANS.__getitem__}
_WHAT = {date: "day", Decimal: "number", bool: "yes or no"}
_HINT = {
    date: ": write it like 2026-11-22",
    Decimal: ": write it like 1234.50, without signs between the thousands",
    bool: ": write 1 or 0",
}


def _text(element: Any) -> str:
    """The text of an element, also around elements of other namespaces."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def _local(element: Any) -> str:
    name = etree.QName(element)
    return f"{element.prefix or '*'}:{name.localname}" if name.namespace else name.localname


def _short(name: str) -> str:
    return "xml:" + name.partition("}")[2] if name.startswith("{") else name


Found = TypeVar("Found", bound=Part)


def part_of(text: str, kind: type[Found]) -> Found:
    """A piece that we wrote ourselves, such as a kept statement; what it lacks is no fault here."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    element = etree.fromstring(text.encode(), parser)
    return cast(Found, _Builder(Reading("")).build(shape_of(kind), element, "", ""))
