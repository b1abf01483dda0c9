"""Keys that sort by day and say nothing finer.

A UUIDv7 (RFC 9562, 5.7) keeps index pages warm, but carries the millisecond of its making:
a moment at which somebody spoke. These are valid version 7 UUIDs whose time field is
midnight UTC of the day, so that a key tells no more than the row's own date.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from uuid import UUID

_DAY_MILLIS = 86_400_000
#: Versions of a key that say nothing about a device: 1, 2 and 6 carry its network address.
TAKEN_VERSIONS = frozenset({4, 7})


def day_key(day: date) -> UUID:
    """A fresh version 7 UUID of that day: 48 bits of midnight, 74 random bits."""
    millis = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    value = (millis & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def to_the_day(key: UUID) -> UUID:
    """A key that a device made, as it may be kept: a version 7 one loses the moment and keeps its day.

    The same key always gives the same one. Raises ValueError for versions that name a device or a moment otherwise.
    """
    if key.version not in TAKEN_VERSIONS:
        raise ValueError("a key must be a UUID of version 4 or 7")
    if key.version == 4:
        return key
    millis = key.int >> 80
    return UUID(int=key.int - (millis % _DAY_MILLIS << 80))
