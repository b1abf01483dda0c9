"""The register as files for anybody's program: what was written once is read as it is (C2SP tlog-tiles)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from answerable.merkle.refused import Refused, decimal

from . import selectors
from .publishing import folder

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
#: The newest is asked for each time.
ASK_AGAIN = "no-cache"
_TILE = re.compile(
    r"(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?", re.ASCII
)
_PIECE = 1 << 16
Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


@require_safe
def checkpoint(request: HttpRequest) -> StreamingHttpResponse:
    """The newest signed size and root, with what witnesses said of it."""
    return _file("checkpoint", TEXT, ASK_AGAIN)


@require_safe
def policy(request: HttpRequest) -> StreamingHttpResponse:
    """Whose signatures count (C2SP tlog-policy)."""
    return _file("policy", TEXT, ASK_AGAIN)


@require_safe
def withheld(request: HttpRequest) -> StreamingHttpResponse:
    """The bundles that are not shown; there is no such file while all are."""
    return _file("withheld.json", "application/json", ASK_AGAIN)


@require_safe
def tile(request: HttpRequest, path: str) -> StreamingHttpResponse:
    """A tile or a bundle of entries. It never changes, so it may be kept for ever."""
    if not _TILE.fullmatch(path):
        raise Http404
    return _file(f"tile/{path}", BYTES, FOR_EVER)


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """The hashes that show one published size at the beginning of another, one a line (RFC 9162, section 2.1.4)."""
    latest = selectors.latest_checkpoint()
    try:
        old = decimal(request.GET.get("from", ""), "older size")
        new = decimal(request.GET.get("to", ""), "newer size")
        if not 0 < old <= new:
            raise Refused("The sizes are from 1 on, the older one first: ?from=100&to=200")
        if latest is None or new > latest.size:
            raise Refused(f"The log has {latest.size if latest else 0} leaves.")
        proof = selectors.consistency(old, new)
    except Refused as why:
        return _open(HttpResponse(f"{why}\n", status=400, content_type=TEXT), ASK_AGAIN)
    lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    return _open(HttpResponse(lines, content_type=TEXT), FOR_EVER)


def _file(name: str, kind: str, kept: str) -> StreamingHttpResponse:
    path = folder() / name
    try:
        size = _plain_size(path)
        file = path.open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = StreamingHttpResponse(_pieces(file), content_type=kind)
    response.headers["Content-Length"] = str(size)
    _open(response, kept)
    return response


def _plain_size(path: Path) -> int:
    if not path.is_file() or not path.resolve().is_relative_to(folder().resolve()):
        raise ValueError
    return path.stat().st_size


def _open(response: Response, kept: str) -> Response:
    response.headers["Cache-Control"] = kept
    # Made for programs and pages of others.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
