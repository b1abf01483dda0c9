"""A witness's decision, against a recorded conversation and at its edges."""

import json
from pathlib import Path

import pytest

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.hashing import EMPTY_ROOT
from answerable.merkle.notes import Signer, Verifier, sign_note
from answerable.merkle.proofs import consistency_proof, root
from answerable.merkle.refused import Refused, base64_of
from answerable.merkle.witnessing import SIZE_TYPE, Decision, decide, parse_request
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry

TREE = Tree([entry(n) for n in range(9)])
KNOWN = {ORIGIN: [SIGNER.verifier]}


def test_the_recorded_conversation(theirs: Path):
    vectors = json.loads((theirs / "witness-add-checkpoint-sequence.json").read_text())
    origin = vectors["log_origin"]
    key = Verifier(origin, "ed25519", bytes.fromhex(vectors["log_public_key_hex"]))
    last: tuple[int, bytes] | None = None
    for step in vectors["steps"]:
        decision = decide(parse_request(step["request"].encode()), {origin: [key]}, last)
        assert decision.status == step["status_c2sp"]
        if decision.status == 409:
            assert decision.content_type == SIZE_TYPE
            assert repr(decision.body).replace("'", '"') in step["body_assert"]
        elif decision.status != 200:
            assert step["body_assert"].removeprefix("contains ").strip('"') in decision.body
        assert (decision.new_state is not None) is (decision.status == 200)
        last = decision.new_state or last
    assert last
    assert last[0] == 5


def asked(
    old: int, new: int, *, top: bytes | None = None, proof: list[bytes] | None = None, signer: Signer = SIGNER
) -> str:
    if proof is None:
        proof = consistency_proof(old, new, TREE.node) if 0 < old <= new else []
    lines = [f"old {old}", *map(base64_of, proof), ""]
    checkpoint = Checkpoint(signer.name, new, top or root(new, TREE.node))
    return "\n".join(lines) + "\n" + sign_note(checkpoint.body(), [signer])


def answer(request: str, last_size: int | None) -> Decision:
    last = None if last_size is None else (last_size, root(last_size, TREE.node))
    return decide(parse_request(request), KNOWN, last)


def test_the_first_checkpoint_and_a_growing_log():
    assert answer(asked(0, 4), None).new_state == (4, root(4, TREE.node))
    for old in range(1, 9):
        assert answer(asked(old, 9), old).new_state == (9, root(9, TREE.node))
    assert answer(asked(0, 0), None).new_state == (0, EMPTY_ROOT)
    assert answer(asked(0, 3), 0).status == 200


def test_the_same_checkpoint_again_is_cosigned_again():
    assert answer(asked(4, 4), 4).status == 200
    assert answer(asked(4, 4, top=bytes(32)), 4) == Decision(409, "4\n", content_type=SIZE_TYPE)
    assert answer(asked(4, 4, proof=[bytes(32)]), 4).status == 422


def test_what_is_not_cosigned():
    assert answer(asked(5, 4, proof=[]), 5).status == 400
    assert answer(asked(3, 9), 4) == Decision(409, "4\n", content_type=SIZE_TYPE)
    assert answer(asked(0, 9), 4).status == 409
    assert answer(asked(3, 9), None) == Decision(409, "0\n", content_type=SIZE_TYPE)
    assert answer(asked(4, 9, top=bytes(32)), 4).status == 422
    assert answer(asked(4, 9, proof=[]), 4).status == 422
    assert answer(asked(0, 9, proof=[bytes(32)]), None).status == 422
    assert answer(asked(0, 0, top=bytes(32)), None).status == 409
    assert answer(asked(0, 4, signer=Signer.generate("example.org/unknown")), None).status == 404
    assert answer(asked(0, 4, signer=Signer.generate(ORIGIN)), None).status == 403
    rebuilt = decide(parse_request(asked(4, 9)), KNOWN, (4, bytes(32)))
    assert rebuilt.status == 422
    assert rebuilt.new_state is None


@pytest.mark.parametrize(
    "change",
    [
        ("old 4", "old 04"),
        ("old 4", "new 4"),
        ("old 4", "old -4"),
        ("\n\n", "\n"),
        ("old 4\n", "old 4\nAAAA\n"),
    ],
)
def test_what_can_not_be_read(change: tuple[str, str]):
    with pytest.raises(Refused):
        parse_request(asked(4, 9).replace(*change))


def test_64_hashes_are_too_many():
    assert len(parse_request(asked(4, 9, proof=[bytes(32)] * 63)).proof) == 63
    with pytest.raises(Refused):
        parse_request(asked(4, 9, proof=[bytes(32)] * 64))
    with pytest.raises(Refused):
        parse_request(b"\xff")
