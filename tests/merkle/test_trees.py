"""Trees, proofs, compact ranges and rebuilding, against the vectors of RFC 6962's own people and of Go."""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash
from answerable.merkle.proofs import (
    consistency_proof,
    inclusion_proof,
    root,
    verify_consistency,
    verify_inclusion,
)
from answerable.merkle.rebuild import SPAN, StoredNodes, rebuild
from answerable.merkle.refused import Refused
from tests.merkle.logs import Tree, entry

#: Uses roots of 12 bytes and expects success; we insist on whole hashes.
NAMED_EXCEPTION = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"


def _judge(case: dict[str, Any]) -> bool:
    def raw(text: str | None) -> bytes:
        return base64.b64decode(text or "")

    proof = [raw(step) for step in case["proof"] or []]
    try:
        if "leafIdx" in case:
            verify_inclusion(
                case["leafIdx"], case["treeSize"], raw(case["leafHash"]), proof, raw(case["root"])
            )
        else:
            verify_consistency(case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"]))
    except Refused:
        return False
    return True


def test_golden_proofs_good_and_bad(theirs: Path):
    base = theirs / "transparency-dev-merkle"
    files = sorted(base.rglob("*.json"))
    wrong = [
        str(path.relative_to(base))
        for path in files
        if _judge(case := json.loads(path.read_text())) is case["wantErr"]
    ]
    assert len(files) > 100
    assert wrong == [NAMED_EXCEPTION]


def test_the_reference_tree(theirs: Path):
    vectors = json.loads((theirs / "rfc6962-reference-tree.json").read_text())
    tree = Tree([bytes.fromhex(leaf) for leaf in vectors["leaf_inputs_hex"]])
    for level, row in enumerate(vectors["node_hashes_hex_by_level"]):
        assert [tree.node(level, n).hex() for n in range(len(row))] == row
    for size, expected in enumerate(vectors["root_hash_hex_by_size"]):
        assert root(size, tree.node).hex() == expected


def test_every_root_and_proof_up_to_130_is_the_same_as_gos(theirs: Path):
    vectors = json.loads((theirs / "accumulated-go-sumdb.json").read_text())
    tree = Tree([b"leaf-%d" % n for n in range(130)])
    roots, inclusion, consistency = sha256(), sha256(), sha256()
    appended = CompactRange()
    for size in range(1, 131):
        found = root(size, tree.node)
        appended.append(tree.leaves[size - 1])
        assert appended.root() == found
        roots.update(f"{size} {found.hex()}\n".encode())
        for index in range(size):
            path = inclusion_proof(index, size, tree.node)
            verify_inclusion(index, size, tree.leaves[index], path, found)
            inclusion.update(
                (" ".join([str(index), str(size), *(step.hex() for step in path)]) + "\n").encode()
            )
        for old in range(1, size + 1):
            path = consistency_proof(old, size, tree.node)
            verify_consistency(old, size, path, root(old, tree.node), found)
            consistency.update(
                (" ".join([str(old), str(size), *(step.hex() for step in path)]) + "\n").encode()
            )
    assert roots.hexdigest() == vectors["roots_sha256"]
    assert inclusion.hexdigest() == vectors["inclusion_sha256"]
    assert consistency.hexdigest() == vectors["consistency_sha256"]


@pytest.mark.parametrize(
    "steps", [(1, 1, 1), (0, 5, 300), (255, 1, 1, 256), (1000, 16_384, 20_000), (3, 70_000)]
)
def test_many_leaves_at_once_are_the_same_as_each_alone(steps: tuple[int, ...]):
    one_by_one, at_once = CompactRange(), CompactRange()
    leaves = iter([leaf_hash(entry(n)) for n in range(sum(steps))])
    for step in steps:
        chunk = [next(leaves) for _ in range(step)]
        for leaf in chunk:
            one_by_one.append(leaf)
        at_once.extend(chunk)
        assert at_once.hashes == one_by_one.hashes
        assert at_once.size == one_by_one.size
        assert at_once.root() == one_by_one.root()
    kept = CompactRange(at_once.size, at_once.hashes)
    kept.append(leaf_hash(b"more"))
    one_by_one.append(leaf_hash(b"more"))
    assert kept.root() == one_by_one.root()


def test_an_empty_tree_and_wrong_sizes():
    tree = Tree([b"a", b"b", b"c"])
    assert CompactRange().root() == root(0, tree.node) == EMPTY_ROOT == sha256(b"").digest()
    leaf, top = tree.leaves[0], root(3, tree.node)
    for index, size in [(0, 0), (3, 3), (-1, 3), (0, 2**63), (2**63, 2**64)]:
        with pytest.raises(Refused):
            verify_inclusion(index, size, leaf, [], top)
        with pytest.raises(Refused):
            inclusion_proof(index, size, tree.node)
    for old, new in [(0, 3), (0, 0), (4, 3), (1, 2**63), (-1, 3)]:
        with pytest.raises(Refused):
            verify_consistency(old, new, [], top, top)
        with pytest.raises(Refused):
            consistency_proof(old, new, tree.node)
    with pytest.raises(Refused):
        CompactRange(3, [leaf])


def test_each_of_the_two_roots_has_to_be_the_one_that_the_proof_leads_to():
    tree = Tree([entry(n) for n in range(7)])
    proof = consistency_proof(3, 7, tree.node)
    verify_consistency(3, 7, proof, root(3, tree.node), root(7, tree.node))
    with pytest.raises(Refused, match="the old root"):
        verify_consistency(3, 7, proof, bytes(32), root(7, tree.node))
    with pytest.raises(Refused, match="the new root"):
        verify_consistency(3, 7, proof, root(3, tree.node), bytes(32))


def test_leaves_and_nodes_never_look_alike():
    assert leaf_hash(b"ab" * 32) != node_hash(b"ab" * 16, b"ab" * 16)
    assert leaf_hash(b"") == sha256(b"\0").digest()


class Rows:
    """Leaf hashes that are computed when they are read; picklable, as `rebuild` wants it."""

    def __call__(self, start: int, end: int) -> bytes:
        return b"".join([sha256(n.to_bytes(8, "big")).digest() for n in range(start, end)])


@pytest.mark.parametrize("size", [0, 1, 255, 257, SPAN, SPAN + 1, 3 * SPAN + 77])
def test_a_large_tree_is_rebuilt_and_proved_from_rows_and_two_levels(size: int):
    heard: list[tuple[int, int]] = []
    built = rebuild(Rows(), size, processes=1, progress=lambda done, of: heard.append((done, of)))
    tree = CompactRange()
    tree.extend(sha256(n.to_bytes(8, "big")).digest() for n in range(size))
    assert built.root == tree.root()
    assert len(built.level8) == size // 256 * 32
    assert len(built.level16) == size // SPAN * 32
    assert not size or heard[-1] == (size, size)
    nodes = StoredNodes(
        lambda a, b: Rows()(a, min(b, size)),
        lambda a, b: built.level8[a * 32 : b * 32],
        lambda a, b: built.level16[a * 32 : b * 32],
    )
    for index in {0, size // 3, size - 1} if size else ():
        path = inclusion_proof(index, size, nodes)
        verify_inclusion(index, size, Rows()(index, index + 1), path, built.root)


def test_two_processes_build_the_same_as_one():
    size = 8 * SPAN + 9
    assert rebuild(Rows(), size, processes=2) == rebuild(Rows(), size, processes=1)


def test_missing_rows_are_not_built_over():
    with pytest.raises(Refused, match="only 9 are there"):
        rebuild(lambda start, end: Rows()(start, end - 1), 10, processes=1)
