"""A witness that saw another tree: both sides keep both notes, and say so."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.config import doctor
from answerable.config.registering import main
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.notes import sign_note
from answerable.register import cycle, rules, witness
from answerable.register.models import Checkpoint as Kept
from answerable.register.signer import keys
from answerable.register.signer.office import Office
from tests.support.registers import ORIGIN, Log

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
rules.make_public("test.opened")


@pytest.fixture
def other(log: Log, settings: Any, tmp_path: Path) -> Iterator[Office]:
    """Another instance that watches the log over HTTP."""
    folder = tmp_path / "other-signer"
    keys.make_keys(folder, "other.example.org/register")
    keys.watch(folder, log.vkey)
    office = Office(folder)

    class Witness(BaseHTTPRequestHandler):
        def answer(self, status: int, kind: str, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = office.answer({"do": "cosign", "request": b64encode(body).decode()})
            self.answer(told["status"], told["type"], told["body"])

        def do_GET(self) -> None:
            told = office.answer({"do": "latest", "digest": self.path.split("/")[2]})
            self.answer(200, "text/plain", told["note"])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/witness"
    settings.REGISTER_WITNESSES = [(keys.witness_key(folder).vkey, url)]
    yield office
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (6, "holds another tree of 6 leaves"),
        (3, "do not continue the tree of 3 leaves that it saw"),
        (9, "has seen a tree of 9 leaves, and this one has 6"),
    ],
)
def test_a_witness_that_saw_another_tree_is_an_alarm(
    log: Log, other: Office, capsys: pytest.CaptureFixture[str], size: int, sentence: str
) -> None:
    root = sha256(b"another").digest()
    theirs = sign_note(Checkpoint(ORIGIN, size, root).body(), [keys.log_keys(log.signer)[0].signer])
    shown = {"do": "cosign", "request": b64encode(f"old 0\n\n{theirs}".encode()).decode()}
    assert other.answer(shown)["status"] == 200
    with acting(SYSTEM, Right.TICK, None) as act:
        for n in range(5):  # and a leaf that names the witness
            act.record("test.opened", n=n)
    told = cycle.work(MORNING)
    assert (told.trouble, sentence in told.told, "possibly a fork" in told.told) == ("alarm", True, True)
    ours = (log.published / "checkpoint").read_text()
    assert Checkpoint.parse(ours.partition("\n\n")[0] + "\n").size == 6
    (kept,) = log.published.glob(f"{witness.CONFLICT}*")
    assert ours in kept.read_text()
    assert theirs in kept.read_text()
    assert any(one.level == "fail" and sentence in one.found for one in doctor.examine())
    assert main(["run"]) == 2
    assert main(["witness"]) == 2
    assert sentence in capsys.readouterr().out
    if size == 9:  # an older tree, which anybody may show a witness
        return
    refusals = (other.folder / "refusals.log").read_text()
    for one in (root, Checkpoint.parse(ours.partition("\n\n")[0] + "\n").root):
        assert b64encode(one).decode() in refusals
    (kept,) = (other.folder / "conflicts").iterdir()
    assert theirs in kept.read_text()
    assert ours in kept.read_text()


def test_a_witness_that_was_away_sees_the_checkpoint_of_the_boards_first(
    log: Log, other: Office, settings: Any
) -> None:
    """It cosigns nothing smaller than what it saw, and boards show that checkpoint for days."""
    there = settings.REGISTER_WITNESSES
    settings.REGISTER_WITNESSES = [(there[0][0], "http://127.0.0.1:9/nobody")]
    for watched in (settings.REGISTER_WITNESSES, there, there):
        settings.REGISTER_WITNESSES = watched
        with acting(SYSTEM, Right.TICK, None) as act:
            act.record("test.opened")
        assert cycle.work(MORNING).trouble == ""
    kept = list(Kept.objects.order_by("size"))
    assert [one.board for one in kept] == [True, False, False]
    assert [one.cosignatures.count() for one in kept] == [1, 1, 1]
    published = (log.published / "checkpoint").read_text()
    assert published.startswith(kept[-1].note)
    assert kept[-1].cosignatures.get().line in published
