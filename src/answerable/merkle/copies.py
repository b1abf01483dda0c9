"""Verifying a downloaded copy of a log, offline: every file is built again from the entries and compared."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

from .checkpoints import Checkpoint
from .compact import CompactRange
from .comparing import compare as compare
from .hashing import leaf_hashes, pair_up
from .notes import Note, Verifier
from .rebuild import spread
from .refused import Refused
from .tiles import WIDTH, entries_path, tile_path, tiles_of, unpack_entries

#: Bundles that a process takes at once: 65,536 leaves.
_BUNDLES = 256
LARGEST_FILE = 2**25
#: What `fetch` raises for a file that is not there.
MISSING = (OSError, LookupError)


@dataclass(frozen=True)
class Finding:
    """What is wrong with a file of a copy, as a sentence. Withheld bundles are listed, and no fault."""

    path: str
    sentence: str
    fault: bool = True

    def __str__(self) -> str:
        """The finding as a line."""
        return f"{self.path}: {self.sentence}"


@dataclass(frozen=True)
class Folder:
    """Reads a copy in a folder."""

    path: Path

    def __call__(self, name: str) -> bytes:
        """The bytes of a file; FileNotFoundError when there is none."""
        return (self.path / name).read_bytes()


@dataclass(frozen=True)
class Site:
    """Reads a log, or a copy, from a web address."""

    url: str

    def __call__(self, name: str) -> bytes:
        """The bytes of a file; FileNotFoundError when there is none."""
        try:
            with urllib.request.urlopen(f"{self.url.rstrip('/')}/{name}", timeout=60) as answer:  # noqa: S310
                data: bytes = answer.read(LARGEST_FILE)
                return data
        except HTTPError as trouble:
            with trouble:
                raise FileNotFoundError(f"{name}: answered with status {trouble.code}") from None
        except URLError as trouble:
            raise OSError(f"{self.url} can't be reached: {trouble.reason}") from None


@dataclass(frozen=True)
class Copy:
    """A log's files, wherever they are; `fetch` gives the bytes below a path and must be picklable."""

    fetch: Callable[[str], bytes]

    @classmethod
    def at(cls, where: str | Path) -> Copy:
        """A copy in a folder, or below an http or https address."""
        if str(where).startswith(("http://", "https://")):
            return cls(Site(str(where)))
        return cls(Folder(Path(where)))

    def full_or(self, path: str, full: str) -> bytes:
        """A partial file, or the full one that came after it (C2SP tlog-tiles, "Partial Tiles")."""
        try:
            return self.fetch(path)
        except MISSING:
            if path == full:
                raise
            return self.fetch(full)


def verify_copy(
    copy: Copy,
    vkeys: Iterable[Verifier | str],
    progress: Callable[[int, int], None] | None = None,
    *,
    processes: int | None = 2,
) -> list[Finding]:
    """All that is wrong with a copy; nothing when every tile and the signed root follow from the entries.

    `progress` hears (leaves done, of all).
    """
    verifiers = [Verifier.parse(key) if isinstance(key, str) else key for key in vkeys]
    try:
        note = Note.parse(copy.fetch("checkpoint"))
        note.verified_by(verifiers)
        checkpoint = Checkpoint.parse(note.text)
        withheld = _withheld(copy)
    except Refused as why:
        return [Finding("checkpoint", str(why))]
    except MISSING as why:
        return [Finding("checkpoint", f"The file can't be read: {why}")]
    whole = _Whole(copy, checkpoint)
    bundles = [(n, width) for level, n, width in tiles_of(checkpoint.size) if level == 0]
    tasks = [(copy, bundles[at : at + _BUNDLES], withheld) for at in range(0, len(bundles), _BUNDLES)]
    for span in spread(_verify_span, tasks, processes):
        whole.take(span)
        if progress:
            progress(min(len(whole.rows) * WIDTH, checkpoint.size), checkpoint.size)
    return whole.judged()


@dataclass(frozen=True)
class _Span:
    """What a process found in up to 256 bundles: of a full one its node of level 8, of a partial one its leaf hashes."""

    rows: list[bytes]
    #: What the level-0 tile says instead, where it differs from the bundle.
    others: dict[int, bytes]
    findings: list[Finding]


def _verify_span(task: tuple[Copy, list[tuple[int, int]], frozenset[int]]) -> _Span:
    copy, bundles, withheld = task
    span = _Span([], {}, [])
    for n, width in bundles:
        found: list[bytes] = []
        for path, full, read in (
            (entries_path(n, width), entries_path(n), _leaf_hashes),
            (tile_path(0, n, width), tile_path(0, n), _hashes),
        ):
            try:
                found.append(read(copy.full_or(path, full), width))
            except Refused as why:
                span.findings.append(Finding(path, str(why)))
                found.append(b"")
            except MISSING:
                known = n in withheld and read is _leaf_hashes
                why_not = "Withheld by the log, which says so." if known else "The file is missing."
                span.findings.append(Finding(path, why_not, fault=not known))
                found.append(b"")
        by_bundle, by_tile = (_folded(row) if width == WIDTH and row else row for row in found)
        span.rows.append(by_bundle or by_tile)
        if by_bundle and by_tile and found[0] != found[1]:
            span.others[n] = by_tile
    return span


def _leaf_hashes(bundle: bytes, width: int) -> bytes:
    entries = unpack_entries(bundle)[:width]
    if len(entries) != width:
        raise Refused(f"The bundle has {len(entries)} entries instead of {width}.")
    return b"".join(leaf_hashes(entries))


def _hashes(tile: bytes, width: int) -> bytes:
    if len(tile) not in (width * 32, WIDTH * 32):
        raise Refused(f"The tile has {len(tile)} bytes instead of {width * 32}.")
    return tile[: width * 32]


def _folded(row: bytes) -> bytes:
    """Each 256 hashes become their node, eight levels up."""
    for _ in range(8):
        row = pair_up(row)
    return row


class _Whole:
    """The tree as it comes together from the bundles, and what the tiles and the signature say to it."""

    def __init__(self, copy: Copy, checkpoint: Checkpoint) -> None:
        self.copy, self.checkpoint = copy, checkpoint
        self.rows: list[bytes] = []
        self.others: dict[int, bytes] = {}
        self.findings: list[Finding] = []

    def take(self, span: _Span) -> None:
        """Add the next bundles."""
        self.rows += span.rows
        self.others |= span.others
        self.findings += span.findings

    def judged(self) -> list[Finding]:
        """All findings. Where a bundle and its tile differ, the level above or the signed root says which is bad."""
        size = self.checkpoint.size
        full = size // WIDTH
        part = self.rows[full] if size % WIDTH else b""
        uppers = self._read_uppers()
        nodes = self.rows[:full]
        first = uppers.get(1, {})
        for n in range(full):
            above = first.get(n // WIDTH, b"")[n % WIDTH * 32 :][:32]
            other = self.others.get(n)
            if not nodes[n] or (other and other == above):
                nodes[n] = above or nodes[n]
            if other:
                self._blame(n, WIDTH, bundle_is_bad=other == above)
        if not all(nodes) or (size % WIDTH and not part):
            self.findings.append(Finding("checkpoint", "Too much is missing to compute the root."))
            return self.findings
        if full in self.others:
            bundle_is_bad = self._root(nodes, part) != self.checkpoint.root
            part = self.others[full] if bundle_is_bad else part
            self._blame(full, size % WIDTH, bundle_is_bad=bundle_is_bad)
        if self._root(nodes, part) != self.checkpoint.root:
            sentence = "The files lead to another root than the one that was signed."
            self.findings.append(Finding("checkpoint", sentence))
        self._compare_uppers(b"".join(nodes), uppers)
        return self.findings

    def _blame(self, n: int, width: int, *, bundle_is_bad: bool) -> None:
        paths = [entries_path(n, width), tile_path(0, n, width)]
        bad, other = paths if bundle_is_bad else paths[::-1]
        self.findings.append(Finding(bad, f"It does not agree with {other}."))

    def _root(self, nodes: list[bytes], part: bytes) -> bytes:
        top, rest = CompactRange(), CompactRange()
        top.extend(nodes)
        rest.extend(part[at : at + 32] for at in range(0, len(part), 32))
        return CompactRange(self.checkpoint.size, [*top.hashes, *rest.hashes]).root()

    def _read_uppers(self) -> dict[int, dict[int, bytes]]:
        """The tiles above level 0, by level and number; those that can't be read are a finding."""
        uppers: dict[int, dict[int, bytes]] = {}
        for level, n, width in tiles_of(self.checkpoint.size):
            if level:
                path = tile_path(level, n, width)
                try:
                    row = _hashes(self.copy.full_or(path, tile_path(level, n)), width)
                    uppers.setdefault(level, {})[n] = row
                except Refused as why:
                    self.findings.append(Finding(path, str(why)))
                except MISSING:
                    self.findings.append(Finding(path, "The file is missing."))
        return uppers

    def _compare_uppers(self, row: bytes, uppers: dict[int, dict[int, bytes]]) -> None:
        level = 1
        while row:
            for n, stored in uppers.get(level, {}).items():
                if row[n * WIDTH * 32 :][: len(stored)] != stored:
                    path = tile_path(level, n, len(stored) // 32)
                    self.findings.append(Finding(path, "It does not follow from the tiles below."))
            row = _folded(row[: len(row) // (WIDTH * 32) * (WIDTH * 32)])
            level += 1


def _withheld(copy: Copy) -> frozenset[int]:
    """The bundles that the log says it withholds: `withheld.json` with {"bundles": [...]}, if it is there."""
    try:
        found = json.loads(copy.fetch("withheld.json"))
        return frozenset(int(n) for n in found["bundles"])
    except MISSING:
        return frozenset()
    except (ValueError, TypeError, RecursionError):
        raise Refused("The file withheld.json can't be read.")
