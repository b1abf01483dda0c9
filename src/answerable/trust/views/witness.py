"""This instance as a witness of others' registers (C2SP tlog-witness): texts in, texts out, status codes that mean something."""

from __future__ import annotations

import re

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from answerable.merkle.refused import Refused
from answerable.merkle.witnessing import TEXT_TYPE, parse_request
from answerable.register import signing
from answerable.register.witness import answer, latest

#: A request is a few kilobytes: 63 hashes and a note.
MOST_BYTES = 64_000
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@csrf_exempt  # no cookie speaks here: what is asked carries its own signature
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a watched log's checkpoint that continues the last one; else say why not, by the status."""
    try:
        body = request.body
    except RequestDataTooBig:
        body = b""
    if not 0 < len(body) <= MOST_BYTES:
        return HttpResponse("the request is empty or too long\n", status=400, content_type=TEXT_TYPE)
    try:
        parse_request(body)
    except Refused as why:  # said here: the signer is spared what can't be read
        return HttpResponse(f"{why}\n", status=400, content_type=TEXT_TYPE)
    status, kind, said = answer(body)
    return HttpResponse(said, status=status, content_type=kind)


@require_safe
def checkpoint(request: HttpRequest, digest: str) -> HttpResponse:
    """The last checkpoint of a log that was cosigned here, by the SHA-256 of its origin."""
    try:
        note = latest(digest) if _DIGEST.match(digest) else ""
    except (signing.SignerAway, signing.SignerRefused):
        return HttpResponse("the witness's key is not at hand\n", status=503, content_type=TEXT_TYPE)
    if not note:
        return HttpResponse("unknown log\n", status=404, content_type=TEXT_TYPE)
    return HttpResponse(note, content_type=TEXT_TYPE, headers={"Cache-Control": "no-cache"})
