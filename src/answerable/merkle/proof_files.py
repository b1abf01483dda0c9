"""Proof files (C2SP tlog-proof): all that is needed to show, offline, that a leaf stands in a log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .notes import Note
from .policy import Policy, Seen
from .proofs import verify_inclusion
from .refused import Refused, as_lines, base64_of, decimal, hash_of_base64, text_of, unbase64

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True)
class ProofFile:
    """A leaf's position, its audit path, and the signed checkpoint; `extra` is not protected by any of them."""

    index: int
    hashes: Sequence[bytes]
    checkpoint_note: str
    extra: bytes | None = None

    def text(self) -> str:
        """The file (C2SP tlog-proof, "Format")."""
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(f"extra {base64_of(self.extra)}")
        lines += [f"index {self.index}", *map(base64_of, self.hashes), "", self.checkpoint_note]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: bytes | str) -> ProofFile:
        """A proof from its file (C2SP tlog-proof, "Format")."""
        head, blank, checkpoint = as_lines(text_of(text, "proof")).partition("\n\n")
        first, *lines = head.split("\n")
        if first != FIRST_LINE or not blank or not checkpoint.endswith("\n"):
            raise Refused("This is not a proof: its first line, its blank line or its checkpoint is missing.")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0).removeprefix("extra "), "extra data")
        if not lines or not lines[0].startswith("index "):
            raise Refused("The proof does not say the leaf's index.")
        index = decimal(lines.pop(0).removeprefix("index "), "leaf's index")
        if len(lines) > MOST_HASHES:
            raise Refused("The proof has too many hashes.")
        hashes = tuple(hash_of_base64(line, "proof's hash") for line in lines)
        return cls(index, hashes, checkpoint, extra)

    def verify(self, leaf_hash: bytes, policy: Policy, *, now: float | None = None) -> Seen:
        """Who saw the checkpoint; Refused unless the policy takes it and the leaf stands in its tree."""
        seen = policy.check(Note.parse(self.checkpoint_note), now=now)
        verify_inclusion(self.index, seen.checkpoint.size, leaf_hash, self.hashes, seen.checkpoint.root)
        return seen
