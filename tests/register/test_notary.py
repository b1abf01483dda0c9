"""The demo's register: its signer lives as long as it is needed, and a demo that was not finished leaves the old one."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.config.demo import notary
from answerable.kernel import clock
from answerable.register import selectors, signing
from answerable.register.signer import keys
from tests.support.registers import ORIGIN, Log

DAY = date(2026, 11, 20)


@pytest.fixture
def folders(tmp_path: Path, settings: Any) -> Path:
    settings.REGISTER_FOLDER = tmp_path / "demo-register"
    settings.KEYS_FOLDER = tmp_path / "demo-keys"
    settings.REGISTER_SIGNER = tmp_path / "demo-signer" / "socket"
    settings.REGISTER_ORIGIN = ORIGIN
    settings.REGISTER_WITNESSES = []
    return tmp_path


def test_the_signer_ends_with_what_it_was_started_for(folders: Path) -> None:
    with notary.signer():
        first = signing.state()
        with notary.signer():  # one is enough
            assert signing.state() == first
        assert signing.state() == first
    with pytest.raises(signing.SignerAway):
        signing.state()
    with notary.signer():
        assert signing.state() == first, "the keys stay"


def test_the_signer_ends_with_a_parent_that_is_killed(folders: Path) -> None:
    socket = folders / "demo-signer" / "socket"
    keys.make_keys(socket.parent, ORIGIN)
    words = [sys.executable, "-m", "answerable.register.signer", "--with-parent", "--socket", str(socket)]
    code = (
        "import os, signal, subprocess\n"
        f"one = subprocess.Popen({words!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "one.stdout.readline()\n"
        "print(one.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    # Its last act is to let go of its folder.
    with (socket.parent / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(signing.SignerAway):
        signing.state()


@pytest.mark.django_db
def test_a_register_takes_the_place_of_the_old_one_when_it_is_whole(folders: Path) -> None:
    with notary.anew(), clock.held_at(DAY):
        assert notary.day_is_over(DAY).trouble == ""
    first = (folders / "demo-register" / "checkpoint").read_text()
    with pytest.raises(KeyboardInterrupt), notary.anew():
        raise KeyboardInterrupt
    assert (folders / "demo-register" / "checkpoint").read_text() == first
    assert sorted(path.name for path in folders.iterdir()) == ["demo-keys", "demo-register", "demo-signer"]
    with notary.signer(), clock.held_at(DAY):
        assert signing.state().size == selectors.latest_checkpoint().size == 16  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_tick_keeps_the_register(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("register.begun", events=0, last=0)
    call_command("tick")
    assert "In the log: the register has " in capsys.readouterr().out
    call_command("tick")
    assert "In the log" not in capsys.readouterr().out


@pytest.mark.django_db
def test_a_tick_without_a_signer_says_so_and_goes_on(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("tick")
    told = capsys.readouterr()
    assert "nothing was due" in told.out
    assert "The signer does not answer" in told.err
