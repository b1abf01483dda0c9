"""`answerable draw verify FILE|URL`: draw again what was drawn, without settings and without a database."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

from answerable.merkle.checkpoints import Checkpoint, fingerprint
from answerable.merkle.draws import digest_of, read_list, sample_of
from answerable.merkle.notes import Note
from answerable.merkle.refused import Refused

DESCRIPTION = """Draw again what a programme says it drew (docs/reference/draws.md).

Exit codes: 0 it is so; 1 it could not be said (a file, the network, a wrong word); 2 it is not so."""
#: A list of a few million units.
LARGEST = 2**29
TEXTS = ("list", "commitment", "root", "number", "checkpoint", "state")


def main(words: list[str]) -> int:
    """Do it; the exit code. What hinders it is said in one sentence."""
    parser = argparse.ArgumentParser(
        "answerable draw", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verify = parser.add_subparsers(metavar="COMMAND", required=True).add_parser(
        "verify", help="draw again from the published file, or its address"
    )
    verify.add_argument("source", metavar="FILE|URL", help="the .json file of a draw")
    given = parser.parse_args(words)
    try:
        said = _read(given.source)
        faults = _faults(said)
    except (OSError, ValueError, Refused) as why:
        sys.stderr.write(f"answerable: {why}\n")
        return 1
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 2 if faults else 0


def _read(source: str) -> dict[str, Any]:
    if source.startswith(("https://", "http://")):
        with urllib.request.urlopen(source, timeout=60) as answer:  # noqa: S310 - an http address, as said before
            data = answer.read(LARGEST + 1)
    else:
        data = Path(source).read_bytes()
    if len(data) > LARGEST:
        raise ValueError("The file is too large to be that of a draw.")
    said = json.loads(data)
    fits = isinstance(said, dict) and all(isinstance(said.get(name), str) for name in TEXTS)
    if not fits or not isinstance(said.get("sample"), list):
        raise ValueError("This is not the file of a draw.")
    return dict(said)


def _faults(said: dict[str, Any]) -> list[str]:
    faults = []
    wanted, units = read_list(said["list"])
    if digest_of(said["list"]) != said["commitment"]:
        faults.append("The list is not the one that was committed to: its digest differs.")
    if not said["checkpoint"]:
        sys.stdout.write("The list is committed to; the checkpoint that decides is not there yet.\n")
        return faults
    body = Checkpoint.parse(Note.parse(said["checkpoint"]).text)
    if body.root.hex() != said["root"]:
        faults.append("The root is not that of the checkpoint.")
    if said["state"] == "drawn" and sample_of(said["list"], said["root"], said["number"]) != said["sample"]:
        faults.append("Another sample follows from the list and the values than the one that is published.")
    sys.stdout.write(
        f"{sum(map(len, units.values()))} units, {sum(wanted.values())} to be drawn, {len(said['sample'])} drawn.\n"
        f"Compare with a notice board: {fingerprint(body.body())}, {body.size} entries\n"
    )
    return faults
