"""Signed notes (C2SP signed-note): text, a blank line, and a line for each signature.

Two kinds of keys: `ed25519` (type 0x01) signs the text; `cosignature` (type 0x04, C2SP tlog-cosignature) signs it
together with the time, and is what witnesses use.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .refused import LIMIT, Refused, base64_of, text_of, unbase64

KINDS = {"ed25519": b"\x01", "cosignature": b"\x04"}
MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_NAMES = re.compile(r"[+\s\x00-\x1f]")


@dataclass(frozen=True)
class Signature:
    """One signature line: whose, by its own word, and the bytes after the key id. Broken lines have no bytes."""

    name: str
    encoded: str

    @property
    def data(self) -> bytes:
        """Key id and signature; nothing when the line is broken."""
        try:
            data = base64.b64decode(self.encoded.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return b""
        return data if len(data) > 4 else b""

    @property
    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {self.encoded}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key with its name and kind."""

    name: str
    kind: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """A key from `name+key id+base64`, whose key id has to match (C2SP signed-note, "Signatures")."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise Refused(f"A verifier key has three parts with + between them: {vkey[:80]!r}.")
        name, key_id, encoded = parts
        data = unbase64(encoded, "verifier key")
        kind = next((kind for kind, type_byte in KINDS.items() if data[:1] == type_byte), "")
        if not kind or len(data) != 33:
            raise Refused(f"The verifier key of {name!r} is of a kind that is not known here.")
        found = cls(_checked_name(name), kind, data[1:])
        if found.key_id.hex() != key_id:
            raise Refused(f"The verifier key of {name!r} has a key id that does not belong to it.")
        return found

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || newline || type || key) (C2SP signed-note, "Signatures")."""
        return sha256(self.name.encode() + b"\n" + KINDS[self.kind] + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one word, to be handed out."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(KINDS[self.kind] + self.public)}"

    def verify(self, text: str, signature: bytes) -> int | None:
        """Raise Refused unless the signature is right; the time it says, in seconds, for a cosignature."""
        time = None
        if self.kind == "cosignature":
            time = int.from_bytes(signature[:8], "big")
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, _signed(text, time))
        except (InvalidSignature, ValueError):
            raise Refused(f"The signature of {self.name} is not right.")
        return time


@dataclass(frozen=True)
class Signer:
    """A private key with its name and kind; its seed is the secret."""

    verifier: Verifier
    seed: bytes

    @classmethod
    def generate(cls, name: str, kind: str = "ed25519") -> Signer:
        """A new key."""
        return cls.from_seed(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @classmethod
    def from_seed(cls, name: str, seed32: bytes, kind: str = "ed25519") -> Signer:
        """The key of a seed of 32 bytes (RFC 8032, section 5.1.5)."""
        if len(seed32) != 32 or kind not in KINDS:
            raise Refused(
                "A signing key is made from 32 bytes, for one of the kinds " + ", ".join(KINDS) + "."
            )
        public = Ed25519PrivateKey.from_private_bytes(seed32).public_key().public_bytes_raw()
        return cls(Verifier(_checked_name(name), kind, public), seed32)

    def __repr__(self) -> str:
        """The public part only: the seed must not stand in a log file."""
        return f"Signer({self.vkey!r})"

    @property
    def name(self) -> str:
        """The key's name."""
        return self.verifier.name

    @property
    def vkey(self) -> str:
        """The public key as one word, to be handed out."""
        return self.verifier.vkey

    def sign(self, text: str, at: int | None = None) -> str:
        """The signature line for a text (C2SP signed-note, "Signatures"); a cosignature says when, in seconds."""
        if (at is None) != (self.verifier.kind != "cosignature"):
            raise Refused("A cosignature says its time, and no other signature does.")
        if not text.endswith("\n"):
            raise Refused("The text of a note ends with a new line.")
        if at is not None and not 0 <= at < LIMIT:
            raise Refused("A cosignature's time is in seconds since 1970.")
        stamp = b"" if at is None else at.to_bytes(8, "big")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(_signed(text, at))
        return Signature(self.name, base64_of(self.verifier.key_id + stamp + signature)).line


@dataclass(frozen=True)
class Verified:
    """A signature that is right: by which key, and when, if it says so."""

    verifier: Verifier
    time: int | None
    signature: Signature


@dataclass(frozen=True)
class Note:
    """A signed note. Its text says nothing until a known key's signature was verified."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: bytes | str) -> Note:
        """Text and signature lines (C2SP signed-note, "Format"). Broken signature lines are kept, not judged."""
        if len(note) > MOST_BYTES:
            raise Refused("The note is too long.")
        whole = text_of(note, "note")
        if _CONTROL.search(whole):
            raise Refused("The note has control characters.")
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise Refused(
                "The note has no blank line before its signatures, or does not end with a new line."
            )
        signatures = []
        for line in lines[:-1].split("\n"):
            mark, name, encoded = (*line.split(" ", 2), "", "")[:3]
            if mark != "—":
                raise Refused(f"A signature line does not begin with a dash and a space: {line[:60]!r}.")
            signatures.append(Signature(name, encoded))
        if len(signatures) > MOST_SIGNATURES:
            raise Refused("The note has too many signatures.")
        return cls(text + "\n", tuple(signatures))

    def verified_by(self, verifiers: Iterable[Verifier], *, at_least: int = 1) -> list[Verified]:
        """The signatures of these keys, each key once; Refused if one is wrong, or fewer than `at_least` are there.

        Lines of unknown keys are ignored, even broken ones; a broken line under a known name refuses the note
        (C2SP signed-note, "Signatures").
        """
        known = {(one.name, one.key_id): one for one in verifiers}
        names = {name for name, _ in known}
        found: dict[tuple[str, bytes], Verified] = {}
        for signature in self.signatures:
            if signature.name not in names:
                continue
            data = signature.data
            if not data:
                raise Refused(f"The signature line of {signature.name} is broken.")
            key = (signature.name, data[:4])
            if key not in known or key in found:
                continue
            if base64_of(data) != signature.encoded:
                raise Refused(f"The signature of {signature.name} is not right.")
            found[key] = Verified(known[key], known[key].verify(self.text, data[4:]), signature)
        if len(found) < at_least:
            raise Refused("The note is not signed by a key that is known here.")
        return list(found.values())

    def __str__(self) -> str:
        """The note as it is sent."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """A note of this text, signed by each (C2SP signed-note, "Format")."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise Refused("The text of a note ends with a new line and has no other control characters.")
    return text + "\n" + "".join(signer.sign(text) for signer in signers)


def _checked_name(name: str) -> str:
    if not name or _NOT_IN_NAMES.search(text_of(name, "key's name")):
        raise Refused(f"A key's name has no spaces and no plus sign: {name[:60]!r}.")
    return name


def _signed(text: str, time: int | None) -> bytes:
    """What is signed: the text, after two more lines in a cosignature (C2SP tlog-cosignature)."""
    return text.encode() if time is None else f"cosignature/v1\ntime {time}\n{text}".encode()
