"""The databases that are measured: an SQLite file on the project's own disk, and a private PostgreSQL server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "bench"


@contextmanager
def postgres() -> Iterator[str]:
    """A server that waits for the disk as one in use does; gives its DATABASE_URL. Gone afterwards."""
    with subprocess.Popen(
        [str(ROOT / "scripts/with-postgres"), "sh", "-c", 'echo "$DATABASE_URL"; exec cat >/dev/null'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "POSTGRES_DURABLE": "yes"},
        start_new_session=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            if not url:
                raise RuntimeError("no PostgreSQL server: see above")
            yield url
        finally:
            server.stdin.close()
            server.wait(timeout=60)


def other_database(url: str, name: str) -> str:
    """The URL of a new, empty database of that name on the same server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    before, mark, after = url.partition("/postgres?")
    return f"{before}/{name}{mark.replace('/postgres', '')}{after}"
