"""The promise given with a receipt: a signed note that a leaf will stand in the log before a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .notes import Note, Signer, Verifier, sign_note
from .refused import Refused, as_lines, base64_of, hash_of_base64, text_of, whole_hash

_ENDING = "/receipt"
_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Promise:
    """After the deadline the leaf is in the log, or the promise proves that the office broke it."""

    origin: str
    leaf_hash: bytes
    deadline: datetime


def promise(origin: str, leaf_hash: bytes, deadline: datetime, signer: Signer) -> str:
    """The signed note; the key's name is `<origin>/intake`."""
    if deadline.utcoffset() != timedelta(0) or deadline.microsecond:
        raise Refused("A promise's deadline is a whole second in UTC.")
    _check_key(origin, signer.verifier)
    leaf = base64_of(whole_hash(leaf_hash, "leaf hash"))
    return sign_note(f"{origin}{_ENDING}\n{leaf}\n{deadline.strftime(_FORM)}\n", [signer])


def parse_promise(text: bytes | str, verifier: Verifier) -> Promise:
    """What was promised, once the signature of the intake's key was verified; else Refused.

    A promise is scanned, typed and sent around: line ends of other systems and blank lines around it are no part of it.
    """
    note = Note.parse(f"{as_lines(text_of(text, 'promise')).strip(chr(10))}\n")
    note.verified_by([verifier])
    lines = note.text.split("\n")
    if len(lines) != 4 or not lines[0].endswith(_ENDING):
        raise Refused("This note is not a promise.")
    origin = lines[0].removesuffix(_ENDING)
    _check_key(origin, verifier)
    try:
        deadline = datetime.strptime(lines[2], _FORM).replace(tzinfo=UTC)
    except ValueError:
        raise Refused("The promise's deadline can't be read.")
    if deadline.strftime(_FORM) != lines[2]:
        raise Refused("The promise's deadline can't be read.")
    return Promise(origin, hash_of_base64(lines[1], "leaf hash"), deadline)


def is_promise(text: bytes | str) -> bool:
    """Whether a text looks like a promise; nothing of it is verified."""
    try:
        lines = as_lines(text_of(text, "promise")).strip("\n").split("\n")
    except Refused:
        return False
    return lines[0].endswith(_ENDING) and len(lines) > 3


def _check_key(origin: str, verifier: Verifier) -> None:
    if not origin or verifier.name != f"{origin}/intake" or verifier.kind != "ed25519":
        raise Refused(f"Promises of {origin or 'a log without a name'} are not signed by {verifier.name}.")
