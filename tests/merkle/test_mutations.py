"""Whatever is changed, nothing is taken; whatever is read, nothing but Refused is raised.

In a deep search (HYPOTHESIS_PROFILE) with 20,000 examples and more.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.merkle.canonical import canonical, parse
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.commitments import check_opening, commit, leaf_salt, make_record, sealed_entry
from answerable.merkle.compact import CompactRange
from answerable.merkle.cosigning import cosign
from answerable.merkle.notes import Note, Signer, Verifier, sign_note
from answerable.merkle.policy import Policy
from answerable.merkle.promises import parse_promise, promise
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.proofs import (
    consistency_proof,
    inclusion_proof,
    root,
    verify_consistency,
    verify_inclusion,
)
from answerable.merkle.refused import Refused
from answerable.merkle.tiles import pack_entries, unpack_entries
from answerable.merkle.witnessing import parse_request
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry
from tests.support.properties import examples

MOST = 80
TREE = Tree([entry(n) for n in range(MOST)])
ROOTS = [root(size, TREE.node) for size in range(MOST + 1)]
WITNESS = Signer.from_seed("witness.example/1", bytes(32), "cosignature")
INTAKE = Signer.from_seed(f"{ORIGIN}/intake", bytes(32))
POLICY = Policy.parse(f"log {SIGNER.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n")
NOW = 1_790_000_000

many = settings(
    max_examples=examples(5_000), deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
sizes = st.integers(1, MOST)
places = st.integers(0, 2**20)
hashes = st.binary(min_size=32, max_size=32)


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(Refused):
        act()


def changed_path(path: list[bytes], how: int, where: int, other: bytes) -> list[bytes]:
    """Another path than the one that is given: a bit, a step more, a step less, two steps swapped."""
    found = list(path)
    at = where % len(found) if found else 0
    match how % 4:
        case 0 if found:
            bit = where % 256
            step = bytearray(found[at])
            step[bit // 8] ^= 1 << bit % 8
            found[at] = bytes(step)
        case 1 if found:
            del found[at]
        case 2 if len(found) > 1:
            found[at], found[at - 1] = found[at - 1], found[at]
        case _:
            found.insert(at, other)
    return found


@many
@given(sizes, places, places, places, hashes)
def test_a_changed_path_is_never_taken(size: int, index: int, how: int, where: int, other: bytes):
    index %= size
    path = inclusion_proof(index, size, TREE.node)
    verify_inclusion(index, size, TREE.leaves[index], path, ROOTS[size])
    wrong = changed_path(path, how, where, other)
    refused(lambda: verify_inclusion(index, size, TREE.leaves[index], wrong, ROOTS[size]))


@many
@given(sizes, places, st.integers(-5, 2**64), st.integers(0, 255), hashes)
def test_another_index_leaf_or_root_is_never_taken(size: int, index: int, other: int, bit: int, noise: bytes):
    index %= size
    path = inclusion_proof(index, size, TREE.node)
    leaf, top = TREE.leaves[index], ROOTS[size]
    if other != index:
        refused(lambda: verify_inclusion(other, size, leaf, path, top))
        refused(
            lambda: verify_inclusion(other % size if other % size != index else -1, size, leaf, path, top)
        )
    flipped = (int.from_bytes(leaf, "big") ^ 1 << bit).to_bytes(32, "big")
    refused(lambda: verify_inclusion(index, size, flipped, path, top))
    refused(lambda: verify_inclusion(index, size, leaf, path, noise))
    refused(lambda: verify_inclusion(index, size, leaf[: bit % 32], path, top))


@many
@given(sizes, places, places, places, hashes)
def test_a_changed_consistency_proof_is_never_taken(new: int, old: int, how: int, where: int, other: bytes):
    old = 1 + old % new
    path = consistency_proof(old, new, TREE.node)
    verify_consistency(old, new, path, ROOTS[old], ROOTS[new])
    wrong = changed_path(path, how, where, other)
    refused(lambda: verify_consistency(old, new, wrong, ROOTS[old], ROOTS[new]))
    refused(lambda: verify_consistency(old, new, path, other, ROOTS[new]))
    refused(lambda: verify_consistency(old, new, path, ROOTS[old], other))
    if old != new:
        refused(lambda: verify_consistency(new, old, path, ROOTS[new], ROOTS[old]))


@settings(many)
@given(
    st.integers(-(2**65), 2**65), st.integers(-(2**65), 2**65), st.lists(st.binary(max_size=33), max_size=70)
)
def test_noise_is_refused_and_nothing_else(one: int, two: int, path: list[bytes]):
    refused(lambda: verify_inclusion(one, two, bytes(32), path, b"x" * 32))
    if one != two:
        refused(lambda: verify_consistency(one, two, path, bytes(32), bytes(32)))
    whole = [step.ljust(32, b"x")[:32] for step in path]
    refused(
        lambda: verify_inclusion(
            abs(one) % 2**62, abs(one) % 2**62 + 1 + abs(two), bytes(32), whole, b"x" * 32
        )
    )


@cache
def texts() -> list[tuple[str, Callable[[bytes], object]]]:
    """Good files, each with what reads and verifies it."""
    checkpoint = Checkpoint(ORIGIN, 60, ROOTS[60])
    signed = sign_note(checkpoint.body(), [SIGNER])
    note = signed + cosign(checkpoint.body(), WITNESS, NOW)
    proof = ProofFile(7, inclusion_proof(7, 60, TREE.node), note)
    old = "\n".join(
        ["old 5", *(base64.b64encode(step).decode() for step in consistency_proof(5, 60, TREE.node))]
    )
    given_word = promise(ORIGIN, TREE.leaves[7], datetime(2026, 11, 22, tzinfo=UTC), INTAKE)
    policy = f"log {SIGNER.vkey}\nwitness w {WITNESS.vkey}\ngroup g 1 w\nquorum g\n"
    return [
        (note, lambda data: POLICY.check(data, now=NOW)),
        (proof.text(), lambda data: ProofFile.parse(data).verify(TREE.leaves[7], POLICY, now=NOW)),
        (f"{old}\n\n{signed}", lambda data: parse_request(data).note.verified_by([SIGNER.verifier])),
        (given_word, lambda data: parse_promise(data, INTAKE.verifier)),
        (policy, lambda data: Policy.parse(data)),
        (SIGNER.vkey, lambda data: Verifier.parse(data.decode("latin-1"))),
    ]


@settings(many)
@given(st.integers(0, 3), places, st.binary(max_size=3), st.integers(0, 2))
def test_a_changed_text_says_nothing_else(which: int, where: int, noise: bytes, cut: int):
    """A change is refused, or it is one that signs nothing: then what was signed is what it was."""
    text, read = texts()[which]
    data = text.encode()
    at = where % (len(data) + 1)
    other = data[:at] + noise + data[at + cut :]
    try:
        found = read(other)
    except Refused:
        return
    assert found == read(data)


@settings(many)
@given(st.integers(0, 5), places, st.binary(max_size=5), st.integers(0, 9))
def test_reading_raises_nothing_but_refused(which: int, where: int, noise: bytes, cut: int):
    text, read = texts()[which]
    data = text.encode()
    at = where % (len(data) + 1)
    for other in (data[:at] + noise + data[at + cut :], data[at:] + noise, noise + data[:at], noise):
        for reader in (
            read,
            Note.parse,
            Checkpoint.parse,
            ProofFile.parse,
            Policy.parse,
            parse_request,
            unpack_entries,
        ):
            with suppress(Refused):
                reader(other)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab_A1", max_size=3), inner, max_size=4)
    ),
    max_leaves=6,
)


@settings(many, max_examples=examples(2_500))
@given(values, places, st.binary(max_size=2))
def test_canonical_json_has_one_spelling(value: object, where: int, noise: bytes):
    try:
        data = canonical(value)
    except Refused:
        return
    assert canonical(parse(data)) == data
    at = where % (len(data) + 1)
    other = data[:at] + noise + data[at + 1 :]
    try:
        found = parse(other)
    except Refused:
        return
    assert canonical(found) == other


@settings(many, max_examples=examples(2_500))
@given(
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**32 - 1),
    st.text(max_size=20),
    places,
    st.integers(1, 255),
)
def test_a_changed_opening_opens_nothing(secret: bytes, n: int, value: str, where: int, noise: int):
    try:
        record = make_record(
            secret, at="2026-11-21", case="00" * 16, kind="case.received", n=n, fields={"a": value}
        )
    except Refused:
        return
    salt = leaf_salt(secret, n)
    leaf = sealed_entry(commit(salt, record))
    assert check_opening(leaf, salt, record)["n"] == n
    parts = [bytearray(leaf), bytearray(salt), bytearray(record)]
    part = parts[where % 3]
    part[where // 3 % len(part)] ^= noise
    refused(lambda: check_opening(*map(bytes, parts)))


@settings(many, max_examples=examples(1_000))
@given(st.lists(st.binary(max_size=40), max_size=256), st.lists(st.integers(0, 40), max_size=5))
def test_what_is_packed_is_unpacked_and_what_is_appended_in_any_parts_is_one_tree(
    entries: list[bytes], parts: list[int]
):
    assert unpack_entries(pack_entries(entries)) == entries
    leaves = Tree(entries).leaves
    one, other = CompactRange(), CompactRange()
    for leaf in leaves:
        one.append(leaf)
    at = 0
    for part in parts:
        other.extend(leaves[at : at + part])
        at += part
    other.extend(leaves[at:])
    assert other.hashes == one.hashes
    assert other.size == len(leaves)
