"""Hashing of RFC 6962, section 2.1: leaves and nodes begin with different bytes, so none can pass for the other."""

from __future__ import annotations

from hashlib import sha256

#: The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry) (RFC 6962, section 2.1)."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right) (RFC 6962, section 2.1)."""
    return sha256(b"\1" + left + right).digest()


def pair_up(row: bytes) -> bytes:
    """The row of nodes above a row of an even number of hashes, both as concatenated bytes: the tight loop."""
    return b"".join([sha256(b"\1" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])
