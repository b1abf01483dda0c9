"""`answerable register` for strangers: on a log over HTTP and on copies, with no database, in sentences and exit codes."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from answerable.access.gate import acting
from answerable.access.rules import SYSTEM, Right
from answerable.config.registering import main
from answerable.merkle.canonical import canonical
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Signer, sign_note
from answerable.merkle.promises import promise
from answerable.merkle.proofs import consistency_proof
from answerable.merkle.tiles import TileNodes, entries_path, new_tiles, pack_entries, tile_path
from answerable.register import cycle, leaves, receipts, rules, selectors, witness
from answerable.register.signer import keys
from tests.support.registers import ORIGIN, Log

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
rules.make_public("test.opened")
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.chdir(tmp_path)

    def asked(*words: object) -> tuple[int, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(str(end.code))
        out, err = capsys.readouterr()
        return code, out + err

    return asked


@pytest.fixture
def url(log: Log) -> Iterator[str]:
    """The published folder behind a plain server of files: nothing of ours is needed to serve a log."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    log.published.mkdir(exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(log.published)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def happen(count: int) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        for n in range(count):
            act.record("test.opened", n=n)


def test_a_mirror_is_made_completed_and_verified_offline(
    log: Log, url: str, ask: Ask, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    happen(300)
    cycle.run(EVENING)
    code, text = ask("mirror", url, copy, "--key", log.vkey)
    assert (code, "all 316 leaves" in text) == (0, True)
    happen(300)
    cycle.run(EVENING)
    missing = copy / "tile/entries/000"
    missing.unlink()
    code, text = ask("mirror", url, copy)
    assert (code, "key is taken from" in text, missing.exists()) == (0, True, True)
    assert "4 files are new" not in text
    assert ask("verify", copy, "--key", log.vkey)[0] == 0
    assert ask("verify", url, "--policy", log.published / "policy")[0] == 0
    assert ask("compare", url, copy)[0] == 0
    data = bytearray(missing.read_bytes())
    data[40] ^= 1
    missing.write_bytes(data)
    code, text = ask("verify", copy)
    assert code == 2
    assert "tile/entries/000" in text


def test_what_is_not_there_is_said_in_a_sentence(ask: Ask, log: Log, url: str, tmp_path: Path) -> None:
    other = Signer.generate(ORIGIN).vkey
    happen(1)
    cycle.run(EVENING)
    assert ask("verify", tmp_path / "nowhere")[0] == 1
    assert ask("verify", tmp_path / "nowhere", "--key", log.vkey)[0] == 1
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk/checkpoint").write_text("junk")
    code, text = ask("mirror", url, tmp_path / "junk", "--key", log.vkey)
    assert (code, "junk/checkpoint is not what was copied" in text) == (1, True)
    code, text = ask("mirror", "http://127.0.0.1:1", tmp_path / "copy", "--key", log.vkey)
    assert (code, "http://127.0.0.1:1 can't be reached" in text) == (1, True)
    assert ask("mirror", "http://127.0.0.1:1/", tmp_path / "copy", "--key", log.vkey)[0] == 1
    assert ask("verify", url, "--key", other)[0] == 2
    assert ask("verify", url, "--key", "nonsense")[0] == 1
    code, text = ask("verify")
    assert (code, text.startswith("answerable: ")) == (1, True)
    assert ask("fly")[0] == 1


def test_two_boards_are_compared(ask: Ask, log: Log, tmp_path: Path) -> None:
    boards = []
    for number in range(2):
        happen(20)
        cycle.run(EVENING + timedelta(days=number))
        boards.append(tmp_path / f"board-{number}")
        shutil.copy(log.published / "checkpoint", boards[-1])
    assert ask("compare", *boards, "--key", log.vkey) == (
        1,
        "answerable: Between two sizes a proof is needed. Say where the log or a copy is: --log URL|FOLDER.\n",
    )
    code, text = ask("compare", *boards, "--log", log.published)
    assert (code, "consistent: " in text) == (0, True)


def rebuilt(log: Log, folder: Path, without: int) -> None:
    """What an operator with all keys would publish who leaves one entry out."""
    entries = []
    size = Checkpoint.parse((log.published / "checkpoint").read_text().partition("\n\n")[0] + "\n").size
    from answerable.merkle.tiles import unpack_entries

    for path in sorted((log.published / "tile/entries").glob(f"000.p/{size}")):
        entries += unpack_entries(path.read_bytes())
    del entries[without]
    hashes = [leaf_hash(entry) for entry in entries]
    for level, n, width in new_tiles(0, len(entries)):
        assert level == 0
        for name, data in (
            (tile_path(level, n, width), b"".join(hashes)),
            (entries_path(n, width), pack_entries(entries)),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    tree = CompactRange()
    tree.extend(hashes)
    key = keys.log_keys(log.signer)[0].signer
    note = sign_note(Checkpoint(ORIGIN, len(entries), tree.root()).body(), [key])
    (folder / "checkpoint").write_text(note)


def test_a_log_rebuilt_without_one_leaf_convicts_itself(ask: Ask, log: Log, tmp_path: Path) -> None:
    """TRUST.md A17: against an old board, and a second instance's witness refuses."""
    happen(40)
    cycle.run(EVENING)
    board = tmp_path / "board"
    shutil.copy(log.published / "checkpoint", board)
    # Another instance saw it.
    other = tmp_path / "other-signer"
    keys.make_keys(other, "other.example.org/register")
    keys.watch(other, log.vkey)
    from base64 import b64encode

    from answerable.register.signer.office import Office

    def shown(old: int, note: str, proof: list[bytes]) -> dict[str, object]:
        lines = [f"old {old}", *(b64encode(one).decode() for one in proof)]
        body = ("\n".join(lines) + f"\n\n{note}").encode()
        return Office(other).answer({"do": "cosign", "request": b64encode(body).decode()})

    assert shown(0, board.read_text(), [])["status"] == 200
    happen(40)
    cycle.run(EVENING)
    false = tmp_path / "false"
    rebuilt(log, false, without=7)
    assert ask("verify", false, "--key", log.vkey)[0] == 0, "in itself it is a good log"
    code, text = ask("compare", board, false, "--key", log.vkey)
    assert (code, "FORK: " in text) == (2, True)
    evidence = (tmp_path / "fork-evidence.txt").read_text()
    assert board.read_text() in evidence
    assert (false / "checkpoint").read_text() in evidence
    size = Checkpoint.parse((false / "checkpoint").read_text().partition("\n\n")[0] + "\n").size
    nodes = TileNodes(lambda name: (false / name).read_bytes(), size)
    answer = shown(56, (false / "checkpoint").read_text(), consistency_proof(56, size, nodes))
    assert answer["status"] == 422
    # And who mirrored it before is told as well.
    copy = tmp_path / "copy"
    assert ask("mirror", log.published, copy, "--key", log.vkey)[0] == 0
    assert ask("mirror", false, copy, "--key", log.vkey)[0] == 2


def test_a_receipt_is_checked_and_says_what_it_opens(ask: Ask, log: Log, tmp_path: Path) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.closed", state="received", n=3)
    cycle.run(EVENING)
    index, digest = selectors.leaf_of(act.events[0].pk) or (-1, b"")
    opening = leaves.opening(act.events[0])
    path = tmp_path / "mine.tlog-proof"
    path.write_text(selectors.proof_file(index, canonical(opening)) or "")
    code, text = ask("check-receipt", path, "--log", log.published)
    assert code == 0, text
    assert f"VALID: leaf {index} of 16" in text
    assert "kind test.closed" in text
    assert "state received" in text
    plain = tmp_path / "plain.tlog-proof"
    code, text = ask("prove", log.published, digest.hex(), "--out", plain)
    assert code == 0
    assert ask("check-receipt", plain, "--key", log.vkey)[0] == 1
    assert ask("check-receipt", plain, "--key", log.vkey, "--leaf", digest.hex())[0] == 0
    assert ask("check-receipt", plain, "--key", log.vkey, "--leaf", sha256(b"").hexdigest())[0] == 2
    assert ask("prove", log.published, sha256(b"").hexdigest())[0] == 2
    changed = tmp_path / "changed.tlog-proof"
    told = json.loads(canonical(opening))
    told["fields"]["state"]["value"] = "answered"
    changed.write_text(selectors.proof_file(index, canonical(told)) or "")
    code, text = ask("check-receipt", path, changed, "--key", log.vkey)
    assert (code, "changed.tlog-proof: INVALID" in text) == (2, True)


def test_a_promise_is_kept_due_or_broken(ask: Ask, log: Log, tmp_path: Path) -> None:
    """TRUST.md A18."""
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.closed", n=1)
    slip = tmp_path / "slip"
    slip.write_text(receipts.promise_for(act.events[0]))
    happen(1)
    cycle.run(EVENING.replace(hour=9))
    code, text = ask("check-promise", slip, log.published)
    assert (code, "NOT YET DUE" in text) == (0, True)
    cycle.run(EVENING)
    code, text = ask("check-promise", slip, log.published)
    assert (code, "KEPT" in text) == (0, True)
    gone = tmp_path / "gone"
    past = datetime(2020, 1, 2, 21, tzinfo=UTC)
    gone.write_text(promise(ORIGIN, sha256(b"thrown away").digest(), past, receipts.intake_key()))
    code, text = ask("check-promise", gone, log.published, "--key", log.vkey)
    assert (code, "evidence of misconduct" in text) == (2, True)
    assert gone.read_text() in (tmp_path / "promise-evidence.txt").read_text()
    forged = tmp_path / "forged"
    forged.write_text(promise(ORIGIN, sha256(b"x").digest(), past, Signer.generate(f"{ORIGIN}/intake")))
    code, text = ask("check-promise", forged, log.published)
    assert (code, "INVALID" in text) == (2, True)


def test_a_promise_is_taken_as_it_was_scanned_or_typed(ask: Ask, log: Log, tmp_path: Path) -> None:
    with acting(SYSTEM, Right.TICK, None) as act:
        act.record("test.closed", n=1)
    text = receipts.promise_for(act.events[0])
    cycle.run(EVENING)
    policy, slip = log.published / "policy", tmp_path / "receipt.txt"
    for spelled in (text, text.rstrip("\n"), f"{text}\n\n", text.replace("\n", "\r\n")):
        slip.write_bytes(spelled.encode())
        code, told = ask("check-promise", slip, log.published, "--policy", policy)
        assert (code, "KEPT" in told) == (0, True), told
    slip.write_text(text.replace("/receipt\n", "/receipt \n"))
    assert ask("check-promise", slip, log.published)[0] == 2, "what is signed is not loosened"
    slip.write_text(text)
    code, told = ask("check-receipt", slip, "--policy", policy)
    assert (code, f"check-promise {slip}" in told) == (1, True)
    assert ask("check-receipt", slip, "--policy", policy, "--leaf", "zz")[0] == 1
    slip.write_bytes(b"\xff\xfe\x00")
    code, told = ask("check-promise", slip, log.published)
    assert (code, "INVALID" in told) == (2, True)


def test_a_proof_from_before_a_witness_was_named_is_to_be_renewed(ask: Ask, log: Log, tmp_path: Path) -> None:
    happen(3)
    cycle.run(EVENING)
    proof, policy = tmp_path / "old.tlog-proof", tmp_path / "policy"
    code, told = ask("prove", log.published, "1", "--out", proof)
    digest = told.split()[-1]
    assert code == 0
    proof.write_bytes(proof.read_bytes().replace(b"\n", b"\r\n"))
    key = Signer.generate("b.example.org/witness", "cosignature").vkey
    policy.write_text(f"log {log.vkey}\nwitness w1 {key}\nquorum w1\n")
    code, told = ask("check-receipt", proof, "--policy", policy, "--leaf", digest)
    assert (code, "Get a newer proof" in told) == (1, True)
    assert ask("check-receipt", proof, "--policy", policy, "--leaf", "00" * 32)[0] == 2
    assert ask("check-receipt", proof, "--key", log.vkey, "--leaf", digest)[0] == 0


def test_the_signer_and_a_strangers_commands_load_no_django() -> None:
    code = (
        "import sys\n"
        "from answerable.config import cli\n"
        "sys.argv = ['answerable', 'register', 'verify', '/nowhere']\n"
        "try: cli.main()\n"
        "except SystemExit as end: assert end.code == 1, end.code\n"
        "import answerable.register.signer.__main__\n"
        "print([name for name in sys.modules if name.startswith('django')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_keys_are_made_once_and_watched_logs_are_kept(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "signer"
    code, text = ask("keys", "--folder", folder, "--origin", ORIGIN)
    assert (code, ask("keys", "--folder", folder, "--origin", ORIGIN)) == (0, (0, text))
    assert ask("keys", "--folder", folder, "--origin", "other.example.org/x")[0] == 1
    other = Signer.generate("other.example.org/register")
    assert ask("watch", other.vkey, "--folder", folder)[0] == 0
    assert list(keys.watched(folder)) == ["other.example.org/register"]
    assert ask("watch", "nonsense", "--folder", folder)[0] == 1
    code, text = ask("rotate", "--folder", folder)
    assert (code, text.count("village.example.org/register+")) == (0, 2)
    assert ask("rotate", "--folder", folder)[0] == 1


def test_two_instances_witness_each_other(log: Log, settings: object, tmp_path: Path, ask: Ask) -> None:
    """Out and in over HTTP on loopback: the other instance is a second signer behind a small server."""
    from base64 import b64encode
    from http.server import BaseHTTPRequestHandler

    from answerable.merkle.notes import Verifier
    from answerable.register.signer.office import Office

    other = tmp_path / "other-signer"
    keys.make_keys(other, "other.example.org/register")
    keys.watch(other, log.vkey)
    office = Office(other)

    class Witness(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = office.answer({"do": "cosign", "request": b64encode(body).decode()})
            self.send_response(told["status"])
            self.send_header("Content-Type", told["type"])
            self.end_headers()
            self.wfile.write(told["body"].encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    key = keys.witness_key(other)
    settings.REGISTER_WITNESSES = [  # type: ignore[attr-defined]
        (key.vkey, f"http://127.0.0.1:{server.server_port}/witness"),
        (Signer.generate("away.example.org/witness", "cosignature").vkey, "http://127.0.0.1:1/witness"),
    ]
    try:
        for day in range(3):
            happen(5)
            told = cycle.run(EVENING + timedelta(days=day))
            assert "1 of 2 witnesses cosigned, not: away.example.org/witness" in told
            note = (log.published / "checkpoint").read_text()
            from answerable.merkle.notes import Note

            assert Note.parse(note).verified_by([Verifier.parse(key.vkey)])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    policy = (log.published / "policy").read_text()
    assert "group witnesses 2 w1 w2\nquorum witnesses\n" in policy
    code, text = ask("verify", log.published)
    assert (code, "Too few witnesses saw this" in text) == (2, True)
    index = selectors.latest_checkpoint()
    assert index is not None
    assert "other.example.org/witness" in (selectors.proof_file(0) or "")
    assert witness.latest(keys.origin_digest("nobody")) == ""
