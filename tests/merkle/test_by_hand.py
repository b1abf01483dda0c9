"""The documented recipe with openssl and sha256sum is the test: its block is taken out of the page and run."""

import re
import subprocess
from pathlib import Path

import pytest

from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.cosigning import cosign
from answerable.merkle.notes import Signer, sign_note
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.proofs import inclusion_proof, root
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "verify-by-hand.md"
ENTRIES = [entry(n) for n in range(13)]


def recipe() -> str:
    block: str
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return block


def lay_out(folder: Path, index: int, size: int, extra: bytes | None = None) -> None:
    tree = Tree(ENTRIES)
    checkpoint = Checkpoint(ORIGIN, size, root(size, tree.node))
    namesake = Signer.generate(ORIGIN)
    witness = Signer.generate("witness.example/1", "cosignature")
    note = sign_note(checkpoint.body(), [namesake, SIGNER]) + cosign(
        checkpoint.body(), witness, 1_790_000_000
    )
    proof = ProofFile(index, inclusion_proof(index, size, tree.node), note, extra)
    (folder / "receipt.tlog-proof").write_text(proof.text(), encoding="utf-8")
    (folder / "entry.json").write_bytes(ENTRIES[index])
    (folder / "vkey.txt").write_text(SIGNER.vkey + "\n")


def run(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "-c", recipe()], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (4, 7), (6, 7), (12, 13), (5, 13)])
def test_good_receipts_are_valid(tmp_path: Path, index: int, size: int):
    lay_out(tmp_path, index, size, b"index 3" if index == 4 else None)
    assert run(tmp_path) == (0, f"VALID: leaf {index} of {size} in {ORIGIN}\n")


def test_broken_receipts_are_not(tmp_path: Path):
    lay_out(tmp_path, 5, 13)
    proof = (tmp_path / "receipt.tlog-proof").read_text(encoding="utf-8")
    lines = proof.split("\n")
    other = Signer.generate(ORIGIN)
    broken = {
        "entry.json": [ENTRIES[4], ENTRIES[5] + b"\n", b""],
        "vkey.txt": [other.vkey.encode(), Signer.generate("example.org/x").vkey.encode(), b""],
        "receipt.tlog-proof": [
            proof.replace("index 5", "index 4").encode(),
            proof.replace("index 5", "index 13").encode(),
            proof.replace("\n13\n", "\n12\n").encode(),
            proof.replace(lines[2], lines[3]).encode(),
            "\n".join(lines[:2] + lines[3:]).encode(),
            "\n".join([*lines[:3], lines[2], *lines[3:]]).encode(),
            proof.replace(f"— {ORIGIN}", "— example.org/x").encode(),
            proof.replace("tlog-proof@v1", "tlog-proof@v2").encode(),
            b"",
        ],
    }
    for name, contents in broken.items():
        kept = (tmp_path / name).read_bytes()
        for content in contents:
            (tmp_path / name).write_bytes(content)
            code, said = run(tmp_path)
            assert code != 0, (name, content)
            assert "VALID: leaf" not in said
        (tmp_path / name).write_bytes(kept)
    assert run(tmp_path)[0] == 0
