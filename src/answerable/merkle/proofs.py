"""Inclusion and consistency: making proofs from stored nodes, and verifying them by RFC 9162's own algorithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .hashing import EMPTY_ROOT, node_hash
from .refused import LIMIT, Refused, whole_hash

#: Gives the hash of the complete subtree of `level` (2**level leaves) at `offset`, counted in such subtrees.
Node = Callable[[int, int], bytes]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise Refused unless the leaf stands at `index` of the tree (RFC 9162, section 2.1.3.2)."""
    if not 0 < size < LIMIT or not 0 <= index < size:
        raise Refused(f"A tree of {size} leaves has no leaf {index}.")
    whole_hash(root, "root")
    fn, sn = index, size - 1
    found = whole_hash(leaf, "leaf hash")
    for step in proof:
        whole_hash(step, "proof's hash")
        if sn == 0:
            raise Refused("The inclusion proof is too long.")
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("The inclusion proof is too short.")
    if found != root:
        raise Refused("The inclusion proof does not lead to the root.")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise Refused unless the old tree is the beginning of the new one (RFC 9162, section 2.1.4.2)."""
    whole_hash(old_root, "old root")
    whole_hash(new_root, "new root")
    if not 0 < old <= new < LIMIT:
        raise Refused(f"There is no consistency proof from size {old} to size {new}.")
    if old == new:
        if proof:
            raise Refused("Between trees of one size the consistency proof is empty.")
        if old_root != new_root:
            raise Refused("Two trees of one size have different roots.")
        return
    found_old, found_new = consistency_roots(old, new, proof, old_root)
    if found_old != old_root:
        raise Refused("The consistency proof does not lead to the old root.")
    if found_new != new_root:
        raise Refused("The consistency proof does not lead to the new root.")


def consistency_roots(old: int, new: int, proof: Sequence[bytes], seed: bytes) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to (RFC 9162, section 2.1.4.2, steps 2 to 7).

    `seed` is the old root, which the proof leaves out when the old size is a power of two; else it is not used.
    """
    if not 0 < old < new < LIMIT:
        raise Refused(f"There is no consistency proof from size {old} to size {new}.")
    steps = [whole_hash(step, "proof's hash") for step in proof]
    if old & (old - 1) == 0:
        steps.insert(0, seed)
    if not steps:
        raise Refused("The consistency proof is empty.")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    found_old = found_new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            raise Refused("The consistency proof is too long.")
        if fn & 1 or fn == sn:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found_new = node_hash(found_new, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("The consistency proof is too short.")
    return found_old, found_new


def root(size: int, node: Node) -> bytes:
    """The Merkle tree hash of the first `size` leaves (RFC 9162, section 2.1.1)."""
    if not 0 <= size < LIMIT:
        raise Refused(f"No tree has {size} leaves.")
    return _span(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of a leaf, from its sibling up (RFC 9162, section 2.1.3.1)."""
    if not 0 <= index < size < LIMIT:
        raise Refused(f"A tree of {size} leaves has no leaf {index}.")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The nodes that show the old tree at the beginning of the new one (RFC 9162, section 2.1.4.1)."""
    if not 0 < old <= new < LIMIT:
        raise Refused(f"There is no consistency proof from size {old} to size {new}.")
    path = []
    start, end = 0, new
    while end != old:
        middle = start + _left_part(end - start)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    if start:
        path.append(_span(start, end, node))
    return path[::-1]


def _left_part(width: int) -> int:
    """The largest power of two below the width: what stands left in a tree of so many leaves."""
    return 1 << ((width - 1).bit_length() - 1)


def _span(start: int, end: int, node: Node) -> bytes:
    """The tree hash of leaves start to end, where start is where such a subtree may begin."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(node(level, start >> level))
        start += 1 << level
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
