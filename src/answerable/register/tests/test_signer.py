"""The signer as a process of its own: what it refuses, what it remembers when it is killed, who can read its keys."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.compact import CompactRange
from answerable.merkle.cosigning import add_lines
from answerable.merkle.notes import Note, Signer, sign_note
from answerable.merkle.proofs import consistency_proof, root
from answerable.register import signing, witness
from answerable.register.signer import keys
from answerable.register.signer.office import Office
from tests.support.real_data import SHARED

ORIGIN = "village.example.org/register"
Start = Callable[..., subprocess.Popen[str]]


class Tree:
    """A tree of numbers, without a database."""

    def __init__(self, size: int, salt: str = "") -> None:
        self.hashes = [sha256(f"{salt}{n}".encode()).digest() for n in range(size)]

    def node(self, level: int, offset: int) -> bytes:
        part = CompactRange()
        part.extend(self.hashes[offset << level : offset + 1 << level])
        return part.root()

    def root(self, size: int) -> bytes:
        return root(size, self.node)

    def proof(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(old, new, self.node) if 0 < old < new else []


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    made = tmp_path / "signer"
    keys.make_keys(made, ORIGIN)
    settings.REGISTER_SIGNER = made / "socket"
    return made


def test_it_signs_a_tree_that_grows_and_refuses_every_other(folder: Path, signer_process: Start) -> None:
    signer_process(folder)
    tree, other = Tree(40), Tree(40, "other ")
    note = Note.parse(signing.sign(10, tree.root(10), []))
    note.verified_by([keys.log_keys(folder)[0].signer.verifier])
    assert signing.sign(10, tree.root(10), []) == str(note), "asked again, it says the same"
    assert signing.sign(17, tree.root(17), tree.proof(10, 17))
    for size, found, proof in (
        (10, tree.root(10), []),
        (16, tree.root(16), []),
        (17, other.root(17), []),
        (40, other.root(40), tree.proof(17, 40)),
        (40, other.root(40), other.proof(17, 40)),
        (40, tree.root(40), []),
        (40, tree.root(40), tree.proof(10, 40)),
        (0, tree.root(0), []),
    ):
        with pytest.raises(signing.SignerRefused):
            signing.sign(size, found, proof)
    assert signing.state().size == 17
    log = (folder / "refusals.log").read_text().splitlines()
    assert len(log) == 8
    assert "A tree of 17 leaves was signed already; this one has 10." in log[0]


def test_nonsense_is_answered_and_does_not_end_it(folder: Path, signer_process: Start) -> None:
    process = signer_process(folder)
    for request in ({"do": "fly"}, {"do": "sign"}, {"do": "sign", "size": True, "root": "x", "proof": []}):
        with pytest.raises(signing.SignerRefused):
            signing.ask(**request)
    with pytest.raises(signing.SignerRefused, match="64 hexadecimal"):
        witness.latest("../../witness.key")
    assert witness.answer(b"\xff\xfe nonsense")[0] == 400
    assert process.poll() is None


@pytest.mark.parametrize("die_at", ["checked", "remembered", "answered"])
def test_killed_at_any_step_it_never_signs_two_trees(
    folder: Path, signer_process: Start, die_at: str
) -> None:
    tree, other = Tree(30), Tree(30, "other ")
    signer_process(folder, die_at=die_at)
    with pytest.raises(signing.SignerAway):
        signing.sign(20, tree.root(20), [])
    signer_process(folder)
    if die_at == "checked":  # nothing was signed, so nothing binds
        assert signing.state().size == 0
    else:
        with pytest.raises(signing.SignerRefused):
            signing.sign(20, other.root(20), [])
    assert signing.sign(20, tree.root(20), [])
    assert signing.sign(30, tree.root(30), tree.proof(20, 30))


def test_without_a_signer_the_client_says_where_it_asked(folder: Path) -> None:
    with pytest.raises(signing.SignerAway, match="does not answer"):
        signing.state()


def test_two_signers_of_one_folder_can_not_run(folder: Path, signer_process: Start) -> None:
    signer_process(folder)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "answerable.register.signer",
            "--folder",
            folder,
            "--socket",
            folder / "other",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "running" in done.stderr) == (1, True)


def test_keys_that_others_can_read_are_refused(folder: Path) -> None:
    (folder / "log-1.key").chmod(0o640)
    with pytest.raises(keys.KeyTrouble, match="can be read by others"):
        Office(folder)


def test_a_memory_that_is_gone_is_no_new_beginning(folder: Path) -> None:
    Office(folder)
    (folder / "signed.json").unlink()
    with pytest.raises(keys.KeyTrouble, match=r"signed\.json is gone"):
        Office(folder)


@pytest.mark.parametrize("text", ["", "{}", '{"size": 3}', '{"size": -1, "root": ""}', "[]", "\\xff"])
def test_a_memory_that_is_damaged_is_refused_at_the_start_and_later(folder: Path, text: str) -> None:
    office = Office(folder)
    (folder / "signed.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(keys.KeyTrouble, match=r"signed\.json is damaged"):
        Office(folder)
    assert "damaged" in office.answer({"do": "state"})["refused"]


def test_keys_begin_a_memory_once_and_never_again(folder: Path) -> None:
    assert Office(folder).last().size == 0
    for path in (folder / "signed.json", folder / "begun"):
        path.unlink(missing_ok=True)
    keys.make_keys(folder, ORIGIN)
    with pytest.raises(keys.KeyTrouble, match=r"signed\.json is gone"):
        Office(folder)


def test_a_rotation_that_was_cut_short_is_completed(folder: Path) -> None:
    new = Signer.generate(ORIGIN)
    keys.make_key_file(folder / "log-2.key", new)
    found = keys.log_keys(folder)
    assert [key.number for key in found] == [1, 2]
    assert found[0].until == keys.today() + keys.OVERLAP


def test_another_user_can_not_read_the_keys(folder: Path) -> None:
    """TRUST.md A20."""
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    # Even where every folder above lets one through to the socket: the file itself is closed.
    for part in (folder, *list(folder.parents)[:3]):
        part.chmod(part.stat().st_mode | 0o011)
    code = (
        "import os, sys, errno\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for name in sys.argv[1:]:\n"
        "    try: open(name)\n"
        "    except OSError as error: print(errno.errorcode[error.errno])\n"
    )
    files = [folder / "log-1.key", folder / "witness.key"]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, *files], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["EACCES", "EACCES"], done.stderr


# --- as a witness of others -----------------------------------------------------------------------------------------


def ask(old: int, note: str, proof: list[bytes]) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + f"\n\n{note}").encode()


def test_the_recorded_conversation_is_answered_as_the_standard_says(
    folder: Path, signer_process: Start
) -> None:
    """TRUST.md A5, without HTTP."""
    recorded = SHARED / "data/merkle/witness-add-checkpoint-sequence.json"
    if not recorded.exists():
        pytest.skip("needs the real files")
    told = json.loads(recorded.read_text())
    public = bytes.fromhex(told["log_public_key_hex"])
    from answerable.merkle.notes import Verifier

    keys.watch(folder, Verifier(told["log_origin"], "ed25519", public).vkey)
    signer_process(folder)
    found = [witness.answer(one["request"].encode()) for one in told["steps"]]
    assert [status for status, _, _ in found] == [one["status_c2sp"] for one in told["steps"]]
    conflicts = [(kind, body) for status, kind, body in found if status == 409]
    assert [body for _, body in conflicts] == [b"3\n", b"5\n"]
    assert {kind for kind, _ in conflicts} == {"text/x.tlog.size"}


def test_raced_two_hundred_times_it_never_cosigns_two_trees(folder: Path, signer_process: Start) -> None:
    """TRUST.md A6: two threads show it two continuations of one tree; at most one of them is taken."""
    log, tree = Signer.generate("other.example.org/register"), Tree(400)
    keys.watch(folder, log.vkey)
    signer_process(folder)
    verifier = keys.witness_key(folder).verifier
    size, taken = 1, []

    def show(new: int, found: bytes, proof: list[bytes], old: int, out: list[tuple[int, str, bytes]]) -> None:
        note = sign_note(Checkpoint(log.name, new, found).body(), [log])
        status, _, body = witness.answer(ask(old, note, proof))
        out.append((status, note, body))

    first: list[tuple[int, str, bytes]] = []
    show(1, tree.root(1), [], 0, first)
    assert first[0][0] == 200
    for turn in range(200):
        fork = Tree(size + 1)
        fork.hashes[:size] = tree.hashes[:size]
        fork.hashes[size] = sha256(f"fork {turn}".encode()).digest()
        out: list[tuple[int, str, bytes]] = []
        threads = [
            threading.Thread(
                target=show, args=(size + 1, one.root(size + 1), one.proof(size, size + 1), size, out)
            )
            for one in (tree, fork)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(status for status, _, _ in out) == [200, 409]
        ((_, note, body),) = [one for one in out if one[0] == 200]
        taken.append(Checkpoint.parse(Note.parse(add_lines(note, body.decode(), [verifier])).text))
        tree.hashes[size] = (fork if taken[-1].root == fork.root(size + 1) else tree).hashes[size]
        size += 1
    assert [one.size for one in taken] == list(range(2, 202))
    assert [one.root for one in taken] == [tree.root(one.size) for one in taken]


@pytest.mark.parametrize("die_at", ["decided", "kept", "answered"])
def test_killed_between_memory_and_answer_a_witness_never_goes_back(
    folder: Path, signer_process: Start, die_at: str
) -> None:
    log, tree, fork = Signer.generate("other.example.org/register"), Tree(9), Tree(9, "fork ")
    keys.watch(folder, log.vkey)
    notes = {
        name: sign_note(Checkpoint(log.name, 9, one.root(9)).body(), [log])
        for name, one in (("tree", tree), ("fork", fork))
    }
    signer_process(folder, die_at=die_at)
    assert witness.answer(ask(0, notes["tree"], []))[0] == 503
    signer_process(folder)
    status, kind, body = witness.answer(ask(0, notes["fork"], []))
    if die_at == "decided":
        assert status == 200
        return
    assert (status, kind, body) == (409, "text/x.tlog.size", b"9\n")
    assert witness.answer(ask(9, notes["fork"], []))[0] == 409
    status, _, line = witness.answer(ask(9, notes["tree"], []))
    assert status == 200
    assert add_lines(notes["tree"], line.decode(), [keys.witness_key(folder).verifier]) != notes["tree"]
    assert witness.latest(sha256(log.name.encode()).hexdigest()).startswith(log.name)
