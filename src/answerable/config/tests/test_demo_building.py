"""The demo's file is made beside the one that is served, and takes its place when it is whole."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

BUILD = """
import os
from pathlib import Path
import django
django.setup()
from django.db import connection
from answerable.config.demo import build

path = Path(os.environ["ANSWERABLE_DATA"]) / "demo.sqlite3"
with build.beside(path):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sheep (n integer)")
        cursor.executemany("INSERT INTO sheep VALUES (%s)", [(n,) for n in range(1_000)])
    unread = connection.cursor()
    unread.execute("SELECT n FROM sheep")
    unread.fetchone()
    if os.environ.get("BREAK"):
        raise SystemExit("broken off")
"""


def build(folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "answerable.config.settings",
        "ANSWERABLE_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", BUILD], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_query_that_nobody_read_to_its_end_does_not_hold_the_file(tmp_path: Path) -> None:
    """On some days the story left one behind, and the whole demo failed at its last step."""
    done = build(tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.glob("demo.*")] == ["demo.sqlite3"]
    with sqlite3.connect(tmp_path / "demo.sqlite3") as made:
        assert made.execute("SELECT count(*) FROM sheep").fetchone() == (1_000,)
        assert made.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    made.close()


def test_what_was_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").write_bytes(b"before")
    done = build(tmp_path, BREAK="1")
    assert done.returncode == 1
    assert [path.name for path in tmp_path.glob("demo.*")] == ["demo.sqlite3"]
    assert (tmp_path / "demo.sqlite3").read_bytes() == b"before"
