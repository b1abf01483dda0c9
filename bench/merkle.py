"""The register's mathematics: appending, proofs and rebuilding with 40,000,000 leaves, and a copy beside Go's own code.

Leaf hashes stand in rows of SQLite, beside them the nodes of level 8 and 16 only. Nothing here needs Django.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.compact import CompactRange
from answerable.merkle.copies import Copy, verify_copy
from answerable.merkle.hashing import leaf_hash, leaf_hashes
from answerable.merkle.notes import sign_note
from answerable.merkle.proofs import inclusion_proof, verify_inclusion
from answerable.merkle.rebuild import Rebuilt, StoredNodes, rebuild
from answerable.merkle.tiles import TileNodes
from tests.merkle.logs import ORIGIN, SIGNER, entry, write_log

from .databases import ROOT, WORK
from .results import Measure, Note, Results

#: Issue 4, and A22 of the design.
APPEND_SHARE, PROOF_MS, REBUILD_S, COPY_TIMES, APPEND_MS, TILE_PROOF_MS = 0.7, 5.0, 120.0, 3.0, 5.0, 50.0
CORES = 2
_measure = partial(Measure, "merkle", "sqlite")


def run(*, quick: bool = False) -> Results:
    """Everything, in a folder of its own that is gone afterwards."""
    found = Results([], [])
    leaves = 1_000_000 if quick else 40_000_000
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        found.measures += _appending(200_000 if quick else 1_000_000)
        found.measures += _stored(Path(folder), leaves, 400 if quick else 3_000)
        found.merge(_copied(Path(folder), 200_000 if quick else 1_000_000))
    if quick:  # a rehearsal is too small for these: starting processes is most of it
        found.measures = [
            replace(one, most=None) if "rebuilt" in one.name or "by us" in one.name else one
            for one in found.measures
        ]
    return found


def _appending(number: int) -> Iterator[Measure]:
    """Leaf hash and appending, against a loop that hashes the same bytes: as many leaves and as many nodes."""
    entries = [entry(n) for n in range(number)]
    node = b"\1" + bytes(64)

    def bare() -> None:
        for one in entries:
            sha256(b"\0" + one).digest()
            sha256(node).digest()

    def each() -> None:
        tree = CompactRange()
        for one in entries:
            tree.append(leaf_hash(one))

    def many() -> None:
        CompactRange().extend(leaf_hashes(entries))

    rounds = [(_worked(bare), _worked(many), _worked(each)) for _ in range(7)]
    at_once = median(bare / many for bare, many, _ in rounds)
    alone = median(bare / each for bare, _, each in rounds)
    million = 1_000_000
    yield _measure("a bare hashlib loop", number / min(one[0] for one in rounds) / million, "M/s")
    yield _measure(
        "appending in batches",
        number / min(one[1] for one in rounds) / million,
        "M/s",
        ratio=at_once,
        of="bare",
        least=APPEND_SHARE,
        bar_on_ratio=True,
    )
    yield _measure(
        "appending one by one",
        number / min(one[2] for one in rounds) / million,
        "M/s",
        ratio=alone,
        of="bare",
    )
    yield _measure("one append", min(one[2] for one in rounds) / number * 1000, "ms", most=APPEND_MS)


@dataclass(frozen=True)
class Rows:
    """Reads the hashes of one level from rows; opened again in each process, as `rebuild` wants it."""

    file: Path
    level: int

    def __call__(self, start: int, end: int) -> bytes:
        """The hashes from a position up to another one."""
        table = "leaf" if self.level == 0 else f"node{self.level}"
        found = _opened(self.file).execute(f"SELECT hash FROM {table} WHERE n >= ? AND n < ?", (start, end))
        return b"".join([row[0] for row in found])


_open: dict[tuple[int, Path], sqlite3.Connection] = {}


def _opened(file: Path) -> sqlite3.Connection:
    key = (os.getpid(), file)
    if key not in _open:
        _open[key] = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    return _open[key]


def _stored(folder: Path, leaves: int, proofs: int) -> Iterator[Measure]:
    file = folder / "leaves.sqlite3"
    made = _timed(lambda: _make_rows(file, leaves))
    yield _measure(f"{leaves:,} synthetic leaves written as rows", made, "s")
    before = time.perf_counter()
    built = rebuild(Rows(file, 0), leaves, processes=CORES)
    took = time.perf_counter() - before
    yield _measure(
        f"{leaves:,} leaves rebuilt from rows, {CORES} processes",
        took,
        "s",
        most=REBUILD_S,
    )
    _keep_nodes(file, built)
    rows = [Rows(file, level) for level in (0, 8, 16)]
    chance = random.Random(4)
    times, work = [], []
    for _ in range(proofs):
        index = chance.randrange(leaves)
        before, worked = time.perf_counter(), time.process_time()
        nodes = StoredNodes(*rows)  # a new one: nothing is kept from the last proof
        path = inclusion_proof(index, leaves, nodes)
        times.append(time.perf_counter() - before)
        work.append(time.process_time() - worked)
        verify_inclusion(index, leaves, sha256(index.to_bytes(8, "big")).digest(), path, built.root)
    yield _measure("an inclusion proof from rows, median", median(times) * 1000, "ms")
    yield _measure("an inclusion proof from rows, p95 on the wall", quantiles(times, n=20)[-1] * 1000, "ms")
    spent = quantiles(work, n=20)[-1] * 1000
    yield _measure("an inclusion proof from rows, p95 of one core's work", spent, "ms", most=PROOF_MS)
    _open.pop((os.getpid(), file)).close()
    file.unlink()


def _make_rows(file: Path, leaves: int) -> None:
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for table in ("leaf", "node8", "node16"):
            database.execute(f"CREATE TABLE {table} (n INTEGER PRIMARY KEY, hash BLOB NOT NULL)")
        rows = ((n, sha256(n.to_bytes(8, "big")).digest()) for n in range(leaves))
        database.executemany("INSERT INTO leaf VALUES (?, ?)", rows)
    database.close()


def _keep_nodes(file: Path, built: Rebuilt) -> None:
    with sqlite3.connect(file) as database:
        for table, row in (("node8", built.level8), ("node16", built.level16)):
            hashes = ((at // 32, row[at : at + 32]) for at in range(0, len(row), 32))
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", hashes)
    database.close()


def _copied(folder: Path, leaves: int) -> Results:
    """A downloaded log, verified by us and by Go's own code; and one proof from its tiles."""
    found = Results([], [])
    log = folder / "log"
    checkpoint = write_log(log, [entry(n) for n in range(leaves)])
    before = time.perf_counter()
    nodes = TileNodes(Copy.at(log).fetch, leaves)
    path = inclusion_proof(leaves // 3, leaves, nodes)
    took = time.perf_counter() - before
    verify_inclusion(leaves // 3, leaves, leaf_hash(entry(leaves // 3)), path, checkpoint.root)
    found.measures.append(_measure("the first proof from tiles", took * 1000, "ms", most=TILE_PROOF_MS))
    tree = Checkpoint(ORIGIN, leaves, checkpoint.root)
    signed = _timed(lambda: sign_note(tree.body(), [SIGNER]))
    found.measures.append(_measure("signing a checkpoint", signed * 1000, "ms"))

    def ours() -> None:
        assert verify_copy(Copy.at(log), [SIGNER.vkey], processes=CORES) == []

    checker = _go_checker(folder)
    if checker is None:
        found.notes.append(Note("merkle", "sqlite", "no Go on this machine: a copy was verified by us alone"))
        found.measures.append(_measure(f"a copy of {leaves:,} leaves verified", _timed(ours), "s"))
        return found

    def gos() -> None:
        subprocess.run([str(checker), log, SIGNER.vkey, "quick"], check=True, stdout=subprocess.DEVNULL)

    rounds = [(_timed(gos), _timed(ours)) for _ in range(3)]
    found.measures.append(
        _measure(f"a copy of {leaves:,} leaves verified by Go", min(go for go, _ in rounds), "s")
    )
    found.measures.append(
        _measure(
            f"a copy of {leaves:,} leaves verified by us",
            min(we for _, we in rounds),
            "s",
            ratio=median(we / go for go, we in rounds),
            of="Go",
            most=COPY_TIMES,
            bar_on_ratio=True,
        )
    )
    return found


def _go_checker(folder: Path) -> Path | None:
    if not shutil.which("go"):
        return None
    checker = folder / "checker"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    command: Sequence[str | Path] = ["go", "build", "-o", checker, "main.go"]
    subprocess.run(command, cwd=ROOT / "tests/merkle/go", env=environment, check=True)
    return checker


def _worked(act: Callable[[], object]) -> float:
    """Seconds that a core worked for us: a busy neighbour is not in it."""
    before = time.process_time()
    act()
    return time.process_time() - before


def _timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before
