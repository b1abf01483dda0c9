"""The tests' tables, made once and copied: by each worker of a run and, on SQLite, by later runs as well.

Seventy migrations take longer than most tests. What they make depends on them and on what they import, so the copy's
name is a digest of those files; a migration that changes makes another one.
"""

from __future__ import annotations

import ast
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
KEPT = ROOT / "var" / "tests"
SLOWEST = 600  # seconds, on a machine that does much else


def sqlite_tables() -> Path:
    """An SQLite file with every table and not a row of the product's, made when there is none."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"tables-{_digest()}.sqlite3"
    with _alone(KEPT / "tables.lock"):
        if not file.exists():
            for old in KEPT.glob("tables-*"):
                old.unlink()
            draft = file.with_suffix(".part")
            _migrate(f"sqlite:///{draft}")
            draft.replace(file)
    return file


def copy_of(file: Path, to: str) -> str:
    """Put a copy where the tests' database is looked for."""
    shutil.copyfile(file, to)
    return to


def postgresql_tables(server: str, shared: Path, run: str) -> str:
    """The name of a database with every table, made once a run on the tests' server."""
    name = f"tables_{run}"
    with _alone(shared / "tables.lock"):
        if not (shared / "tables.made").exists():
            ask(server, f'CREATE DATABASE "{name}"')
            _migrate(urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
            (shared / "tables.made").touch()
    return name


@cache
def run_id() -> str:
    """The same in all workers of a run."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12]


def ask(server: str, statement: str) -> None:
    """One statement outside every transaction."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _migrate(url: str) -> None:
    command = [sys.executable, "-c", "from answerable.config.cli import main; main()", "migrate"]
    env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SLOWEST, check=False)
    if done.returncode:
        pytest.exit(f"The tests' tables can't be made:\n{done.stdout}{done.stderr}", returncode=3)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    waiting = sorted(SOURCE.glob("answerable/*/migrations/*.py"))
    known: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in known:
            known.add(file)
            waiting += _imported(file)
    found = sha256(version("Django").encode())
    for file in sorted(known):
        found.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _imported(file: Path) -> Iterator[Path]:
    """Files of the product that a file imports."""
    here = file.relative_to(SOURCE).with_suffix("").parts
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [*here[: -node.level], *filter(None, [node.module])] if node.level else [node.module or ""]
            names = [".".join(base), *(".".join([*base, one.name]) for one in node.names)]
        for name in names:
            path = SOURCE.joinpath(*name.split("."))
            yield from (one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file())
