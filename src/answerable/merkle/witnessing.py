"""The decision of a witness (C2SP tlog-witness, "add-checkpoint"), apart from any server and any database.

Whoever calls `decide` reads the last state, stores the new one and answers in one transaction, or two requests at
once could bring the state back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .checkpoints import Checkpoint
from .hashing import EMPTY_ROOT
from .notes import Note, Verifier
from .proofs import verify_consistency
from .refused import Refused, decimal, hash_of_base64, text_of

MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """What a log asks a witness: to cosign this checkpoint, which is said to continue the old one."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Decision:
    """The answer. With status 200: store `new_state`, then answer with the cosignature line on `note.text`."""

    status: int
    body: str
    new_state: tuple[int, bytes] | None = None
    content_type: str = TEXT_TYPE


def parse_request(body: bytes | str) -> Request:
    """The request's body (C2SP tlog-witness, "add-checkpoint"); Refused means status 400."""
    head, blank, note_text = text_of(body, "request").partition("\n\n")
    first, *lines = head.split("\n")
    if not blank or not first.startswith("old "):
        raise Refused("The request is: old and a size, the hashes of a proof, a blank line, a checkpoint.")
    if len(lines) > MOST_HASHES:
        raise Refused("The consistency proof has too many hashes.")
    old_size = decimal(first.removeprefix("old "), "old size")
    proof = tuple(hash_of_base64(line, "proof's hash") for line in lines)
    note = Note.parse(note_text)
    return Request(old_size, proof, note, Checkpoint.parse(note.text))


def decide(
    request: Request,
    known_log_verifiers: Mapping[str, Sequence[Verifier]],
    last: tuple[int, bytes] | None,
) -> Decision:
    """Whether a witness cosigns (C2SP tlog-witness, "add-checkpoint").

    `known_log_verifiers` are the keys by the log's origin; `last` is the size and root it cosigned last.
    """
    checkpoint = request.checkpoint
    verifiers = known_log_verifiers.get(checkpoint.origin)
    if not verifiers:
        return Decision(404, "unknown log\n")
    try:
        request.note.verified_by(verifiers)
    except Refused as why:
        return Decision(403, f"invalid signature: {why}\n")
    if request.old_size > checkpoint.size:
        return Decision(400, "the old size is larger than the checkpoint's\n")
    last_size, last_root = last or (0, EMPTY_ROOT)
    if request.old_size != last_size:
        return _conflict(last_size)
    if checkpoint.size == last_size and checkpoint.root != last_root:
        return _conflict(last_size)
    try:
        _check_proof(request, last_root)
    except Refused as why:
        return Decision(422, f"invalid consistency proof: {why}\n")
    return Decision(200, "", (checkpoint.size, checkpoint.root))


def _check_proof(request: Request, last_root: bytes) -> None:
    """The old size 0 is a case of its own: there is nothing to be consistent with, and the proof is empty."""
    if request.old_size:
        checkpoint = request.checkpoint
        verify_consistency(request.old_size, checkpoint.size, request.proof, last_root, checkpoint.root)
    elif request.proof:
        raise Refused("From size 0 the proof is empty.")


def _conflict(size: int) -> Decision:
    return Decision(409, f"{size}\n", content_type=SIZE_TYPE)
