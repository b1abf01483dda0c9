"""The one exception of this room, and the small readings that every parser shares."""

from __future__ import annotations

import base64
import binascii
import re

#: Sizes and positions stay below this: 64-bit readers with a sign must be able to hold them.
LIMIT = 2**63
HASH_BYTES = 32
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Refused(ValueError):
    """What was given is not what it claims to be; the message is a sentence for people."""


def decimal(text: str, what: str) -> int:
    """A count in ASCII digits without leading zeroes, below 2**63 (C2SP tlog-checkpoint, "tree size")."""
    if not _DECIMAL.fullmatch(text) or int(text) >= LIMIT:
        raise Refused(f"The {what} is not a whole number without leading zeroes: {text[:40]!r}.")
    return int(text)


def unbase64(text: str, what: str) -> bytes:
    """Bytes from standard base64 (RFC 4648, section 4), of which only the one proper spelling is taken."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(f"The {what} is not base64: {text[:60]!r}.")
    if base64.b64encode(data).decode() != text:
        raise Refused(f"The {what} is base64 with stray bits at its end: {text[:60]!r}.")
    return data


def hash_of_base64(text: str, what: str) -> bytes:
    """One 32-byte hash from base64."""
    return whole_hash(unbase64(text, what), what)


def whole_hash(data: bytes, what: str) -> bytes:
    """The same bytes, when they are as long as a SHA-256 hash."""
    if len(data) != HASH_BYTES:
        raise Refused(f"The {what} has {len(data)} bytes; a hash has {HASH_BYTES}.")
    return data


def text_of(data: bytes | str, what: str) -> str:
    """Text from UTF-8 bytes, or the text itself when it can be written as UTF-8."""
    try:
        if isinstance(data, bytes):
            return data.decode()
        data.encode()
    except UnicodeError:
        raise Refused(f"The {what} is not UTF-8 text.")
    return data


def as_lines(text: str) -> str:
    """The same with a line feed at each line's end, where another system put a carriage return before it."""
    return text.replace("\r\n", "\n")


def base64_of(data: bytes) -> str:
    """Standard base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()
