"""What an event's body may hold: codes, numbers, dates and digests, never free text. And which acts are public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

KIND = re.compile(r"[a-z_]+\.[a-z0-9-]+\Z")
KEY = re.compile(r"[a-z_]{1,40}\Z")
CODE = re.compile(r"[A-Za-z0-9_.:+/=-]{0,100}\Z")
LARGEST = 2**53
#: The bytes of an open leaf that its event may come to: enough below the format's 8,192 (TRUST.md A2).
LONGEST_OPEN = 8_000


#: Acts that are public anyway: the log shows them as they are. All others are sealed. Each room adds its own at start.
_open: set[str] = set()
#: The acts that a matter begins with: it has no secret before.
_first: set[str] = set()
#: The acts that erase a matter.
_erasing: set[str] = set()


class BodyRefused(ValueError):
    """A programming error: an event was given something that is no code, number, date or digest."""


def check_kind(kind: str) -> None:
    """Raise BodyRefused unless the kind reads `room.thing-done`."""
    if not KIND.match(kind):
        raise BodyRefused(f"event kind {kind!r} is not of the form room.thing-done")


def plain_body(body: Mapping[str, object]) -> dict[str, object]:
    """The body as JSON values; dates become ISO text, lists stay lists of codes or numbers.

    Raises BodyRefused for floats, free text, nested mappings and integers beyond 2**53 (TRUST.md A2).
    """
    return {_key(key): _value(key, value) for key, value in body.items()}


def _key(key: str) -> str:
    if not KEY.match(key):
        raise BodyRefused(f"event key {key!r} may only use a to z and _")
    return key


def _value(key: str, value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) >= LARGEST:
            raise BodyRefused(f"event number {key} is beyond 2**53")
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if not CODE.match(value):
            raise BodyRefused(f"event value {key} is not a code: free text stays out of the record")
        return str(value)
    if isinstance(value, list | tuple):
        return [_item(key, item) for item in value]
    raise BodyRefused(f"event value {key} of type {type(value).__name__} can't be recorded")


def _item(key: str, value: object) -> object:
    """One of a list: a code or number, or a flat line of them, as a posting is."""
    if isinstance(value, Mapping):
        return {_key(str(name)): _value(key, part) for name, part in value.items()}
    return _value(key, value)


def make_public(*kinds: str) -> None:
    """Let the log show these kinds of acts in clear. Said by the room that records them, once, at start."""
    for kind in kinds:
        check_kind(kind)
    _open.update(kinds)


def is_public(kind: str) -> bool:
    """Whether the log shows such an act as it is."""
    return kind in _open


def public_kinds() -> frozenset[str]:
    """Every kind that the log shows as it is."""
    return frozenset(_open)


def begin_matters(*kinds: str) -> None:
    """Say which kinds of acts a matter begins with. Said by the room that records them, once, at start."""
    _first.update(kinds)


def begins(kind: str) -> bool:
    """Whether a matter begins with such an act."""
    return kind in _first


def erase_matters(*kinds: str) -> None:
    """Say which kinds of acts erase a matter (`case` in the body). Said by the room that records them, once, at start."""
    _erasing.update(kinds)


def erasing_kinds() -> frozenset[str]:
    """The kinds of acts that erase a matter."""
    return frozenset(_erasing)
