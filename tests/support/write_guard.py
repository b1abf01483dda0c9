"""Product code writes through the gate, or the test fails.

Each INSERT, UPDATE and DELETE is traced to the line of this repository that made it. A test sets its
scene as it likes; code of the product has to be inside `acting(...)`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = f"{ROOT / 'src' / 'answerable'}/"
TESTS = f"{ROOT / 'tests'}/"
#: Every write of a bound row passes these: the line that asked for it is further up.
THROUGH = {f"{PRODUCT}register/binding.py", f"{PRODUCT}register/saving.py"}
WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
#: The framework's own tables: sessions of the desk, and what migrations leave. And the log that the machinery makes
#: of what the gate recorded, and sums: they hold nothing that an act did not say.
FREE = (
    "django_",
    "auth_",
    "sqlite_",
    "pg_",
    "rollups_",
    *(
        f"register_{table}"
        for table in (
            "pending",
            "leaf",
            "node",
            "tree",
            "checkpoint",
            "cosignature",
            "audit",
            "erasure",
            "secret",
        )
    ),
)
_free_pass = 0


class WroteOutsideTheGate(AssertionError):
    """Product code changed a row and no act was open."""


@contextmanager
def outside_the_gate() -> Iterator[None]:
    """Let product code write without an act, for a test about just that."""
    global _free_pass
    _free_pass += 1
    try:
        yield
    finally:
        _free_pass -= 1


def writer() -> str | None:
    """The line of the product that writes, or None when a test (or nobody of ours) does."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name not in THROUGH and name != __file__:
            if name.startswith(PRODUCT) and "/tests/" not in name and "/migrations/" not in name:
                return f"{name[len(PRODUCT) :]}:{frame.f_lineno}"
            if name.startswith((PRODUCT, TESTS)):
                return None
        frame = frame.f_back
    return None


def _by_machinery() -> bool:
    """Whether the register tells something of itself: its own beginning, its keys, its witnesses."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == f"{PRODUCT}register/machinery.py":
            return True
        frame = frame.f_back
    return False


def guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Look at one statement before it runs."""
    from answerable.access import gate

    found = WRITE.match(sql)
    if found and not _free_pass and not found[1].startswith(FREE) and not gate.is_open():
        line = writer()
        if line is not None and not (found[1] == "register_event" and _by_machinery()):
            raise WroteOutsideTheGate(f"{line} writes to {found[1]} outside an act")
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def writes_go_through_the_gate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Watch the main connection of every test that has a database."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        yield
        return
    from django.db import connection

    with connection.execute_wrapper(guard):
        yield
