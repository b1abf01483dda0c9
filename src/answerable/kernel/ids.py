"""Keys that sort by day and say nothing finer.

A UUIDv7 (RFC 9562, 5.7) keeps index pages warm, but carries the millisecond of its making:
a moment at which somebody spoke. These are valid version 7 UUIDs whose time field is
midnight UTC of the day, so that a key tells no more than the row's own date.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from uuid import UUID


def day_key(day: date) -> UUID:
    """A fresh version 7 UUID of that day: 48 bits of midnight, 74 random bits."""
    millis = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    value = (millis & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)
