"""Hashing of RFC 6962, section 2.1: leaves and nodes begin with different bytes, so none can pass for the other."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

#: The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry) (RFC 6962, section 2.1)."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right) (RFC 6962, section 2.1)."""
    return sha256(b"\1" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """The leaf hash of each entry: a tight loop."""
    return [sha256(b"\0" + entry).digest() for entry in entries]


def pair_list(row: list[bytes]) -> list[bytes]:
    """The row of nodes above a row of an even number of hashes: a tight loop."""
    hashes = iter(row)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(hashes, hashes, strict=True)]


def pair_up(row: bytes) -> bytes:
    """The row of nodes above a row of an even number of hashes, both as concatenated bytes: a tight loop."""
    return b"".join([sha256(b"\1" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])
