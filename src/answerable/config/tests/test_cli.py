"""The command line: its own list, sentences instead of tracebacks, and no way round the rules."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.config import cli
from answerable.config.serving import CannotServe, check_port, serve
from tests.support.demo_server import run

Said = Callable[..., tuple[Any, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run the command line in this process; return what it ends with and what it printed."""

    def ask(*words: str) -> tuple[Any, str]:
        monkeypatch.setattr(sys, "argv", ["answerable", *words])
        try:
            cli.main()
        except SystemExit as end:
            return end.code, capsys.readouterr().out
        return None, capsys.readouterr().out

    return ask


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_the_own_list_needs_no_settings(
    said: Said, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "nowhere")
    end, text = said(*words)
    assert end is None
    commands = Path(cli.__file__).parent / "management/commands"
    for name in [path.stem for path in commands.glob("[a-z]*.py")] + ["migrate"]:
        assert f"\n  {name} " in text


@pytest.mark.parametrize("word", cli.INSTEAD)
def test_ways_round_the_rules_are_refused(said: Said, word: str) -> None:
    end, _ = said(word)
    assert f"{word} goes round the rules" in end
    assert "Use instead: " in end


@pytest.mark.parametrize(
    "words",
    [["tick"], ["import", "subjects"], ["password", "amina"], ["demo", "--here", "--days", "1"], ["serve"]],
)
def test_before_migrate_one_sentence(tmp_path: Path, words: list[str]) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ANSWERABLE_DATA": str(tmp_path),
        "ANSWERABLE_CLOCK": str(tmp_path / "clock"),
    }
    done = run(env, *words)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert ("make demo" if words[0] == "demo" else "answerable migrate") in done.stderr
    broken = run(env | {"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/db"}, "tick")
    assert broken.stderr.startswith("answerable: The database can't be used: unable to open")


@pytest.mark.only_on("postgresql", "asks the server")
def test_on_postgresql_the_same(own_database: dict[str, str]) -> None:
    none = own_database["DATABASE_URL"].replace("/demo_", "/none_")
    gone = run(own_database | {"DATABASE_URL": none}, "tick")
    assert gone.stderr.startswith("answerable: The database can't be used: ")
    url = own_database["DATABASE_URL"]
    other = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3Dnowhere"
    bare = run(own_database | {"DATABASE_URL": other}, "tick")
    assert bare.stderr == f"answerable: {cli.TABLES_MISSING}\n"


def test_a_reader_who_leaves_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-c", "from answerable.config.cli import main; main()"],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("port", [-1, 0, 65_536, 10**9])
def test_a_port_out_of_range_is_said(port: int) -> None:
    with pytest.raises(CannotServe, match="from 1 to 65535"):
        check_port("127.0.0.1", port)


def test_no_process_serves_nothing() -> None:
    with pytest.raises(CannotServe, match="At least one"):
        serve(host="127.0.0.1", port=8000, workers=0)


def test_a_file_that_is_no_database_is_said_in_a_sentence() -> None:
    from django.db.utils import DatabaseError

    from answerable.config.cli import _why

    assert "file is not a database. See: answerable doctor" in _why(DatabaseError("file is not a database"))
