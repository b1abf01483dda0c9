"""Our proofs, notes and canonical JSON, checked by programs that are not ours: Sigstore's for Python and for Node."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from answerable.merkle.canonical import canonical
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.cosigning import cosign
from answerable.merkle.notes import Signer, sign_note
from answerable.merkle.proofs import inclusion_proof, root
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry
from tests.merkle.test_leaves import GOOD

NPM = Path(__file__).resolve().parents[1] / "npm"
KEY = Ed25519PublicKey.from_public_bytes(SIGNER.verifier.public)
SIZES = (1, 2, 3, 7, 8, 9, 64, 100)
ENTRIES = [entry(n) for n in range(100)]


@dataclass(frozen=True)
class Proof:
    """What both programs are asked: bytes as base64."""

    index: int
    size: int
    leaf: str
    hashes: tuple[str, ...]
    root: str
    note: str
    key: str = base64.b64encode(KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    name: str = ORIGIN
    keyId: str = base64.b64encode(SIGNER.verifier.key_id).decode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@cache
def good() -> list[Proof]:
    tree = Tree(ENTRIES)
    witness = Signer.from_seed("witness.example/1", bytes(32), "cosignature")
    found = []
    for size in SIZES:
        checkpoint = Checkpoint(ORIGIN, size, root(size, tree.node))
        note = sign_note(checkpoint.body(), [SIGNER]) + cosign(checkpoint.body(), witness, 1_790_000_000)
        for index in range(0, size, 1 + size // 9):
            hashes = tuple(b64(step) for step in inclusion_proof(index, size, tree.node))
            found.append(Proof(index, size, b64(ENTRIES[index]), hashes, b64(checkpoint.root), note))
    return found


def flipped(text: str, at: int = 5) -> str:
    data = bytearray(base64.b64decode(text))
    data[at % len(data)] ^= 1
    return b64(bytes(data))


@cache
def mutated() -> list[Proof]:
    found = []
    for proof in good():
        found.append(replace(proof, leaf=flipped(proof.leaf)))
        for at in range(len(proof.hashes)):
            before, after = proof.hashes[:at], proof.hashes[at + 1 :]
            found.append(replace(proof, hashes=(*before, flipped(proof.hashes[at]), *after)))
            found.append(replace(proof, hashes=(*before, *after)))
        found.append(replace(proof, hashes=(*proof.hashes, b64(bytes(32)))))
        if proof.size > 1:
            found.append(replace(proof, index=(proof.index + 1) % proof.size))
        lines = proof.note.split("\n")
        lines[2] = b64(bytes(32))
        found.append(replace(proof, root=lines[2], note="\n".join(lines)))
        lines = proof.note.split("\n")
        mark, name, signature = lines[4].split(" ")
        lines[4] = f"{mark} {name} {flipped(signature, 40)}"
        found.append(replace(proof, note="\n".join(lines)))
        found.append(replace(proof, note=proof.note.replace(f"\n{proof.size}\n", f"\n{proof.size + 1}\n")))
    return found


class Keyring:
    """The one key that the log has, in the shape that sigstore asks for."""

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        from sigstore.errors import VerificationError

        assert key_id[:4] == SIGNER.verifier.key_id
        try:
            KEY.verify(signature, data)
        except InvalidSignature:
            raise VerificationError("wrong signature")


def sigstore_for_python_takes(proof: Proof) -> bool:
    from sigstore._internal.merkle import verify_merkle_inclusion
    from sigstore._internal.rekor.checkpoint import verify_checkpoint
    from sigstore.errors import VerificationError

    inclusion = SimpleNamespace(
        log_index=proof.index,
        tree_size=proof.size,
        hashes=[base64.b64decode(step) for step in proof.hashes],
        root_hash=base64.b64decode(proof.root),
        checkpoint=SimpleNamespace(envelope=proof.note),
    )
    inner = SimpleNamespace(
        inclusion_proof=inclusion,
        canonicalized_body=base64.b64decode(proof.leaf),
        log_id=SimpleNamespace(key_id=SIGNER.verifier.key_id),
    )
    asked = SimpleNamespace(_inner=inner)
    try:
        verify_merkle_inclusion(asked)  # type: ignore[arg-type]
        verify_checkpoint(Keyring(), asked)  # type: ignore[arg-type]
    except VerificationError:
        return False
    return True


def node_finds(proofs: list[Proof], values: list[object]) -> dict[str, list[object]]:
    if not shutil.which("node") or not (NPM / "node_modules").is_dir():
        pytest.skip("needs Node and scripts/node-packages")
    asked = json.dumps({"proofs": [asdict(proof) for proof in proofs], "values": values})
    done = subprocess.run(
        ["node", "check.mjs"], cwd=NPM, input=asked, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def test_sigstore_for_python_takes_ours_and_nothing_else():
    assert all(sigstore_for_python_takes(proof) for proof in good())
    assert not [proof for proof in mutated() if sigstore_for_python_takes(proof)]


def test_sigstore_for_node_takes_ours_and_nothing_else():
    assert len(good()) > 40
    assert len(mutated()) > 400
    found = node_finds(good() + mutated(), [])["proofs"]
    assert found == [True] * len(good()) + [False] * len(mutated())


def test_canonicalize_for_node_writes_the_same_bytes(theirs: Path):
    values = [*GOOD]
    found = node_finds([], values)["canonical"]
    assert [str(text).encode() for text in found] == [canonical(value) for value in values]
    paths = sorted((theirs / "jcs" / "input").glob("*.json"))
    found = node_finds([], [json.loads(path.read_text(encoding="utf-8")) for path in paths])["canonical"]
    for path, text in zip(paths, found, strict=True):
        assert str(text).encode() == (theirs / "jcs" / "output" / path.name).read_bytes()
