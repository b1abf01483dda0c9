"""Checkpoints (C2SP tlog-checkpoint): a log's name, its size and its root; and the print people compare by eye."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

from .refused import LIMIT, Refused, base64_of, decimal, hash_of_base64, text_of, whole_hash


@dataclass(frozen=True)
class Checkpoint:
    """What a log signs: that its first `size` leaves have this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        whole_hash(self.root, "root")
        if not 0 <= self.size < LIMIT:
            raise Refused(f"No tree has {self.size} leaves.")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise Refused(
                "The origin of a checkpoint, and each line after its root, is one line and not empty."
            )

    def body(self) -> str:
        """The text to be signed (C2SP tlog-checkpoint, "Note text")."""
        lines = [self.origin, str(self.size), base64_of(self.root), *self.extensions]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: bytes | str) -> Checkpoint:
        """A checkpoint from the text of a note (C2SP tlog-checkpoint, "Note text"); the root has 32 bytes."""
        whole = text_of(text, "checkpoint")
        lines = whole.split("\n")
        if len(lines) < 4 or lines.pop() != "":
            raise Refused("A checkpoint is at least three lines: a name, a size and a root.")
        return cls(
            lines[0], decimal(lines[1], "tree's size"), hash_of_base64(lines[2], "root"), tuple(lines[3:])
        )


def fingerprint(body: str) -> str:
    """32 letters in groups of four for a notice board: base32 of 160 bits of the body's SHA-256.

    The log's operator may choose both texts, so a shorter print could be made to agree.
    """
    letters = base64.b32encode(sha256(body.encode()).digest()[:20]).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
