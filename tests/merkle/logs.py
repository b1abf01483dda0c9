"""Writes a whole log into a folder: what a sequencer writes, at once and for a chosen size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash, pair_up
from answerable.merkle.notes import Signer, sign_note
from answerable.merkle.tiles import WIDTH, entries_path, pack_entries, tile_path, tiles_of

ORIGIN = "example.org/register"
SIGNER = Signer.from_seed(ORIGIN, bytes(range(32)))


def entry(n: int) -> bytes:
    """The n-th of many entries, all different and of a usual size."""
    return b'{"at":"2026-11-21","body":{"n":%d},"kind":"publication","org":"example-district","v":1}' % n


def write_log(folder: Path, entries: Sequence[bytes], signer: Signer = SIGNER) -> Checkpoint:
    """Bundles, tiles and the signed checkpoint of these entries."""
    hashes = list(map(leaf_hash, entries))
    tree = CompactRange()
    tree.extend(hashes)
    rows = [b"".join(hashes)]
    while len(rows[-1]) >= WIDTH * 32:
        row = rows[-1][: len(rows[-1]) // (WIDTH * 32) * WIDTH * 32]
        for _ in range(8):
            row = pair_up(row)
        rows.append(row)
    for level, n, width in tiles_of(len(entries)):
        put(folder, tile_path(level, n, width), rows[level][n * WIDTH * 32 :][: width * 32])
        if level == 0:
            put(folder, entries_path(n, width), pack_entries(entries[n * WIDTH :][:width]))
    checkpoint = Checkpoint(signer.name, len(entries), tree.root())
    put(folder, "checkpoint", sign_note(checkpoint.body(), [signer]).encode())
    return checkpoint


def put(folder: Path, name: str, data: bytes) -> None:
    """One file below the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class Tree:
    """A small tree in memory; its `node` gives the nodes for making proofs."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.leaves = list(map(leaf_hash, entries))

    def node(self, level: int, offset: int) -> bytes:
        """The hash of a complete subtree."""
        row = b"".join(self.leaves[offset << level : offset + 1 << level])
        assert len(row) == 32 << level
        while len(row) > 32:
            row = pair_up(row)
        return row
