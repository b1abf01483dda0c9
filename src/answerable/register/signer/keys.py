"""The signer's folder: keys that only their owner can read, and the keys of the logs it watches."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import stat
import time
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from answerable.kernel.files import write_once, write_whole
from answerable.merkle.hashing import EMPTY_ROOT
from answerable.merkle.notes import Signer, Verifier
from answerable.merkle.refused import HASH_BYTES, Refused

#: So long both the old key and the new one sign (TRUST.md A5).
OVERLAP = timedelta(days=90)
#: The file that remembers the last signed tree.
MEMORY = "signed.json"
_LOG = re.compile(r"log-([0-9]+)\.key\Z")


class KeyTrouble(RuntimeError):
    """A key that can't be used, and what to do about it."""


@dataclass(frozen=True)
class LogKey:
    """A key of the log; after `until`, if that is set, it signs no more."""

    number: int
    signer: Signer
    until: date | None


def today() -> date:
    """The day in UTC, by the machine: the signer has no settings, so no zone of its own."""
    return date.fromisoformat(time.strftime("%Y-%m-%d", time.gmtime()))


def witness_name(origin: str) -> str:
    """What this instance is called as a witness of others: its host, and a path beside the register's."""
    return f"{origin.partition('/')[0]}/witness"


def make_folder(folder: Path) -> None:
    """The signer's folder, for its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in ("watched", "cosigned"):
        (folder / part).mkdir(mode=0o700, exist_ok=True)


def make_keys(folder: Path, origin: str) -> list[str]:
    """Make the log's key and the witness's where there are none; return both public keys."""
    make_folder(folder)
    if not _log_files(folder):
        if not (folder / MEMORY).exists():  # before the key: a key without memory never signs
            remember(folder, 0, EMPTY_ROOT)
        _write(folder / "log-1.key", Signer.generate(origin), None)
    if not (folder / "witness.key").exists():
        _write(folder / "witness.key", Signer.generate(witness_name(origin), "cosignature"), None)
    return [key.signer.vkey for key in log_keys(folder)] + [witness_key(folder).vkey]


def remember(folder: Path, size: int, root: bytes) -> None:
    """Keep which tree was signed last. When this returns, the disk has it."""
    told = {"size": size, "root": base64.b64encode(root).decode()}
    write_whole(folder / MEMORY, json.dumps(told).encode(), mode=0o600)


def read_tree(path: Path) -> tuple[int, bytes, str]:
    """Size and root of a tree that was signed or cosigned, and its note if that was kept. Raises KeyTrouble."""
    try:
        told = json.loads(path.read_bytes())
        size, root, note = told["size"], base64.b64decode(told["root"], validate=True), told.get("note", "")
        if type(size) is int and size >= 0 and len(root) == HASH_BYTES and isinstance(note, str):
            return size, root, note
    except FileNotFoundError:
        raise KeyTrouble(
            f"{path} is gone: nobody knows what was signed last. Bring the newest back from its copy. Only where a key "
            "never signed anything: remove the key, and make another"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise KeyTrouble(
        f"{path} is damaged: nobody knows what was signed last. Bring the newest back from its copy, or, from the "
        "newest published checkpoint, size and root by hand; never an older one."
    )


def rotate(folder: Path, on: date | None = None) -> tuple[str, str, date]:
    """Make the log's next key; both sign for 90 days. Returns the old and the new public key and the old one's last day."""
    day = on or today()
    keys = log_keys(folder, day)
    if len(keys) > 1:
        raise KeyTrouble(f"A rotation is under way until {keys[0].until}: begin the next one after that.")
    old, until = keys[0], day + OVERLAP
    new = Signer.generate(old.signer.name)
    _write(folder / f"log-{old.number + 1}.key", new, None)
    _write(folder / f"log-{old.number}.key", old.signer, until, anew=True)
    return old.signer.vkey, new.vkey, until


def log_keys(folder: Path, on: date | None = None) -> list[LogKey]:
    """The keys that sign today, the oldest first. Raises KeyTrouble."""
    day = on or today()
    found = [_read(path, number) for number, path in _log_files(folder)]
    if len(found) > 1 and found[-2].until is None:
        # A rotation was cut short between its two files: the older key is still without its last day.
        whole = _read(folder / f"log-{found[-2].number}.key", found[-2].number)
        _write(folder / f"log-{whole.number}.key", whole.signer, whole.until or today() + OVERLAP, anew=True)
        found[-2] = _read(folder / f"log-{whole.number}.key", whole.number)
    keys = [key for key in found if key.until is None or day <= key.until]
    if not keys:
        raise KeyTrouble(f"There is no key in {folder}. Make one: answerable register keys")
    return keys


def witness_key(folder: Path) -> Signer:
    """The key under other logs' checkpoints. Raises KeyTrouble."""
    path = folder / "witness.key"
    if not path.exists():
        raise KeyTrouble(f"There is no witness's key in {folder}. Make one: answerable register keys")
    return _read(path, 0).signer


def watch(folder: Path, vkey: str) -> Verifier:
    """Take a log's public key in: from now on its checkpoints are cosigned. Raises Refused."""
    verifier = Verifier.parse(vkey)
    if verifier.kind != "ed25519":
        raise Refused(f"{verifier.name} is the key of a witness, not of a log.")
    make_folder(folder)
    path = folder / "watched" / f"{origin_digest(verifier.name)}.vkey"
    lines = path.read_text().splitlines() if path.exists() else []
    if verifier.vkey not in lines:
        write_whole(path, "".join(f"{line}\n" for line in [*lines, verifier.vkey]).encode(), mode=0o600)
    return verifier


def watched(folder: Path) -> dict[str, list[Verifier]]:
    """The logs that are watched, by origin, with their keys."""
    found: dict[str, list[Verifier]] = {}
    for path in sorted((folder / "watched").glob("*.vkey")):
        for line in path.read_text().splitlines():
            verifier = Verifier.parse(line)
            found.setdefault(verifier.name, []).append(verifier)
    return found


def origin_digest(origin: str) -> str:
    """The name of a log's files: 64 hexadecimal digits (C2SP tlog-witness)."""
    return sha256(origin.encode()).hexdigest()


def make_key_file(path: Path, signer: Signer) -> None:
    """Write a key for its owner only; one that is there stays, and raises FileDiffers."""
    _write(path, signer, None)


def read_key_file(path: Path) -> Signer:
    """A key from its file. Raises KeyTrouble when others may read it or it is no key."""
    return _read(path, 0).signer


def _log_files(folder: Path) -> list[tuple[int, Path]]:
    found = [(int(match[1]), path) for path in folder.glob("log-*.key") if (match := _LOG.match(path.name))]
    return sorted(found)


def _write(path: Path, signer: Signer, until: date | None, *, anew: bool = False) -> None:
    told = {
        "name": signer.name,
        "kind": signer.verifier.kind,
        "vkey": signer.vkey,
        "seed": base64.b64encode(signer.seed).decode(),
        "until": until.isoformat() if until else None,
    }
    write = write_whole if anew else write_once
    write(path, (json.dumps(told, indent=1) + "\n").encode(), mode=0o600)


def _read(path: Path, number: int) -> LogKey:
    descriptor = os.open(path, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as file:
        rights = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if rights & 0o077:
            raise KeyTrouble(f"{path} can be read by others ({rights:o}). Make another key, or: chmod 600")
        data = file.read()
    try:
        told = json.loads(data)
        signer = Signer.from_seed(told["name"], base64.b64decode(told["seed"], validate=True), told["kind"])
        until = date.fromisoformat(told["until"]) if told.get("until") else None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise KeyTrouble(f"{path} is not a key that was made here.") from None
    return LogKey(number, signer, until)
