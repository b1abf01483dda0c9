"""Writing IATI 2.03: activity by activity, elements in the order of the official schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from .elements import Activity, At, Coded, In, Own, Part
from .shapes import shape_of

VERSION = "2.03"


def write_activities(activities: Iterable[Activity], *, generated: date) -> Iterator[bytes]:
    """The file in pieces, one for each activity. The time says the day only."""
    yield (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<iati-activities version="{VERSION}" generated-datetime="{generated.isoformat()}T00:00:00Z">\n'
    ).encode()
    for activity in activities:
        yield activity_xml(activity)
    yield b"</iati-activities>\n"


def activity_xml(activity: Activity) -> bytes:
    """One activity."""
    element = element_of(activity, "iati-activity")
    etree.indent(element, "  ", level=1)
    return b"  " + bytes(etree.tostring(element, encoding="utf-8")) + b"\n"


def element_of(part: Part, tag: str) -> Any:
    """The part as an element. What is empty is left out."""
    element = etree.Element(tag)
    for slot in shape_of(type(part)).slots:
        value = getattr(part, slot.field)
        if value is None or value == "" or value == ():
            continue
        match slot.place:
            case At(name):
                element.set(name, plain(value))
            case In(name):
                for one in value if slot.holds == "many" else (value,):
                    element.append(element_of(one, name))
            case Coded(name, attribute):
                etree.SubElement(element, name).set(attribute, plain(value))
            case Own(name):
                (etree.SubElement(element, name) if name else element).text = plain(value)
    return element


def plain(value: Any) -> str:
    """A plain value as XML Schema writes it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def text_of(part: Part, tag: str) -> str:
    """The part as text without white space between: what is kept, and what a digest is made of."""
    return str(etree.tostring(element_of(part, tag), encoding="unicode"))
