"""Building a large tree again from its stored leaf hashes: its root, and the nodes kept beside the rows.

With the nodes of level 8 and 16 beside them, leaf hashes in rows are enough for every proof: 156,250 and 610 nodes
for 40,000,000 leaves. Hashing is the work, so it is done by several processes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from .compact import CompactRange
from .hashing import pair_up
from .refused import Refused
from .tiles import WIDTH

#: Leaves below one node of level 16: what a process takes at once, 2 MB of hashes.
SPAN = 1 << 16
_MOST_BLOCKS = 256
#: Fewer spans than this are done before further processes have started.
_FEW = 8

#: Gives the leaf hashes from a position up to another one, concatenated. Must be picklable: a plain function or object.
Read = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Rebuilt:
    """A tree's root, and its complete nodes of level 8 and 16, concatenated in order."""

    size: int
    root: bytes
    level8: bytes
    level16: bytes


def rebuild(
    read: Read,
    size: int,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rebuilt:
    """The tree over `size` stored leaf hashes (RFC 9162, section 2.1.1); `progress` hears (leaves done, of all)."""
    spans = [(read, start, min(start + SPAN, size)) for start in range(0, size, SPAN)]
    row8, row16, rest = [], [], CompactRange()
    done = 0
    for level8, ends in spread(_rebuild_span, spans, processes):
        row8.append(level8)
        done = min(done + SPAN, size)
        if done % SPAN == 0:
            row16.append(ends)
        else:
            rest = CompactRange(size % SPAN, [ends[at : at + 32] for at in range(0, len(ends), 32)])
        if progress:
            progress(done, size)
    top = CompactRange()
    top.extend(row16)
    whole = CompactRange(size, [*top.hashes, *rest.hashes])
    return Rebuilt(size, whole.root(), b"".join(row8), b"".join(row16))


def _rebuild_span(task: tuple[Read, int, int]) -> tuple[bytes, bytes]:
    """The nodes of level 8 of up to 65,536 leaves, and the complete subtrees these consist of, largest first."""
    read, start, end = task
    row = read(start, end)
    if len(row) != 32 * (end - start):
        raise Refused(f"Of the leaf hashes {start} to {end} only {len(row) // 32} are there.")
    level8, ends, level = b"", [], 0
    while row and (len(row) > 32 or level < 16):
        if level == 8:
            level8 = row
        if len(row) & 32:
            ends.append(row[-32:])
            row = row[:-32]
        row, level = pair_up(row), level + 1
    return level8, row + b"".join(reversed(ends))


class StoredNodes:
    """A `node` for making proofs from leaf hashes in rows, with the nodes of level 8 and 16 beside them.

    Each of the three gives the concatenated hashes of its level from an offset up to another one, fewer where there
    are no more. They are read 256 at a time and kept a while, so that a proof takes a handful of reads.
    """

    def __init__(self, leaves: Read, level8: Read, level16: Read) -> None:
        self._levels = ((16, level16), (8, level8), (0, leaves))
        self._blocks: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, offset: int) -> bytes:
        """The hash of the complete subtree of `level` at `offset`."""
        kept, read = next((kept, read) for kept, read in self._levels if kept <= level)
        start, end = offset << level - kept, offset + 1 << level - kept
        parts = [self._block(kept, read, n, end) for n in range(start // WIDTH, (end - 1) // WIDTH + 1)]
        row = b"".join(parts)[start % WIDTH * 32 :][: (end - start) * 32]
        if len(row) != (end - start) * 32:
            raise Refused(f"The stored hashes below node {offset} of level {level} are not all there.")
        while len(row) > 32:
            row = pair_up(row)
        return row

    def _block(self, kept: int, read: Read, n: int, end: int) -> bytes:
        found = self._blocks.get((kept, n), b"")
        if len(found) < min(end - n * WIDTH, WIDTH) * 32:  # unknown yet, or grown since
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            found = self._blocks[kept, n] = read(n * WIDTH, n * WIDTH + WIDTH)
        return found


T = TypeVar("T")
R = TypeVar("R")


def spread(work: Callable[[T], R], tasks: Sequence[T], processes: int | None = None) -> Iterator[R]:
    """The results of the work in order, by several processes when there is enough of it."""
    processes = min(processes or os.cpu_count() or 1, len(tasks))
    if processes < 2 or len(tasks) < _FEW:
        yield from map(work, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting: deque[Future[R]] = deque()
        for task in tasks:  # a few ahead, so that results do not pile up
            waiting.append(pool.submit(work, task))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
