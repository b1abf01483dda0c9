"""What stands in the log: open leaves, which say a public fact, and sealed ones, which only commit to a record.

A sealed leaf is always 73 bytes and says nothing: no day, no place, no case. Its record stays off the log; whoever
holds the record and its salt can show that this leaf was made from it, and field by field without the rest.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from .canonical import canonical, parse
from .refused import Refused, whole_hash

#: The product's own: every label begins with it, so that no other program's digest can be taken for one of ours.
PREFIX = "answerable"
SEALED_BYTES = 73
#: What a cover leaf commits to: no record.
COVER = b"cover"
LARGEST_OPEN = 8192


def leaf_salt(secret: bytes, n: int, *, prefix: str = PREFIX) -> bytes:
    """The salt of a case's n-th leaf: HKDF-SHA256 (RFC 5869) of the case's secret."""
    return _derived(secret, _label(prefix, "leaf-salt") + n.to_bytes(4, "big"))


def field_salt(secret: bytes, n: int, field: str, *, prefix: str = PREFIX) -> bytes:
    """The salt of one field of a case's n-th leaf: HKDF-SHA256 (RFC 5869) of the case's secret."""
    return _derived(secret, _label(prefix, "field-salt") + n.to_bytes(4, "big") + field.encode())


def matter_code(secret: bytes, *, prefix: str = PREFIX) -> str:
    """The 32 hexadecimal digits by which records of one case know each other: HKDF-SHA256 of the case's secret."""
    return _derived(secret, _label(prefix, "matter"))[:16].hex()


def field_digest(salt: bytes, field: str, value: Any, *, prefix: str = PREFIX) -> str:
    """What a record says of a field: base64url of SHA-256(label || salt || JCS([field, value]))."""
    whole_hash(salt, "field's salt")
    return _url64(sha256(_label(prefix, "field") + salt + canonical([field, value])).digest())


def make_record(
    secret: bytes,
    *,
    at: date | str,
    case: str,
    kind: str,
    n: int,
    fields: Mapping[str, Any],
    prefix: str = PREFIX,
) -> bytes:
    """The record that a sealed leaf commits to, as canonical JSON; `case` is 32 hex digits."""
    digests = {
        field: field_digest(field_salt(secret, n, field, prefix=prefix), field, value, prefix=prefix)
        for field, value in fields.items()
    }
    return canonical({"at": str(at), "case": case, "fields": digests, "kind": kind, "n": n, "v": 1})


def commit(salt: bytes, record: bytes, *, prefix: str = PREFIX) -> bytes:
    """The 32 bytes of a commitment: SHA-256(label || salt || record)."""
    return sha256(_label(prefix, "commit") + whole_hash(salt, "salt") + record).digest()


def sealed_entry(c: bytes) -> bytes:
    """The 73 bytes of a sealed leaf."""
    return canonical({"c": _url64(whole_hash(c, "commitment")), "kind": "sealed", "v": 1})


def cover_entry(seed: bytes | None = None) -> bytes:
    """A sealed leaf of nothing, which nobody can tell from another: a commitment under 32 random bytes.

    Whoever keeps the bytes can show later that the leaf is a cover: no other leaf can be passed off as one.
    """
    return sealed_entry(commit(seed if seed is not None else secrets.token_bytes(32), COVER))


def sealed_commitment(entry: bytes) -> bytes:
    """The commitment in a sealed leaf; Refused for every other entry."""
    found = parse(entry) if len(entry) == SEALED_BYTES else None
    if not isinstance(found, dict) or found.get("kind") != "sealed" or not isinstance(found.get("c"), str):
        raise Refused("This entry is not a sealed leaf.")
    try:
        c = base64.urlsafe_b64decode(found["c"] + "=")
    except ValueError:
        raise Refused("This entry is not a sealed leaf.")
    if len(c) != 32 or sealed_entry(c) != entry:
        raise Refused("This entry is not a sealed leaf.")
    return c


def check_opening(entry: bytes, salt: bytes, record: bytes, *, prefix: str = PREFIX) -> dict[str, Any]:
    """The record of a sealed leaf, once it is shown that the leaf was made from it; else Refused."""
    if not hmac.compare_digest(sealed_commitment(entry), commit(salt, record, prefix=prefix)):
        raise Refused("The sealed leaf was not made from this record and salt.")
    found = parse(record)
    if not isinstance(found, dict) or not isinstance(found.get("fields"), dict):
        raise Refused("What was committed to is not a record.")
    return found


def check_field(record: bytes, field: str, value: Any, salt: bytes, *, prefix: str = PREFIX) -> None:
    """Raise Refused unless the record says this of the field: one fact shown without the others."""
    said = parse(record).get("fields", {}).get(field, "")
    if not hmac.compare_digest(said.encode(), field_digest(salt, field, value, prefix=prefix).encode()):
        raise Refused(f"The record does not say this of {field!r}.")


def open_entry(*, at: date | str, kind: str, org: str, body: Mapping[str, Any]) -> bytes:
    """An open leaf: a fact that is public anyway, as canonical JSON of at most 8,192 bytes."""
    entry = canonical({"at": str(at), "body": dict(body), "kind": kind, "org": org, "v": 1})
    if len(entry) > LARGEST_OPEN:
        raise Refused(f"An open leaf of {len(entry)} bytes is too long; {LARGEST_OPEN} are allowed.")
    return entry


def salted_digest(salt: bytes, data: bytes, *, prefix: str = PREFIX) -> str:
    """A digest of a document that could be guessed (a payroll, a picture): worth nothing without its salt."""
    digest = sha256(_label(prefix, "digest") + whole_hash(salt, "salt") + data).digest()
    return f"{prefix}1:{_url64(digest)}"


@lru_cache(maxsize=64)
def _label(prefix: str, name: str) -> bytes:
    return f"{prefix}/{name}/v1\0".encode()


def _derived(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block: a record takes a dozen of these, so the secret is extracted once."""
    return hmac.digest(_extracted(whole_hash(secret, "case's secret")), info + b"\x01", "sha256")


@lru_cache(maxsize=1)
def _extracted(secret: bytes) -> bytes:
    return hmac.digest(bytes(32), secret, "sha256")


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
