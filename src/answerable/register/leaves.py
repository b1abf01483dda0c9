"""From an event to its leaf: what is public stands there as it is, everything else as a commitment (TRUST.md A2)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping

from django.conf import settings

from answerable.merkle import canonical, commitments
from answerable.merkle.refused import Refused

from . import binding
from .models import Event
from .rules import LONGEST_OPEN, is_public
from .vault import secrets_of

#: Events of a matter that are none of its steps are numbered from here, at random.
_BESIDE = 1 << 31


def matter_of(event: Event) -> int | None:
    """The matter whose secret closes the event's leaf; None: the event has a salt of its own."""
    if is_public(event.kind):
        return None
    matter = event.body.get("case")
    return matter if isinstance(matter, int) else None


def number_within(event: Event) -> int:
    """The event's number under its matter's secret: that of the step, or one of the upper half, drawn."""
    n = event.body.get("n")
    if event.kind.startswith("listening.case-") and isinstance(n, int):
        return n
    return _BESIDE | secrets.randbits(31)


def fresh_salt() -> bytes:
    """32 random bytes for an event that belongs to no matter."""
    return secrets.token_bytes(32)


def key_of(event: Event, secret: bytes | None) -> bytes | None:
    """The key of the event's digests and commitment; None when what made it was erased."""
    if event.salt is not None:
        return bytes(event.salt)
    if secret is None or event.n is None:
        return None
    return commitments.leaf_salt(secret, event.n)


def _rows_digest(event: Event) -> str:
    """One digest of all the rows' digests: they are keyed, so nothing can be guessed from it."""
    told = canonical.canonical([list(row) for row in event.rows or []])
    return urlsafe_b64encode(hashlib.sha256(told).digest()).rstrip(b"=").decode()


def _said(event: Event) -> dict[str, object]:
    """What the leaf says beside kind, day and office."""
    said: dict[str, object] = dict(event.body)
    said["by"] = event.by
    for name, value in (("area", event.area_id), ("post", event.post_id)):
        if value is not None:
            said.setdefault(name, value)
    if event.rows:
        said["rows"] = _rows_digest(event)
    return said


#: What an open leaf doesn't show: posts are people to whoever knows the office, and a picture's digest would prove
#: for ever what was taken down. It is committed to under the event's salt, so that nobody can change it either.
#: And of a paper that is not shown, since whoever knows one like it could find out by its digest which one it is.
_CLOSED = frozenset({"by", "post", "to_post", "checker", "keeper_post", "staff", "picture", "document"})
#: Leaves that were written before papers were closed as well.
_CLOSED_BEFORE = _CLOSED - {"document"}


def open_entry(event: Event, closing: frozenset[str] = _CLOSED) -> bytes:
    """The bytes of an open leaf, up to 8,192 of them. Raises merkle.refused.Refused beyond."""
    said = _without_nothing(_said(event))
    shown: dict[str, object] = {name: value for name, value in said.items() if name not in closing}
    closed = {name: value for name, value in said.items() if name in closing}
    if event.salt is not None:
        shown["closed"] = binding.digest(bytes(event.salt), canonical.canonical(closed))
    return commitments.open_entry(at=event.on, kind=event.kind, org=settings.REGISTER_ORIGIN, body=shown)


def fits_open(event: Event) -> bool:
    """Whether a public event is short enough to stand in the log as it is; a longer one is sealed (a fund of 1,000 areas)."""
    try:
        return len(open_entry(event)) <= LONGEST_OPEN
    except Refused:
        return False


def _without_nothing(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value is not None and value != ""}


def sealed_record(event: Event, key: bytes, secret: bytes | None) -> bytes:
    """What the commitment of a sealed leaf commits to, field by field, so that one can be opened alone.

    Its `case` is 32 hexadecimal digits that are the same in every record of a matter, and come from its secret:
    nobody can guess them, and they die with it.
    """
    return _record(event, key, secret, commitments.matter_code(secret if secret is not None else key))


def _first_record(event: Event, key: bytes, secret: bytes | None) -> bytes:
    """The record as leaves committed to it at first: its `case` was a digest of the matter's number."""
    code = hashlib.sha256(b"answerable/matter/v1\0" + str(matter_of(event) or 0).encode()).hexdigest()[:32]
    return _record(event, key, secret, code)


def _record(event: Event, key: bytes, secret: bytes | None, case: str) -> bytes:
    n = event.n or 0
    fields = _without_nothing(_said(event))
    return commitments.make_record(
        secret if secret is not None else key,
        at=event.on,
        case=case,
        kind=event.kind,
        n=n,
        fields=fields,
    )


def commitment(event: Event, key: bytes, secret: bytes | None) -> bytes:
    """The 32 bytes of the event's sealed leaf."""
    return commitments.commit(key, sealed_record(event, key, secret))


def record_of(event: Event, key: bytes, secret: bytes | None) -> bytes | None:
    """The record that the event's commitment was made from, as it is made today or was at first; None: from neither."""
    for make in (sealed_record, _first_record):
        record = make(event, key, secret)
        if hmac.compare_digest(commitments.commit(key, record), bytes(event.commitment or b"")):
            return record
    return None


def entry_of(event: Event) -> bytes:
    """The bytes of the event's leaf, open or sealed."""
    if event.commitment is None:
        return open_entry(event)
    return commitments.sealed_entry(bytes(event.commitment))


def is_entry_of(entry: bytes, event: Event) -> bool:
    """Whether these are the bytes of the event's leaf, as it is made today or was before papers were closed."""
    if entry == entry_of(event):
        return True
    return event.commitment is None and entry == open_entry(event, _CLOSED_BEFORE)


def opening(event: Event, fields: Collection[str] | None = None) -> dict[str, object] | None:
    """What opens an event's sealed leaf, for the holder of the matter's code; None once it is erased, or for an open leaf.

    `record` is what was committed to, `leaf_salt` its salt, `fields` the value and the salt of each field: one can be
    shown without the others (merkle.commitments.check_opening, check_field). Salts are in hexadecimal digits. With
    names of fields, only these are opened.
    """
    keys = _keys(event)
    if keys is None or event.commitment is None:
        return None
    key, secret = keys
    record = record_of(event, key, secret)
    if record is None:
        return None
    return {
        "record": canonical.parse(record),
        "leaf_salt": key.hex(),
        "fields": {
            name: field_opening(event, name)
            for name in sorted(_without_nothing(_said(event)))
            if fields is None or name in fields
        },
    }


def field_opening(event: Event, name: str) -> dict[str, object] | None:
    """What opens one field of an event's sealed leaf, and says nothing of the others; None once it is erased."""
    keys = _keys(event)
    said = _without_nothing(_said(event))
    if keys is None or event.commitment is None or name not in said:
        return None
    key, secret = keys
    salt = commitments.field_salt(secret if secret is not None else key, event.n or 0, name)
    return {"value": said[name], "salt": salt.hex()}


def _keys(event: Event) -> tuple[bytes, bytes | None] | None:
    matter = matter_of(event)
    secret = secrets_of([matter]).get(matter) if matter is not None and event.salt is None else None
    key = key_of(event, secret)
    return None if key is None else (key, secret)
