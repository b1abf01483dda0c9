"""Tiles and entry bundles of height 8 (C2SP tlog-tiles): immutable files from which readers compute any proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .hashing import pair_up
from .refused import LIMIT, Refused

WIDTH = 256
LARGEST_ENTRY = 2**16 - 1


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """Where a tile stands below the log's prefix (C2SP tlog-tiles, "Merkle Tree")."""
    if not 0 <= level <= 63:
        raise Refused(f"Tiles have no level {level}.")
    return f"tile/{level}/{_numbered(n, width)}"


def entries_path(n: int, width: int = WIDTH) -> str:
    """Where an entry bundle stands below the log's prefix (C2SP tlog-tiles, "Log entries")."""
    return f"tile/entries/{_numbered(n, width)}"


def _numbered(n: int, width: int) -> str:
    if not 0 <= n < LIMIT or not 0 < width <= WIDTH:
        raise Refused(f"There is no tile {n} of width {width}.")
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.append(f"x{n % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Each (level, n, width) of the tiles of a tree, partial ones last on their level."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[tuple[int, int, int]]:
    """Each (level, n, width) of the tiles that a tree needs after growing (C2SP tlog-tiles, "Partial Tiles")."""
    level = 0
    while has := new >> 8 * level:
        had = old >> 8 * level
        for n in range(had // WIDTH, has // WIDTH):
            yield level, n, WIDTH
        if has % WIDTH and has != had:
            yield level, has // WIDTH, has % WIDTH
        level += 1


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """A bundle: each entry after its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries")."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise Refused(f"An entry of {len(entry)} bytes is too long for a bundle.")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unpack_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle (C2SP tlog-tiles, "Log entries"); at most 256."""
    entries, at, end = [], 0, len(data)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at > end or len(entries) > WIDTH:
        raise Refused("The entry bundle is cut off, or has more than 256 entries.")
    return entries


class TileNodes:
    """The nodes of a tree of known size, read from its tiles; a `node` for making proofs.

    `fetch` gives the bytes below a path. What it gives has the right length, but is not yet known to be true:
    verify the proof that is made from it, or compare `proofs.root` with a signed checkpoint.
    """

    def __init__(self, fetch: Callable[[str], bytes], size: int) -> None:
        self.fetch, self.size = fetch, size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, offset: int) -> bytes:
        """The hash of the complete subtree of `level` at `offset`."""
        if not 0 <= offset < self.size >> level:
            raise Refused(f"A tree of {self.size} leaves has no complete subtree {offset} of level {level}.")
        inner = level % 8
        first = offset << inner
        row = self.tile(level // 8, first // WIDTH)[first % WIDTH * 32 :][: 32 << inner]
        while len(row) > 32:
            row = pair_up(row)
        return row

    def tile(self, level: int, n: int) -> bytes:
        """One tile, as wide as the tree's size demands."""
        known = self._tiles.get((level, n))
        if known is None:
            known = self._tiles[level, n] = self._read(level, n)
        return known

    def _read(self, level: int, n: int) -> bytes:
        width = min(WIDTH, (self.size >> 8 * level) - n * WIDTH)
        path = tile_path(level, n, width)
        try:
            data = self.fetch(path)
        except (OSError, LookupError):
            if width == WIDTH:
                raise
            data = self.fetch(tile_path(level, n))[
                : width * 32
            ]  # the full tile may stand in for a partial one
        if len(data) != width * 32:
            raise Refused(f"The tile {path} has {len(data)} bytes instead of {width * 32}.")
        return data
