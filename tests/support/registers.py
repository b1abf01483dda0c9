"""A register of a test's own: folders, keys, and a signer that answers, in this process or in one of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from answerable.register import signing
from answerable.register.signer import keys
from answerable.register.signer.office import Office

ORIGIN = "village.example.org/register"


@dataclass
class Log:
    """The folders of a log under test."""

    published: Path
    signer: Path

    @property
    def vkey(self) -> str:
        """The log's public key."""
        return keys.log_keys(self.signer)[-1].signer.vkey


@pytest.fixture(scope="session", autouse=True)
def no_register_of_yours(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the tests out of the register and the keys in the data folder."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("register")
    settings.REGISTER_FOLDER = folder / "register"
    settings.KEYS_FOLDER = folder / "keys"
    settings.REGISTER_SIGNER = folder / "signer" / "socket"


@pytest.fixture
def log(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Log:
    """An empty log whose signer answers without a socket."""
    settings.REGISTER_FOLDER = tmp_path / "register"
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.REGISTER_SIGNER = tmp_path / "signer" / "socket"
    settings.REGISTER_ORIGIN = ORIGIN
    settings.REGISTER_HOUR = 21
    settings.REGISTER_WITNESSES = []
    made = Log(tmp_path / "register", tmp_path / "signer")
    keys.make_keys(made.signer, ORIGIN)
    lock = threading.Lock()

    def ask(do: str, **request: object) -> dict[str, Any]:
        with lock:
            answer = Office(made.signer).answer({"do": do, **request})
        if "refused" in answer:
            raise signing.SignerRefused(f"The signer refuses: {answer['refused']}")
        return answer

    monkeypatch.setattr(signing, "ask", ask)
    return made


@pytest.fixture
def signer_process(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts signers of their own; `die_at` names the step at which one is killed."""
    begun: list[subprocess.Popen[str]] = []

    def start(folder: Path, *, die_at: str = "") -> subprocess.Popen[str]:
        code = (
            "import os, signal, sys\n"
            "from pathlib import Path\n"
            "from answerable.register.signer import __main__, office\n"
            "def hear(name):\n"
            f"    if name == {die_at!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
            "office.STEPS.append(hear)\n"
            f"sys.exit(__main__.main(['--folder', {str(folder)!r}, '--socket', {str(folder / 'socket')!r}]))\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        begun.append(process)
        assert process.stdout is not None
        assert "listens" in process.stdout.readline(), process.communicate()[1]
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)
