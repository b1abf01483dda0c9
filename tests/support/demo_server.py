"""The demo's small world in a database of its own, served by the product's own server in a process of its own.

Rows of the record can't be deleted, so a live server's database can't be emptied between tests: it gets its own.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest

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


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a process whose database and data folder are nobody else's."""
    folder = tmp_path_factory.mktemp("demo")
    env = {
        **os.environ,
        "ANSWERABLE_DATA": str(folder),
        "ANSWERABLE_CLOCK": str(folder / "clock"),
        "ANSWERABLE_CODE_MEMORY_KIB": "19456",
        "ANSWERABLE_CODE_PASSES": "2",
        "ANSWERABLE_IATI_ORG": "ZZ-DEMO-MERIDALE",
        "ANSWERABLE_IATI_COUNTRY": "ZZ",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"),
    }
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield {**env, "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}"}
        return
    name = f"demo_{uuid4().hex[:12]}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield {**env, "DATABASE_URL": urlunsplit(urlsplit(given)._replace(path=f"/{name}"))}
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def demo_server(own_database: dict[str, str]) -> Iterator[DemoServer]:
    """The small demo, filled and served."""
    filled = run(own_database, "demo", "--here", "--small", "--no-serve")
    assert filled.returncode == 0, filled.stdout + filled.stderr
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
        yield DemoServer(url, Path(own_database["ANSWERABLE_DATA"]), own_database, filled.stderr)
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
