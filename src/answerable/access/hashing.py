"""Password hashes, and making them ahead of time where many are needed at once (the demo)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.contrib.auth.hashers import make_password

_ahead: dict[str, list[Future[str]]] = {}


@contextmanager
def passwords_ahead(password: str, count: int) -> Iterator[None]:
    """Hash a password so many times, each with a salt of its own, in a thread beside the work.

    Inside the block `hashed` takes these first. A hash takes a part of a second on purpose, and no lock of Python's.
    """
    with ThreadPoolExecutor(1) as pool:
        try:
            _ahead[password] = [pool.submit(make_password, password) for _ in range(count)]
            yield
        finally:
            _ahead.pop(password, None)
            pool.shutdown(cancel_futures=True)


def hashed(password: str) -> str:
    """The hash to keep of a password."""
    waiting = _ahead.get(password)
    return waiting.pop(0).result() if waiting else make_password(password)
