"""The product behind its own server on loopback, and a small loop that asks it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    def load(self, path: str, *, seconds: float, connections: int) -> float:
        """Ask for a page over so many kept connections; return replies a second."""
        ends = time.perf_counter() + seconds
        counts = [0] * connections

        def one(place: int) -> None:
            request = (
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/html\r\n\r\n".encode()
            )
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
                while time.perf_counter() < ends:
                    line.sendall(request)
                    read_reply(line)
                    counts[place] += 1

        began = time.perf_counter()
        threads = [threading.Thread(target=one, args=(place,)) for place in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - began)


def read_reply(line: socket.socket) -> bytes:
    """One reply with its whole body. Raises RuntimeError unless it is 200."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += _more(line)
    head, _, body = seen.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(head.decode("latin-1"))
    length = next(
        int(field.split(b":")[1])
        for field in head.split(b"\r\n")
        if field.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(line)
    return body


def _more(line: socket.socket) -> bytes:
    part = line.recv(1 << 16)
    if not part:
        raise RuntimeError("the server hung up")
    return part


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Granian as the product runs it, but with one worker and one thread, on one core; we take another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cores = sorted(os.sched_getaffinity(0))
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-ws"),
                "answerable.config.wsgi:application",
            ],
            stdout=output,
            stderr=output,
            preexec_fn=lambda: os.sched_setaffinity(0, {cores[0]}),
        )
    try:
        _wait_for(process, port, log)
        os.sched_setaffinity(0, {cores[-1]})
        yield Server(port)
    finally:
        os.sched_setaffinity(0, set(cores))
        process.terminate()
        process.wait(timeout=30)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer in 30 s")
