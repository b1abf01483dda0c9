"""mirror, verify, compare, prove: what anybody can do with a log, or a downloaded copy of one, offline."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from answerable.kernel.files import write_whole
from answerable.merkle.comparing import CONSISTENT, FORK, Comparison, compare
from answerable.merkle.copies import Copy, verify_copy
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.proofs import inclusion_proof
from answerable.merkle.refused import HASH_BYTES, Refused
from answerable.merkle.tiles import WIDTH, TileNodes, entries_path, tile_path, tiles_of

from .common import (
    WELL,
    WRONG,
    CannotSay,
    bar,
    beside,
    checkpoint_note,
    checkpoint_of,
    is_log,
    key_options,
    policy_for,
    say,
)

#: Files fetched at a time over HTTP.
_AT_ONCE = 8


def add_to(commands: Any) -> None:
    """Their words."""
    made = commands.add_parser("mirror", help="copy a log into a folder; run again, it goes on from there")
    made.add_argument("source", metavar="URL|FOLDER")
    made.add_argument("folder", type=Path, metavar="DEST")
    made.add_argument(
        "--evidence", type=Path, default=Path("fork-evidence.txt"), help="where a fork is written"
    )
    key_options(made)
    made.set_defaults(work=_mirror)
    made = commands.add_parser(
        "verify", help="compute everything anew from the entries, up to the signed root"
    )
    made.add_argument("source", metavar="FOLDER|URL")
    made.add_argument("--processes", type=int, default=2, help="processes that compute (2)")
    key_options(made)
    made.set_defaults(work=_verify)
    made = commands.add_parser("compare", help="two checkpoints: consistent, or evidence of a fork")
    made.add_argument(
        "a", metavar="A", help="a checkpoint in a file (of a notice board), a copy's folder, or a URL"
    )
    made.add_argument("b", metavar="B")
    made.add_argument(
        "--log", metavar="URL|FOLDER", help="where the proof between them is read, if neither has it"
    )
    made.add_argument(
        "--evidence", type=Path, default=Path("fork-evidence.txt"), help="where a fork is written"
    )
    key_options(made)
    made.set_defaults(work=_compare)
    made = commands.add_parser("prove", help="make a proof file of a leaf, from a copy")
    made.add_argument("source", metavar="FOLDER|URL")
    made.add_argument(
        "leaf", metavar="INDEX|HASH", help="the leaf's place, or its hash in hexadecimal digits"
    )
    made.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: the output)")
    key_options(made)
    made.set_defaults(work=_prove)


def _mirror(given: argparse.Namespace) -> int:
    source, folder = Copy.at(given.source), given.folder
    policy = policy_for(given, folder, given.source)
    try:
        note = checkpoint_note(given.source)
        new = checkpoint_of(note, policy.logs)
    except Refused as why:
        raise CannotSay(f"{given.source} shows a checkpoint that can't be used: {why}") from None
    nodes = TileNodes(lambda name: source.full_or(name, name.partition(".p/")[0]), new.size)
    if (folder / "checkpoint").exists():
        try:
            old = checkpoint_note(str(folder))
            have = checkpoint_of(old, policy.logs).size
        except Refused as why:
            raise CannotSay(
                f"{folder}/checkpoint is not what was copied: {why} Keep it aside, remove it, and mirror again."
            ) from None
        if have > new.size:
            say(
                f"{given.source} shows {new.size:,} leaves, and {folder} has more: it shows an old state, or forgot some."
            )
            return WRONG
        if (code := _told(compare(old, note, policy.logs, node=nodes), given.evidence)) != WELL:
            return code
    wanted = list(files_of(new.size))
    missing = [names for names in wanted if not _have(folder, names)]
    with bar("Copying", " files") as hear, ThreadPoolExecutor(_AT_ONCE) as pool:
        done = len(wanted) - len(missing)
        for _ in pool.map(lambda names: _fetch(source, folder, names), missing):
            hear(done := done + 1, len(wanted))
    for name in ("policy", "withheld.json"):
        _fetch_if_there(source, folder, name)
    write_whole(folder / "checkpoint", note.encode())
    say(
        f"{folder} has all {new.size:,} leaves of {new.origin}; {len(missing):,} files are new. Next: verify {folder}"
    )
    return WELL


def files_of(size: int) -> Iterator[tuple[str, str]]:
    """Every tile and bundle of a tree: its path, and that of the full one which may stand there instead."""
    for level, n, width in tiles_of(size):
        yield tile_path(level, n, width), tile_path(level, n)
        if level == 0:
            yield entries_path(n, width), entries_path(n)


def _have(folder: Path, names: tuple[str, str]) -> bool:
    return any((folder / name).is_file() for name in names)


def _fetch(source: Copy, folder: Path, names: tuple[str, str]) -> None:
    path, full = names
    try:
        data = source.fetch(path)
    except FileNotFoundError:
        if path == full:
            raise CannotSay(f"The log has no file {path}: it hides it, or is being repaired.") from None
        data, path = source.fetch(full), full
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    write_whole(folder / path, data)


def _fetch_if_there(source: Copy, folder: Path, name: str) -> None:
    try:
        data = source.fetch(name)
    except FileNotFoundError:
        return
    if not (folder / name).exists() or (folder / name).read_bytes() != data:
        write_whole(folder / name, data)


def _verify(given: argparse.Namespace) -> int:
    if not is_log(given.source):
        raise CannotSay(f"There is no folder {given.source}.")
    policy = policy_for(given, given.source)
    copy = Copy.at(given.source)
    with bar("Computing", " leaves") as hear:
        findings = verify_copy(copy, policy.logs, hear, processes=given.processes)
    for found in findings:
        say(f"{'wrong' if found.fault else 'noted'}  {found}")
    if any(found.fault for found in findings):
        say("This copy is not what was signed.")
        return WRONG
    try:
        seen = policy.check(copy.fetch("checkpoint"))
    except Refused as why:
        say(str(why))
        return WRONG
    by = f", seen by {len(seen.witnesses)} witnesses" if seen.witnesses else ""
    say(f"All {seen.checkpoint.size:,} leaves lead to the root that {seen.checkpoint.origin} signed{by}.")
    if seen.warning:
        say(seen.warning)
    return WELL


def _compare(given: argparse.Namespace) -> int:
    logs = [one for one in (given.log, given.a, given.b) if one and is_log(one)]
    policy = policy_for(given, *(one for one in logs if beside(one) is not None))
    notes = [checkpoint_note(one) for one in (given.a, given.b)]
    found = [checkpoint_of(note, policy.logs) for note in notes]
    larger = max(range(2), key=lambda n: found[n].size)
    sources = [one for one in (given.log, (given.a, given.b)[larger]) if one and is_log(one)]
    if found[0].size != found[1].size and not sources:
        raise CannotSay(
            "Between two sizes a proof is needed. Say where the log or a copy is: --log URL|FOLDER."
        )
    node = None
    if sources:
        copy = Copy.at(sources[0])
        node = TileNodes(lambda name: copy.full_or(name, name.partition(".p/")[0]), found[larger].size)
    return _told(compare(notes[0], notes[1], policy.logs, node=node), given.evidence)


def _told(comparison: Comparison, evidence: Path) -> int:
    say(f"{comparison.verdict}: {comparison.sentence}")
    if comparison.verdict == FORK:
        write_whole(evidence, comparison.evidence.encode())
        say(f"Both signed notes are in {evidence}: they convict the log wherever they are shown.")
    return WELL if comparison.verdict == CONSISTENT else WRONG


def _prove(given: argparse.Namespace) -> int:
    copy = Copy.at(given.source)
    note = checkpoint_note(given.source)
    size = checkpoint_of(note, policy_for(given, given.source).logs).size
    nodes = TileNodes(lambda name: copy.full_or(name, name.partition(".p/")[0]), size)
    if len(given.leaf) == 64:
        index = index_of(nodes, hash_of(given.leaf))
        if index is None:
            say(f"None of the {size:,} leaves has this hash.")
            return WRONG
    elif given.leaf.isdecimal():
        index = int(given.leaf)
    else:
        raise CannotSay("A leaf is named by its place, or by the 64 hexadecimal digits of its hash.")
    text = ProofFile(index, inclusion_proof(index, size, nodes), note).text()
    if given.out:
        write_whole(given.out, text.encode())
        digest = nodes.tile(0, index // WIDTH)[index % WIDTH * HASH_BYTES :][:HASH_BYTES]
        say(f"Leaf {index} is in {given.out}. Its hash, for check-receipt --leaf: {digest.hex()}")
    else:
        say(text.rstrip("\n"))
    return WELL


def hash_of(digits: str) -> bytes:
    """A leaf's hash as it is typed. Raises CannotSay."""
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES:
        raise CannotSay(f"A leaf's hash has 64 hexadecimal digits, and this is none: {digits[:80]}")
    return found


def index_of(nodes: TileNodes, leaf: bytes) -> int | None:
    """The place of a leaf with this hash; None when there is none. Reads the tiles of level 0."""
    last = -(-nodes.size // WIDTH)
    with bar("Searching", " leaves") as hear:
        for n in range(last):
            tile = nodes.tile(0, n)
            at = tile.find(leaf)
            while at >= 0:
                if at % 32 == 0:
                    return n * WIDTH + at // 32
                at = tile.find(leaf, at + 1)
            hear(min((n + 1) * WIDTH, nodes.size), nodes.size)
    return None
