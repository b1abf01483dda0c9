"""The compact range: all of a tree that has to be remembered to append to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice

from .hashing import EMPTY_ROOT, node_hash, pair_list
from .refused import LIMIT, Refused, whole_hash

#: How many leaves are paired up at once: their rows stay within a few megabytes.
_CHUNK = 1 << 14


class CompactRange:
    """The roots of the complete subtrees a tree consists of (RFC 9162, section 2.1.2), largest first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size < LIMIT or size.bit_count() != len(hashes):
            raise Refused(f"A tree of {size} leaves is not made of {len(hashes)} complete subtrees.")
        self.size = size
        self.hashes = [whole_hash(bytes(one), "subtree's hash") for one in hashes]

    def append(self, leaf_hash: bytes) -> None:
        """Take one leaf hash in (RFC 9162, section 2.1.2)."""
        size, hashes = self.size, self.hashes
        self.size = size + 1
        while size & 1:
            leaf_hash = sha256(b"\1" + hashes.pop() + leaf_hash).digest()
            size >>= 1
        hashes.append(leaf_hash)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Take many leaf hashes in, the same as appending each, row by row and so faster."""
        waiting = iter(leaf_hashes)
        while chunk := list(islice(waiting, _CHUNK)):
            self._take(chunk)

    def _take(self, row: list[bytes]) -> None:
        for one in row:
            if len(one) != 32:
                whole_hash(one, "leaf hash")
        count, level, hashes, ends = len(row), 0, self.hashes, []
        while row:
            if self.size >> level & 1:
                row.insert(0, hashes.pop())
            if len(row) & 1:
                ends.append(row.pop())
            row, level = pair_list(row), level + 1
        hashes.extend(reversed(ends))
        self.size += count

    def root(self) -> bytes:
        """The Merkle tree hash (RFC 9162, section 2.1.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        found = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            found = node_hash(left, found)
        return found
