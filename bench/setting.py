"""What a bench is given, and how it asks the product for a page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from .world import Ground


@dataclass(frozen=True)
class Setting:
    """The world, the database, and how long it may take."""

    ground: Ground
    quick: bool
    database: str
    folder: Path
    #: Parts of a bench that has some; all for none.
    parts: tuple[str, ...] = ()
    #: How many postings the books get; 0 for as many as usual.
    postings: int = 0

    def pick(self, usual: int, quick: int) -> int:
        """A number of rounds."""
        return quick if self.quick else usual


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def cookie(self, name: str) -> str:
        """A cookie that it set."""
        return SimpleCookie(self.headers.get("Set-Cookie", ""))[name].value


@cache
def application() -> Any:
    """The product as the server runs it."""
    from answerable.config.wsgi import application as wsgi

    return wsgi


def environ(
    path: str,
    form: dict[str, str] | None = None,
    cookie: str = "",
    *,
    data: object = None,
    token: str = "",
    packed: bool = False,
) -> dict[str, Any]:
    """A request, ready made: what a server hands to the application. `data` is sent as JSON; `packed`: as browsers ask."""
    body = urlencode(form).encode() if form is not None else b""
    if data is not None:
        body = json.dumps(data).encode()
    built: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT": "text/html",
        "HTTP_USER_AGENT": "bench",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "body": body,
    }
    if body:
        kind = "application/json" if data is not None else "application/x-www-form-urlencoded"
        built |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "HTTP_X_CSRFTOKEN": token}
    if packed:
        built["HTTP_ACCEPT_ENCODING"] = "gzip, br"
    if cookie:
        built["HTTP_COOKIE"] = cookie
    return built


def ask(built: dict[str, Any]) -> Reply:
    """Send a request to the application, in this process."""
    status = ""
    headers: dict[str, str] = {}

    def start(given: str, pairs: list[tuple[str, str]], _error: object = None) -> None:
        nonlocal status
        status = given
        headers.update(pairs)

    one = dict(built)
    one["wsgi.input"] = io.BytesIO(one.pop("body"))
    answer = application()(one, start)
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    return Reply(int(status[:3]), headers, body)


def get(built: dict[str, Any]) -> None:
    """The same, for loops: only a page is right."""
    reply = ask(built)
    assert reply.status == 200, reply.status


def queries_of(built: dict[str, Any]) -> int:
    """How many queries a request takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        get(built)
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])


#: Memory in KiB and passes: OWASP's floor, and what an instance uses unless told otherwise.
FLOOR = (19_456, 2)
USUAL = (65_536, 3)


@contextmanager
def codes_cost(cost: tuple[int, int] | None) -> Iterator[None]:
    """Tracking codes at this cost inside the block; None leaves Argon2 away, to see what the rest takes."""
    from django.conf import settings

    from answerable.safeguards import codes

    memory, passes = cost or FLOOR
    with (
        mock.patch.object(settings, "CODE_MEMORY_KIB", memory),
        mock.patch.object(settings, "CODE_PASSES", passes),
    ):
        if cost is not None:
            yield
            return
        with mock.patch.object(codes, "_hash", lambda code, salt, cost: (code.encode() + salt)[:32]):
            yield
