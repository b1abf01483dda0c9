"""The socket: one request a connection, one after the other, so that two can't be decided at once."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from .keys import KeyTrouble, make_folder
from .office import Office, step

MOST_BYTES = 2_000_000
#: Seconds that a client may be silent.
PATIENCE = 10
#: What the kernel allows in a socket's address, with room for none of the longer ones.
_LONGEST = 100


@contextmanager
def address(path: Path) -> Iterator[str]:
    """A name of the socket that is short enough: through the folder's descriptor where its own is not."""
    if len(str(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def run(folder: Path, path: Path, ready: Callable[[], object] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises KeyTrouble: no keys, keys that others can read, a second signer."""
    make_folder(folder)
    with _alone(folder):
        office = Office(folder)
        with _listening(path) as server:
            signal.signal(signal.SIGTERM, _stop)
            if ready is not None:
                ready()
            try:
                while True:
                    client, _ = server.accept()
                    with client:
                        _serve(office, client)
            except (KeyboardInterrupt, SystemExit):
                return


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit


@contextmanager
def _alone(folder: Path) -> Iterator[IO[str]]:
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KeyTrouble(f"A signer is running with {folder} already.") from None
        yield file


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # of a signer that was killed: only one has the lock
    with socket.socket(socket.AF_UNIX) as server, address(path) as name:
        before = os.umask(0o117)  # owner and group may connect
        try:
            server.bind(name)
        finally:
            os.umask(before)
        server.listen(64)
        try:
            yield server
        finally:
            path.unlink(missing_ok=True)


def _serve(office: Office, client: socket.socket) -> None:
    client.settimeout(PATIENCE)
    try:
        request = json.loads(read_all(client))
        if not isinstance(request, dict):
            raise ValueError("no object")
        answer = office.answer(request)
        step("answered")
        client.sendall(json.dumps(answer).encode())
    except (OSError, ValueError) as trouble:
        sys.stderr.write(f"a request was not served: {trouble}\n")


def read_all(client: socket.socket) -> bytes:
    """Everything up to the other's end. Raises ValueError beyond two megabytes."""
    parts, length = [], 0
    while part := client.recv(65_536):
        parts.append(part)
        length += len(part)
        if length > MOST_BYTES:
            raise ValueError("too long")
    return b"".join(parts)
