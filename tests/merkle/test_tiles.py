"""Tiles and bundles, against the specification's examples and a log that Tessera wrote."""

from pathlib import Path

import pytest

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Note, Verifier
from answerable.merkle.proofs import inclusion_proof, root, verify_inclusion
from answerable.merkle.refused import Refused
from answerable.merkle.tiles import (
    TileNodes,
    entries_path,
    new_tiles,
    pack_entries,
    tile_path,
    tiles_of,
    unpack_entries,
)
from tests.merkle.logs import entry


def test_where_tiles_stand():
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(1, 5, 17) == "tile/1/005.p/17"
    assert entries_path(273, 112) == "tile/entries/273.p/112"
    assert entries_path(1000) == "tile/entries/x001/000"
    for bad in [(64, 0, 256), (-1, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)]:
        with pytest.raises(Refused):
            tile_path(*bad)


@pytest.mark.parametrize(
    ("size", "full", "partial"),
    [
        (0, {}, {}),
        (1, {}, {0: 1}),
        (2, {}, {0: 2}),
        (255, {}, {0: 255}),
        (256, {0: 1}, {1: 1}),
        (257, {0: 1}, {0: 1, 1: 1}),
        (65_535, {0: 255}, {0: 255, 1: 255}),
        (65_536, {0: 256, 1: 1}, {2: 1}),
        (65_537, {0: 256, 1: 1}, {0: 1, 2: 1}),
        (70_000, {0: 273, 1: 1}, {0: 112, 1: 17, 2: 1}),
    ],
)
def test_which_tiles_a_tree_has(size: int, full: dict[int, int], partial: dict[int, int]):
    found = list(tiles_of(size))
    for level in range(4):
        own = [(n, width) for at, n, width in found if at == level]
        assert [one for one in own if one[1] == 256] == [(n, 256) for n in range(full.get(level, 0))]
        assert [width for _, width in own if width < 256] == ([partial[level]] if level in partial else [])


def test_growing_asks_for_what_is_new_only():
    for old in (0, 1, 255, 256, 300, 65_535, 65_536, 66_000):
        for new in (old, old + 1, old + 256, 70_000):
            before = set(tiles_of(old))
            assert [tile for tile in tiles_of(new) if tile not in before] == list(new_tiles(old, new))


def test_the_log_that_tessera_wrote(theirs: Path):
    folder = theirs / "tessera-log"
    verifier = Verifier.parse((folder / "vkey.txt").read_text())
    entries = unpack_entries((folder / entries_path(0, 10)).read_bytes())
    assert len(entries) == 10
    for size in range(11):
        note = Note.parse((folder / f"checkpoint.{size}").read_bytes())
        note.verified_by([verifier])
        checkpoint = Checkpoint.parse(note.text)
        assert checkpoint.size == size
        tree = CompactRange()
        tree.extend(map(leaf_hash, entries[:size]))
        assert tree.root() == checkpoint.root
        for level, n, width in tiles_of(size):
            hashes = b"".join(map(leaf_hash, entries[:size]))
            assert (folder / tile_path(level, n, width)).read_bytes() == hashes
            assert (folder / entries_path(n, width)).read_bytes() == pack_entries(entries[:size])


def test_proofs_from_tiles(large_log: Path):
    asked: list[str] = []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return (large_log / path).read_bytes()

    nodes = TileNodes(fetch, 70_000)
    top = root(70_000, nodes)
    assert top == Checkpoint.parse(Note.parse((large_log / "checkpoint").read_bytes()).text).root
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_999):
        path = inclusion_proof(index, 70_000, nodes)
        verify_inclusion(index, 70_000, leaf_hash(entry(index)), path, top)
    assert len(asked) == len(set(asked)) < 15


def test_a_full_tile_stands_in_for_a_partial_one(large_log: Path):
    nodes = TileNodes(lambda path: (large_log / path).read_bytes(), 300)
    tree = CompactRange()
    tree.extend(leaf_hash(entry(n)) for n in range(300))
    assert root(300, nodes) == tree.root()


def test_tiles_of_a_wrong_width_are_refused():
    with pytest.raises(Refused, match="instead of 96"):
        TileNodes(lambda path: b"x" * 64, 3)(0, 0)
    with pytest.raises(Refused, match="no complete subtree"):
        TileNodes(lambda path: b"x" * 96, 3)(1, 1)


def test_bundles():
    entries = [b"", b"a", b"b" * 65_535]
    assert unpack_entries(pack_entries(entries)) == entries
    assert unpack_entries(b"") == []
    for bad in (b"\0", b"\0\2a", b"\0\1a\0", b"\0\0" * 257):
        with pytest.raises(Refused):
            unpack_entries(bad)
    with pytest.raises(Refused):
        pack_entries([b"x" * 65_536])
