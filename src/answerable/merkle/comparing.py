"""Comparing two signed checkpoints of one log: they are consistent, or they are evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .checkpoints import Checkpoint
from .hashing import EMPTY_ROOT
from .notes import Note, Verifier
from .proofs import Node, consistency_proof, consistency_roots, verify_consistency
from .refused import Refused, base64_of

CONSISTENT, FORK, REFUSED = "consistent", "FORK", "refused"


@dataclass(frozen=True)
class Comparison:
    """What two checkpoints are to each other: `consistent`, `FORK`, or `refused` when the log gives no proof."""

    verdict: str
    sentence: str
    #: With FORK: both signed notes and what convicts them, as a text to be kept and sent around.
    evidence: str = ""


def compare(
    a_note: str | bytes,
    b_note: str | bytes,
    verifiers: Iterable[Verifier],
    fetch_proof: Callable[[int, int], Sequence[bytes]] | None = None,
    *,
    node: Node | None = None,
) -> Comparison:
    """Compare two notes of one log; Refused when one of them is not a checkpoint signed by a known key.

    The proof comes from `fetch_proof(old, new)`, or is computed from the larger tree's tiles by `node`. Equal sizes
    with different roots convict by themselves. So does a proof that leads to the newer root and away from the older
    one: it was made of the newer tree, which has another beginning. What leads nowhere proves nothing: `refused`.
    """
    verifiers = list(verifiers)
    (old_note, old), (new_note, new) = sorted(
        (_checked(note, verifiers) for note in (a_note, b_note)), key=lambda pair: pair[1].size
    )
    if old.origin != new.origin:
        raise Refused(f"These are checkpoints of two logs: {old.origin} and {new.origin}.")
    if old.size == new.size:
        if old.root == new.root:
            return Comparison(CONSISTENT, f"Both say the same of {old.size} leaves.")
        sentence = f"The log signed two different trees of {old.size} leaves."
        return Comparison(FORK, sentence, _evidence(sentence, old_note, new_note, ()))
    if old.size == 0:
        if old.root == EMPTY_ROOT:
            return Comparison(CONSISTENT, "The older checkpoint is of an empty log.")
        sentence = "The log signed a root for an empty tree which no empty tree has."
        return Comparison(FORK, sentence, _evidence(sentence, old_note, new_note, ()))
    try:
        proof = _proof(old.size, new.size, fetch_proof, node)
    except (OSError, LookupError, Refused) as why:
        return Comparison(REFUSED, f"The log gives no proof, which is an alarm by itself: {why}")
    try:
        verify_consistency(old.size, new.size, proof, old.root, new.root)
        return Comparison(CONSISTENT, f"The log of {old.size} leaves is the beginning of that of {new.size}.")
    except Refused as why:
        refused = Comparison(REFUSED, f"The log gives no proof that leads from one to the other: {why}")
    try:
        # For sizes of a power of two the proof leaves the old root out; the tiles have it.
        seed = node(old.size.bit_length() - 1, 0) if node and old.size.bit_count() == 1 else old.root
        roots = consistency_roots(old.size, new.size, proof, seed)
    except (OSError, LookupError, Refused):
        return refused
    if roots[1] != new.root or roots[0] == old.root:
        return refused
    sentence = (
        f"The log of {new.size} leaves begins with other leaves than the log of {old.size} it signed before."
    )
    return Comparison(FORK, sentence, _evidence(sentence, old_note, new_note, proof))


def _proof(
    old: int, new: int, fetch_proof: Callable[[int, int], Sequence[bytes]] | None, node: Node | None
) -> Sequence[bytes]:
    if node:
        return consistency_proof(old, new, node)
    if fetch_proof is None:
        raise LookupError("nothing to fetch it from")
    return fetch_proof(old, new)


def _checked(data: str | bytes, verifiers: list[Verifier]) -> tuple[Note, Checkpoint]:
    note = Note.parse(data)
    note.verified_by(verifiers)
    return note, Checkpoint.parse(note.text)


def _evidence(sentence: str, old: Note, new: Note, proof: Sequence[bytes]) -> str:
    shown = f"\nThe proof from the newer tree, one hash a line:\n{_lines(proof)}" if proof else ""
    return f"FORK: {sentence}\n\n--- signed ---\n{old}\n--- signed as well ---\n{new}{shown}"


def _lines(proof: Sequence[bytes]) -> str:
    return "".join(f"{base64_of(step)}\n" for step in proof)
