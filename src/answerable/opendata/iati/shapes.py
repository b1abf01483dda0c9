"""How each dataclass of `elements` stands in the XML, worked out of its annotations once."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .elements import At, Coded, In, Own, Part

Holds = Literal["one", "many", "value"]


@dataclass(frozen=True)
class Slot:
    """One field: where it stands, and what it holds."""

    field: str
    place: At | In | Coded | Own
    holds: Holds
    #: The dataclass of the element within, or the plain type.
    kind: Any


@dataclass(frozen=True)
class Shape:
    """An element: its slots in the schema's order, and by name for the reader."""

    slots: tuple[Slot, ...]
    attributes: dict[str, Slot]
    elements: dict[str, Slot]
    own: Slot | None
    make: Callable[..., Part]


_known: dict[Any, Shape] = {}


def shape_of(kind: type[Part]) -> Shape:
    """The shape of a dataclass."""
    if kind not in _known:
        _known[kind] = _shape(kind)
    return _known[kind]


def _shape(kind: type[Part]) -> Shape:
    hints = get_type_hints(kind, include_extras=True)
    slots = tuple(_slot(item.name, hints[item.name]) for item in fields(kind) if item.name != "line")
    elements = {}
    own = None
    for slot in slots:
        if isinstance(slot.place, In | Coded) or (isinstance(slot.place, Own) and slot.place.name):
            elements[slot.place.name] = slot
        elif isinstance(slot.place, Own):
            own = slot
    attributes = {slot.place.name: slot for slot in slots if isinstance(slot.place, At)}
    return Shape(slots, attributes, elements, own, kind)


def _slot(name: str, hint: Any) -> Slot:
    inner, place = get_args(hint)[:2]
    if get_origin(inner) is tuple:
        return Slot(name, place, "many", get_args(inner)[0])
    if get_origin(inner) in (Union, types.UnionType):
        inner = next(option for option in get_args(inner) if option is not type(None))
    return Slot(name, place, "one" if isinstance(place, In) else "value", inner)
