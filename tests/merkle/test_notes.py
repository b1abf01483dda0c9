"""Notes, keys, checkpoints, cosignatures, proofs and policies, against the vectors of C2SP and of Rekor."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from answerable.merkle.checkpoints import Checkpoint, fingerprint
from answerable.merkle.cosigning import add_lines, cosign, cosigned_at
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Note, Signer, Verifier, sign_note
from answerable.merkle.policy import Policy
from answerable.merkle.promises import Promise, parse_promise, promise
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.proofs import inclusion_proof, root, verify_inclusion
from answerable.merkle.refused import Refused
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry

NOW = 1_790_000_000
WITNESSES = [Signer.from_seed(f"witness.example/{n}", bytes([n]) * 32, "cosignature") for n in range(1, 6)]


def succeeds(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


def test_signed_notes_of_others(theirs: Path):
    for case in json.loads((theirs / "signed-notes.json").read_text()):
        verifiers = [Verifier.parse(vkey) for vkey in case["vkeys"]]
        found = succeeds(lambda: Note.parse(case["note"]).verified_by(verifiers))  # noqa: B023
        assert found is case["ok"], case["name"]
        if "size" in case:
            checkpoint = Checkpoint.parse(Note.parse(case["note"]).text)
            assert (checkpoint.origin, checkpoint.size) == (case["origin"], case["size"])


def test_keys_of_others(theirs: Path):
    for case in json.loads((theirs / "vkeys.json").read_text()):
        found = succeeds(lambda: Verifier.parse(case["vkey"]))  # noqa: B023
        assert found is case.get("strict_ok", case["ok"]), case
        assert not found or Verifier.parse(case["vkey"]).vkey == case["vkey"]


def test_checkpoints_of_others(theirs: Path):
    for case in json.loads((theirs / "checkpoint-bodies.json").read_text()):
        found = succeeds(lambda: Checkpoint.parse(case["body"]))  # noqa: B023
        assert found is case["strict_ok"], case["desc"]
        assert not found or Checkpoint.parse(case["body"]).body() == case["body"]


def test_proof_files_of_others(theirs: Path):
    for case in json.loads((theirs / "tlog-proof-text.json").read_text()):
        assert succeeds(lambda: ProofFile.parse(case["text"])) is case["ok"], case["name"]  # noqa: B023
        if case["ok"]:
            proof = ProofFile.parse(case["text"])
            assert proof.text() == case["text"]
            assert proof.index == case["index"]
            assert [base64.b64encode(step).decode() for step in proof.hashes] == case["hashes"]
            assert proof.checkpoint_note == case["checkpoint"]


def test_real_entries_of_rekor(theirs: Path):
    for case in json.loads((theirs / "rekor2-real-proofs.json").read_text()):
        verifiers = [Verifier.parse(vkey) for vkey in case["vkeys"]]

        def signed(case=case, verifiers=verifiers) -> None:
            note = Note.parse(case["checkpoint"])
            note.verified_by(verifiers)
            Checkpoint.parse(note.text)

        def included(case=case) -> None:
            checkpoint = Checkpoint.parse(Note.parse(case["checkpoint"]).text)
            proof = [base64.b64decode(step) for step in case["proof_b64"]]
            leaf = leaf_hash(base64.b64decode(case["entry_b64"]))
            verify_inclusion(case["index"], checkpoint.size, leaf, proof, checkpoint.root)

        assert succeeds(signed) is case["note_ok"], case["name"]
        assert succeeds(included) is case["inclusion_ok"], case["name"]


def test_odd_signatures_are_judged_as_they_were(theirs: Path):
    """Verifiers legitimately differ on these: an upgrade that changes which are taken shall be noticed."""
    taken = 0
    for case in json.loads((theirs / "cctv-ed25519.json").read_text()):
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["key"]))
            key.verify(bytes.fromhex(case["sig"]), case["msg"].encode())
        except (InvalidSignature, ValueError):
            continue
        taken += 1
    assert taken == 139


def test_what_one_signs_the_other_verifies():
    signer = Signer.generate("example.org/ключ")
    note = Note.parse(sign_note("One\n\nTwo\n", [SIGNER, signer]))
    assert note.text == "One\n\nTwo\n"
    assert [found.verifier.name for found in note.verified_by([signer.verifier])] == ["example.org/ключ"]
    assert len(note.verified_by([SIGNER.verifier, Verifier.parse(signer.vkey)])) == 2
    assert str(note) == sign_note("One\n\nTwo\n", [SIGNER, signer])
    assert signer.seed.hex() not in repr(signer)
    assert repr(signer.seed) not in repr(signer)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b"])
def test_names_that_a_key_can_not_have(name: str):
    with pytest.raises(Refused):
        Signer.generate(name)


def test_lines_of_unknown_keys_are_ignored_and_broken_ones_of_known_keys_are_not():
    body = "A text.\n"
    good = sign_note(body, [SIGNER])
    stranger = Signer.generate("example.org/stranger")
    for line in (
        stranger.sign("Another text.\n"),
        "— example.org/x !!!\n",
        "— example.org/x\n",
        "— x AAAA\n",
        "— \n",
    ):
        assert Note.parse(good + line).verified_by([SIGNER.verifier])
    twice = Note.parse(good + SIGNER.sign(body))
    assert len(twice.verified_by([SIGNER.verifier])) == 1
    for line in (f"— {ORIGIN} !!!\n", f"— {ORIGIN}\n", f"— {ORIGIN} AAAA\n"):
        with pytest.raises(Refused, match="broken"):
            Note.parse(good + line).verified_by([SIGNER.verifier])
    # Another key under the same name is another key.
    namesake = Signer.generate(ORIGIN)
    assert Note.parse(good + namesake.sign(body)).verified_by([SIGNER.verifier])
    with pytest.raises(Refused, match="not signed by a key"):
        Note.parse(sign_note(body, [namesake])).verified_by([SIGNER.verifier])
    with pytest.raises(Refused, match="not right"):
        Note.parse(sign_note(body, [SIGNER, namesake]).replace("A text", "B text")).verified_by(
            [namesake.verifier]
        )


def test_stray_bits_in_a_signature_are_a_wrong_signature():
    note = sign_note("A text.\n", [SIGNER])
    line = note.splitlines()[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert line.endswith("=")
    stray = line[:-2] + alphabet[alphabet.index(line[-2]) ^ 1] + "="
    with pytest.raises(Refused, match="not right"):
        Note.parse(note.replace(line, stray)).verified_by([SIGNER.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "a\n\n",
        "a\n\n- x y\n",
        "a\n\n— x y",
        "a\t\n\n— x y\n",
        b"\xff\n\n\xe2\x80\x94 x y\n",
        "\ud800",
    ],
)
def test_what_is_no_note(note: str | bytes):
    with pytest.raises(Refused):
        Note.parse(note)


def test_too_many_signatures_are_refused_and_sixteen_are_not():
    one = SIGNER.sign("a\n")
    assert Note.parse("a\n\n" + one * 16).verified_by([SIGNER.verifier])
    with pytest.raises(Refused, match="too many"):
        Note.parse("a\n\n" + one * 101)
    with pytest.raises(Refused, match="too long"):
        Note.parse("a" * 1_000_001)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"origin": ""},
        {"origin": "a\nb"},
        {"size": -1},
        {"size": 2**63},
        {"root": b"short"},
        {"extensions": ("",)},
    ],
)
def test_checkpoints_that_can_not_be(kwargs: dict[str, Any]):
    with pytest.raises(Refused):
        Checkpoint(**{"origin": "x", "size": 1, "root": bytes(32), **kwargs})


def test_a_fingerprint_is_32_letters_of_the_whole_body():
    one = Checkpoint(ORIGIN, 70_000, bytes(32))
    print_ = fingerprint(one.body())
    assert len(print_.split()) == 8
    assert all(len(group) == 4 for group in print_.split())
    assert fingerprint(Checkpoint(ORIGIN, 70_001, bytes(32)).body()) != print_


def test_a_cosignature_says_when():
    body = Checkpoint(ORIGIN, 3, bytes(32)).body()
    witness = WITNESSES[0]
    note = sign_note(body, [SIGNER])
    cosigned = add_lines(note, cosign(body, witness, NOW), [witness.verifier])
    assert cosigned_at(Note.parse(cosigned), witness.verifier) == NOW
    assert add_lines(cosigned, cosign(body, witness, NOW), [witness.verifier]) == cosigned
    with pytest.raises(Refused):
        cosigned_at(Note.parse(note), witness.verifier)
    with pytest.raises(Refused):
        cosigned_at(Note.parse(cosigned), SIGNER.verifier)
    with pytest.raises(Refused):
        add_lines(note, cosign(body.replace("3", "4"), witness, NOW), [witness.verifier])
    with pytest.raises(Refused):
        cosign("no checkpoint\n", witness, NOW)
    with pytest.raises(Refused):
        witness.sign(body)
    with pytest.raises(Refused):
        SIGNER.sign(body, NOW)
    later = Note.parse(cosigned)
    changed = bytearray(later.signatures[1].data)
    changed[11] ^= 1
    line = f"— {witness.name} {base64.b64encode(changed).decode()}\n"
    with pytest.raises(Refused, match="not right"):
        cosigned_at(Note.parse(note + line), witness.verifier)


def test_cosignatures_of_rekors_witnesses_have_their_time(theirs: Path):
    case = json.loads((theirs / "rekor2-real-proofs.json").read_text())[0]
    note = Note.parse(case["checkpoint"])
    stamp = int.from_bytes(note.signatures[1].data[4:12], "big")
    assert datetime.fromtimestamp(stamp, UTC).year == 2025


def policy_text(quorum: str = "board") -> str:
    lines = ["# who counts", f"log {SIGNER.vkey} https://example.org/register", ""]
    lines += [f"witness w{n}\t{witness.vkey}" for n, witness in enumerate(WITNESSES, 1)]
    lines += [
        "group near 2 w1 w2 w3",
        "group far any w4 w5",
        "  group board all near far",
        f"quorum {quorum}",
    ]
    return "\n".join(lines) + "\n"


def cosigned(times: dict[int, int], size: int = 3) -> str:
    body = Checkpoint(ORIGIN, size, bytes(32)).body()
    return sign_note(body, [SIGNER]) + "".join(cosign(body, WITNESSES[n - 1], at) for n, at in times.items())


@pytest.mark.parametrize(
    ("times", "reached"),
    [
        ({1: NOW, 2: NOW - 5, 4: NOW - 9}, NOW - 9),
        ({1: NOW, 2: NOW - 50, 3: NOW - 9, 5: NOW}, NOW - 9),
        ({1: NOW, 2: NOW}, None),
        ({1: NOW, 4: NOW}, None),
        ({4: NOW, 5: NOW}, None),
        ({}, None),
    ],
)
def test_a_quorum_of_groups(times: dict[int, int], reached: int | None):
    policy = Policy.parse(policy_text())
    if reached is None:
        with pytest.raises(Refused, match="Too few witnesses"):
            policy.check(cosigned(times), now=NOW)
        return
    seen = policy.check(cosigned(times), now=NOW)
    assert seen.quorum_time == reached
    assert seen.witnesses == {f"w{n}": at for n, at in times.items()}
    assert seen.log == SIGNER.verifier
    assert seen.warning == ""


def test_an_old_quorum_is_warned_of():
    policy = Policy.parse(policy_text("w1"))
    day = 86_400
    assert policy.check(cosigned({1: NOW - 8 * day}), now=NOW).warning == ""
    assert "9 days ago" in policy.check(cosigned({1: NOW - 9 * day}), now=NOW).warning
    assert "clock" in policy.check(cosigned({1: NOW + day}), now=NOW).warning
    assert Policy.parse(policy_text("none")).check(cosigned({}), now=NOW).warning == ""
    assert policy.check(cosigned({1: 1}, size=4)).warning


def test_only_the_logs_of_the_policy_count():
    stranger = Signer.generate(ORIGIN)
    body = Checkpoint(ORIGIN, 3, bytes(32)).body()
    policy = Policy.parse(policy_text("none"))
    with pytest.raises(Refused):
        policy.check(sign_note(body, [stranger]))
    with pytest.raises(Refused):  # the log's key signs under its own name only
        policy.check(sign_note(Checkpoint("example.org/other", 3, bytes(32)).body(), [SIGNER]))
    wrong = cosigned({1: NOW}) + cosign(Checkpoint(ORIGIN, 4, bytes(32)).body(), WITNESSES[1], NOW)
    with pytest.raises(Refused, match="not right"):
        policy.check(wrong)


@pytest.mark.parametrize(
    "change",
    [
        ("quorum board", ""),
        ("quorum board", "quorum nobody"),
        ("quorum board", "quorum board\nquorum board"),
        ("group near 2", "group near 4"),
        ("group near 2", "group near 0"),
        ("group near 2", "group near 02"),
        ("w1 w2 w3", "w1 w2 w2"),
        ("w1 w2 w3", "w1 w2 none"),
        ("any w4 w5", "any w4 w1"),
        ("group near", "group none"),
        ("group far", "group near"),
        ("all near far", "all near later"),
        (WITNESSES[1].vkey, WITNESSES[0].vkey),
        (WITNESSES[1].vkey, SIGNER.vkey),
        (f"log {SIGNER.vkey}", f"log {WITNESSES[0].vkey}"),
        ("log ", "logs "),
        ("# who counts", "# who\x0bcounts"),
    ],
)
def test_policies_that_are_refused(change: tuple[str, str]):
    assert Policy.parse(policy_text()).quorum == "board"
    with pytest.raises(Refused):
        Policy.parse(policy_text().replace(*change))


def test_a_proof_file_offline():
    tree = Tree([entry(n) for n in range(7)])
    checkpoint = Checkpoint(ORIGIN, 7, root(7, tree.node))
    note = sign_note(checkpoint.body(), [SIGNER]) + cosign(checkpoint.body(), WITNESSES[0], NOW)
    proof = ProofFile(5, inclusion_proof(5, 7, tree.node), note, b"extra \xff")
    read = ProofFile.parse(proof.text().encode())
    assert read.extra == b"extra \xff"
    policy = Policy.parse(policy_text("w1"))
    assert read.verify(tree.leaves[5], policy, now=NOW).checkpoint == checkpoint
    for other in (
        ProofFile(4, read.hashes, note),
        ProofFile(5, read.hashes[1:], note),
        ProofFile(5, read.hashes, sign_note(checkpoint.body(), [SIGNER])),
        ProofFile(5, read.hashes, note.replace("\n7\n", "\n8\n")),
    ):
        with pytest.raises(Refused):
            ProofFile.parse(other.text()).verify(tree.leaves[5], policy, now=NOW)
    with pytest.raises(Refused):
        read.verify(tree.leaves[4], policy, now=NOW)


def test_a_promise_of_231_bytes():
    origin = "example.org/register"
    signer = Signer.from_seed(f"{origin}/intake", bytes(32))
    deadline = datetime(2026, 11, 22, 21, tzinfo=UTC)
    text = promise(origin, bytes(range(32)), deadline, signer)
    assert text.splitlines()[2] == "2026-11-22T21:00:00Z"
    assert len(text.encode()) < 232
    assert parse_promise(text, signer.verifier) == Promise(origin, bytes(range(32)), deadline)
    with pytest.raises(Refused):
        parse_promise(text.replace("2026-11-22", "2026-12-22"), signer.verifier)
    with pytest.raises(Refused):
        promise(origin, bytes(32), deadline.replace(tzinfo=timezone(timedelta(hours=1))), signer)
    with pytest.raises(Refused):
        promise(origin, bytes(32), deadline.replace(tzinfo=None), signer)
    with pytest.raises(Refused):
        promise(origin, bytes(32), deadline, SIGNER)
    # A checkpoint that the same key signed is no promise.
    checkpoint = sign_note(Checkpoint(origin, 3, bytes(32)).body(), [signer])
    with pytest.raises(Refused):
        parse_promise(checkpoint, signer.verifier)
    for line in ("2026-11-22T21:00:00", "2026-11-22T21:00:00+00:00", "2026-1-22T21:00:00Z", "soon"):
        bad = sign_note(f"{origin}/receipt\n{base64.b64encode(bytes(32)).decode()}\n{line}\n", [signer])
        with pytest.raises(Refused):
            parse_promise(bad, signer.verifier)
