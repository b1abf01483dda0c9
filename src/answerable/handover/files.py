"""A dossier as a signed file: canonical JSON with a signed note over its digest, for whoever has no access to this site."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings

from answerable.merkle.canonical import canonical, parse
from answerable.merkle.notes import Note, Signer, Verifier, sign_note
from answerable.merkle.refused import Refused
from answerable.safeguards.suppression import public_count

from .lines import Line
from .selectors import Dossier, Entry

FORMAT = "answerable-dossier/v1"


def content_of(dossier: Dossier) -> dict[str, Any]:
    """What the file says: keys, numbers, days and codes; of sealed matters a count, of offices posts, of people nothing."""
    posting = dossier.posting
    return {
        "format": FORMAT,
        "origin": settings.REGISTER_ORIGIN,
        "posting": posting.pk,
        "team": posting.team.key,
        "sponsor": posting.team.sponsor.key,
        "round": posting.round.key,
        "area": posting.area.name,
        "area_id": posting.area_id,
        "starts_on": posting.starts_on.isoformat(),
        "ends_on": posting.ends_on.isoformat(),
        "as_of": dossier.today.isoformat(),
        "sealed": str(public_count(dossier.sealed)),
        "lines": [_line(entry) for entry in dossier.entries],
        "offices": [post.key for post in dossier.offices],
        "lessons": [
            {"on": row.on.isoformat(), "language": row.language, "text": row.text} for row in dossier.lessons
        ],
    }


def _line(entry: Entry) -> dict[str, Any]:
    line: Line = entry.line
    said: dict[str, Any] = {
        "kind": line.kind,
        "number": line.number,
        "since": line.since.isoformat(),
        "state": line.state,
        "late": line.late,
        "claimed": entry.claimed,
    }
    if line.due_on is not None:
        said["due_on"] = line.due_on.isoformat()
    if line.at and line.kind == "project":
        said["project"] = line.at
    if line.amount is not None:
        said |= {"units": line.amount.units, "currency": line.amount.currency}
    if entry.owner.posting is not None:
        said["owner_posting"] = entry.owner.posting
    if entry.owner.post is not None:
        said["owner_post"] = entry.owner.post
    return said


def signed_file(dossier: Dossier, signer: Signer) -> bytes:
    """The file: `{"dossier": ..., "note": ...}`, the note signing the dossier's digest. The same records, the same bytes."""
    content = content_of(dossier)
    return canonical({"dossier": content, "note": sign_note(_text(content), [signer])})


def _text(content: dict[str, Any]) -> str:
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return f"{FORMAT}\n{content['origin']}\nposting {content['posting']} as of {content['as_of']}\n{digest}\n"


def verified(data: bytes, verifier: Verifier) -> dict[str, Any]:
    """The dossier of a signed file, once its signature and its digest were verified. Raises merkle's Refused."""
    whole = parse(data)
    if not isinstance(whole, dict) or set(whole) != {"dossier", "note"} or not isinstance(whole["note"], str):
        raise Refused("This is no signed dossier.")
    content = whole["dossier"]
    if (
        not isinstance(content, dict)
        or content.get("format") != FORMAT
        or not {"posting", "as_of", "origin"} <= set(content)
    ):
        raise Refused("This is no dossier in a form that is known here.")
    note = Note.parse(whole["note"])
    note.verified_by([verifier])
    if note.text != _text(content):
        raise Refused("The signature is right, but for another dossier: this one was changed.")
    return content
