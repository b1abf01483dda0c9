"""What the signer signs and what it refuses, with a memory that the disk has before any answer is given."""

from __future__ import annotations

import base64
import binascii
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answerable.kernel.files import write_whole
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.cosigning import cosign
from answerable.merkle.notes import sign_note
from answerable.merkle.proofs import verify_consistency
from answerable.merkle.refused import Refused, base64_of, hash_of_base64
from answerable.merkle.witnessing import TEXT_TYPE, decide, parse_request

from . import keys

#: Bytes of the record of refusals; one older one of that size is kept.
MOST_LOGGED = 1_000_000
#: Files of conflicts that are kept: anybody may show a log's true note with a wrong proof.
MOST_CONFLICTS = 1_000
#: Tests stop the process at a named step through these.
STEPS: list[Callable[[str], object]] = []


def step(name: str) -> None:
    """Tell whoever listens (only tests do) how far an operation has come."""
    for hear in STEPS:
        hear(name)


def _is_conflict(shown: Checkpoint, last: tuple[int, bytes], status: int) -> bool:
    """Whether a log's signed note is of another tree than the one that was cosigned last."""
    return status == 422 or (status == 409 and shown.size == last[0] and shown.root != last[1])


@dataclass(frozen=True)
class Signed:
    """The last tree that was signed."""

    size: int
    root: bytes


class Office:
    """Answers requests, one after the other. Its folder is its own: keys, memory, what it refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        keys.log_keys(folder)  # raises before anything is promised
        keys.witness_key(folder)
        self.last()

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request; `refused` in it is a sentence."""
        operations = {"state": self.state, "sign": self.sign, "cosign": self.cosign, "latest": self.latest}
        work = operations.get(str(request.get("do")))
        try:
            if work is None:
                raise Refused("This operation is not known.")
            return work(request)
        except (Refused, keys.KeyTrouble) as why:
            self.log(f"refused {request.get('do')} {request.get('size', '')}: {why}")
            return {"refused": str(why)}

    def log(self, what: str, more: str = "") -> None:
        """A line in the folder's own record, and on the error stream without its second part."""
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {what}"
        path = self.folder / "refusals.log"
        if path.exists() and path.stat().st_size > MOST_LOGGED:  # anybody may ask a witness for nonsense
            path.replace(path.with_name("refusals-before.log"))
        with path.open("a") as file:
            file.write(f"{line}{more}\n")
        sys.stderr.write(f"{line}\n")

    def last(self) -> Signed:
        """The tree signed last, size 0 before the first. Raises KeyTrouble: `keys` begins it, later it is never missing."""
        size, root, _ = keys.read_tree(self.folder / keys.MEMORY)
        return Signed(size, root)

    def state(self, _request: Mapping[str, Any]) -> dict[str, Any]:
        """Public keys and the last signed tree."""
        log, last = keys.log_keys(self.folder), self.last()
        return {
            "origin": log[0].signer.name,
            "size": last.size,
            "root": base64.b64encode(last.root).decode(),
            "log": [{"vkey": key.signer.vkey, "until": str(key.until or "")} for key in log],
            "witness": keys.witness_key(self.folder).vkey,
        }

    def sign(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Sign a tree that continues the last one. Raises Refused for any other.

        The same tree again is signed again: whoever asked may have been cut off before the answer came.
        """
        size, root = request.get("size"), hash_of_base64(str(request.get("root")), "root")
        given = request.get("proof")
        if (
            not isinstance(size, int)
            or isinstance(size, bool)
            or not isinstance(given, list)
            or len(given) > 63
        ):
            raise Refused("To be signed, a tree needs a size, a root and a consistency proof.")
        proof, last = [hash_of_base64(str(step_), "proof's hash") for step_ in given], self.last()
        if size < last.size:
            raise Refused(f"A tree of {last.size} leaves was signed already; this one has {size}.")
        if size == 0:
            raise Refused("An empty tree is not signed.")
        if last.size:
            verify_consistency(last.size, size, proof, last.root, root)
        log = keys.log_keys(self.folder)
        step("checked")
        keys.remember(self.folder, size, root)
        step("remembered")
        body = Checkpoint(log[0].signer.name, size, root).body()
        return {"note": sign_note(body, [key.signer for key in log])}

    def cosign(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A witness's answer to add-checkpoint (C2SP tlog-witness): status, content type and body."""
        try:
            asked = parse_request(base64.b64decode(str(request.get("request")), validate=True))
        except (Refused, binascii.Error) as why:
            return {"status": 400, "type": TEXT_TYPE, "body": f"{why}\n"}
        origin = asked.checkpoint.origin
        known = keys.watched(self.folder).get(origin)
        path = self._cosigned(keys.origin_digest(origin))
        last, before = None, ""
        if known and path.exists():
            size, root, before = keys.read_tree(path)
            last = size, root
        decision = decide(asked, {origin: known} if known else {}, last)
        if decision.new_state is None:
            more = ""
            if last is not None and _is_conflict(asked.checkpoint, last, decision.status):
                more = self._keep_conflict(asked.checkpoint, str(asked.note), last, before)
            self.log(f"witness refused {origin[:200]!r} {asked.checkpoint.size}: {decision.status}", more)
            return {"status": decision.status, "type": decision.content_type, "body": decision.body}
        line = cosign(asked.note.text, keys.witness_key(self.folder), int(time.time()))
        size, root = decision.new_state
        told = {"size": size, "root": base64.b64encode(root).decode(), "note": str(asked.note) + line}
        step("decided")
        write_whole(path, json.dumps(told).encode(), mode=0o600)
        step("kept")
        return {"status": decision.status, "type": decision.content_type, "body": line}

    def latest(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The last checkpoint of a watched log, as it was cosigned; `digest` names the log."""
        digest = str(request.get("digest"))
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise Refused("A log is named by 64 hexadecimal digits.")
        path = self._cosigned(digest)
        return {"note": keys.read_tree(path)[2] if path.exists() else ""}

    def _keep_conflict(self, shown: Checkpoint, note: str, last: tuple[int, bytes], ours: str) -> str:
        """Keep the refused note beside the cosigned one, once each: the log's key signed both. Says what and where."""
        digest = keys.origin_digest(shown.origin)
        where = self.folder / "conflicts"
        path = where / f"{digest[:16]}-{shown.size}-{shown.root.hex()[:16]}.txt"
        where.mkdir(mode=0o700, exist_ok=True)
        if not path.exists() and len(list(where.iterdir())) < MOST_CONFLICTS:
            text = f"--- cosigned here ---\n\n{ours}\n--- refused here ---\n\n{note}"
            write_whole(path, text.encode(), mode=0o600)
        return (
            f", CONFLICT: cosigned {last[0]} leaves with root {base64_of(last[1])}, "
            f"refused {shown.size} leaves with root {base64_of(shown.root)}: conflicts/{path.name}"
        )

    def _cosigned(self, digest: str) -> Path:
        return self.folder / "cosigned" / f"{digest}.json"
