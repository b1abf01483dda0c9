"""The demo's small world in a database of its own, served by the product's own server in a process of its own.

Rows of the record can't be deleted, so a live server's database can't be emptied between tests: it gets its own.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest

from .tables import ask, copy_of, postgresql_tables, run_id, sqlite_tables

PASSWORD = "answerable-demo"
SLOWEST = 300  # seconds, on a machine that does much else


@dataclass
class DemoServer:
    """A running demo: its address, and its command line."""

    url: str
    folder: Path
    env: dict[str, str] = field(repr=False)
    #: What the making of it complained about.
    complaints: str = ""

    @property
    def codes(self) -> dict[str, str]:
        """The tracking codes that the demo prints."""
        codes: dict[str, str] = json.loads((self.folder / "demo-codes.json").read_text())
        return codes

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `answerable ...` on the same database."""
        return run(self.env, *words)

    def go_on(self, days: int) -> str:
        """Move the demo's clock; return what the command said."""
        done = self.run("demo", "--here", "--days", str(days))
        assert done.returncode == 0, done.stderr
        return done.stdout


def run(env: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """Run one command of the product to its end."""
    command = [sys.executable, "-c", "from answerable.config.cli import main; main()", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=SLOWEST, check=False)


def look(page: Any, name: str) -> None:
    """Keep a picture where a folder for them is named."""
    if folder := os.environ.get("ANSWERABLE_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


@dataclass(frozen=True)
class Place:
    """Where a demo stands: its data folder, and the database beside it."""

    folder: Path
    #: The URL of the tests' PostgreSQL server; empty for SQLite.
    server: str
    #: On PostgreSQL: what this demo's database is called.
    name: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process whose database and data folder are nobody else's."""
        url = f"sqlite:///{self.folder / 'demo.sqlite3'}"
        if self.server:
            url = urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))
        return {
            **os.environ,
            "ANSWERABLE_DATA": str(self.folder),
            "ANSWERABLE_CLOCK": str(self.folder / "clock"),
            "ANSWERABLE_CODE_MEMORY_KIB": "19456",
            "ANSWERABLE_CODE_PASSES": "2",
            "ANSWERABLE_IATI_ORG": "ZZ-DEMO-MERIDALE",
            "ANSWERABLE_IATI_COUNTRY": "ZZ",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"),
            "DATABASE_URL": url,
        }

    def make(self, like: "Place | None" = None) -> None:
        """The folder and the database: empty, or as another place has them."""
        if like is None:
            self.folder.mkdir()
        else:
            shutil.copytree(like.folder, self.folder)
        if self.server:
            as_there = f' TEMPLATE "{like.name}"' if like else ""
            self._ask(f'CREATE DATABASE "{self.name}"{as_there}')

    def take_tables(self, shared: Path) -> None:
        """Put the tables in that were made before, so that nobody waits for migrations again."""
        if self.server:
            self.drop()
            tables = postgresql_tables(self.server, shared, run_id())
            self._ask(f'CREATE DATABASE "{self.name}" TEMPLATE "{tables}"')
        else:
            copy_of(sqlite_tables(), str(self.folder / "demo.sqlite3"))

    def drop(self) -> None:
        """Take the database away; folders go with the run's."""
        if self.server:
            self._ask(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _ask(self, statement: str) -> None:
        ask(self.server, statement)


def _server() -> str:
    given = os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else ""


@pytest.fixture(scope="session")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a process with an empty database and an empty data folder."""
    place = Place(tmp_path_factory.mktemp("own") / "data", _server(), f"demo_{uuid4().hex[:12]}")
    place.make()
    yield place.env
    place.drop()


@pytest.fixture(scope="session")
def filled_place(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[tuple[Place, str]]:
    """A filled small demo of this worker's own, and what the filling complained about.

    It is filled once a run: the worker that comes first does it, the others copy what it made.
    """
    server, base = _server(), tmp_path_factory.getbasetemp()
    first = _told_first(base, worker_id)
    shared = first.folder.parent
    complaints = shared / "small-demo.complaints"
    with (shared / "small-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complaints.exists():
            first.make()
            first.take_tables(shared)
            filled = run(first.env, "demo", "--here", "--small", "--no-serve")
            assert filled.returncode == 0, filled.stdout + filled.stderr
            complaints.write_text(filled.stderr)
        own = Place(base / "demo", server, f"demo_{run_id()}_{worker_id}")
        own.make(like=first)
    yield own, complaints.read_text()
    own.drop()


@pytest.fixture(scope="session")
def untouched_demo(
    filled_place: tuple[Place, str], tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Place:
    """The small demo as it was told: no test serves it, acts on it or moves its clock."""
    return _told_first(tmp_path_factory.getbasetemp(), worker_id)


def _told_first(base: Path, worker_id: str) -> Place:
    shared = base if worker_id == "master" else base.parent
    return Place(shared / "small-demo", _server(), f"demo_{run_id()}")


@pytest.fixture(scope="session")
def demo_server(filled_place: tuple[Place, str]) -> Iterator[DemoServer]:
    """The small demo, filled and served."""
    place, complaints = filled_place
    own_database = place.env
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from answerable.config.cli import main; main()",
        "serve",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, env=own_database, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(f"{url}/en/"):
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
        yield DemoServer(url, place.folder, own_database, complaints)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        time.sleep(0.1)
        return False
