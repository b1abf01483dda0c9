"""Cosignatures (C2SP tlog-cosignature, version 1): a witness's word that a log only grew, and when it looked."""

from __future__ import annotations

from .checkpoints import Checkpoint
from .notes import Note, Signer, Verifier
from .refused import Refused


def cosign(body: str, witness: Signer, at: int) -> str:
    """The signature line of a witness on a checkpoint's body, at a time in seconds (C2SP tlog-cosignature)."""
    Checkpoint.parse(body)
    return witness.sign(body, at)


def cosigned_at(note: Note, witness: Verifier) -> int:
    """When this witness cosigned the note, in seconds; Refused if it did not, or wrongly."""
    if witness.kind != "cosignature":
        raise Refused(f"The key of {witness.name} is not a witness's key.")
    Checkpoint.parse(note.text)
    (found,) = note.verified_by([witness])
    return found.time or 0


def add_lines(note: str, lines: str, witnesses: list[Verifier]) -> str:
    """The note with the lines of a witness's answer that are right (C2SP tlog-witness, "add-checkpoint")."""
    answer = Note.parse(Note.parse(note).text + "\n" + lines)
    fresh = [one.signature.line for one in answer.verified_by(witnesses)]
    return note + "".join(line for line in fresh if line not in note)
