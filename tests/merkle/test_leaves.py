"""Canonical JSON and commitments: the same bytes as others give, and openings that can't be forged."""

import json
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from answerable.merkle.canonical import canonical, parse
from answerable.merkle.checkpoints import fingerprint
from answerable.merkle.commitments import (
    check_field,
    check_opening,
    commit,
    cover_entry,
    field_digest,
    field_salt,
    leaf_salt,
    make_record,
    matter_code,
    open_entry,
    salted_digest,
    sealed_commitment,
    sealed_entry,
)
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.refused import Refused

HERE = Path(__file__).parent / "vectors"
OURS = json.loads((HERE / "commitments.json").read_text())


def test_the_vectors_are_what_an_independent_script_computes():
    done = subprocess.run(
        [sys.executable, "-I", HERE / "recompute.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == (HERE / "commitments.json").read_text(encoding="utf-8")


def test_our_vectors():
    sealed, opened, salted = OURS["sealed"], OURS["open"], OURS["salted"]
    secret = bytes.fromhex(sealed["secret"])
    salt = leaf_salt(secret, 0)
    record = make_record(
        secret,
        at=date(2026, 11, 21),
        case=sealed["case"],
        kind=sealed["kind"],
        n=0,
        fields=sealed["values"],
    )
    entry = sealed_entry(commit(salt, record))
    assert salt.hex() == sealed["leaf_salt"]
    assert matter_code(secret) == sealed["matter"]
    assert record.decode() == sealed["record"]
    assert commit(salt, record).hex() == sealed["c"]
    assert entry.decode() == sealed["entry"]
    assert leaf_hash(entry).hex() == sealed["leaf_hash"]
    for field, expected in sealed["field_salts"].items():
        assert field_salt(secret, 0, field).hex() == expected
    entry = open_entry(at=opened["at"], kind=opened["kind"], org=opened["org"], body=opened["body"])
    assert entry.decode() == opened["entry"]
    assert leaf_hash(entry).hex() == opened["leaf_hash"]
    assert salted_digest(bytes.fromhex(salted["salt"]), salted["data"].encode()) == salted["digest"]
    assert fingerprint(OURS["board"]["body"]) == OURS["board"]["fingerprint"]


def test_the_designs_own_vector_under_its_own_prefix():
    secret, prefix = bytes(range(32)), "vreg"
    salt = leaf_salt(secret, 0, prefix=prefix)
    assert salt.hex() == "0ce926cb2cf568b673021eec97dc60d7b1d77d3ef1ebaed42361f8205199fbcb"
    text = "The pump has been dry for two weeks."
    digest = field_digest(field_salt(secret, 0, "text", prefix=prefix), "text", text, prefix=prefix)
    assert digest == "l4zFpN4y5AkiSki3pdQyQhwJerqvgegvWjLZo4LfSQQ"
    record = make_record(
        secret,
        at="2026-11-21",
        case=bytes(range(16)).hex(),
        kind="case.received",
        n=0,
        fields={"text": text, "state": "received", "category": "water"},
        prefix=prefix,
    )
    assert len(record) == 271
    c = commit(salt, record, prefix=prefix)
    assert c.hex() == "0b45a25c12033bd8c99ad387a26bf9e5bac944606c81655ed6c06a16511d0320"
    entry = sealed_entry(c)
    assert entry == b'{"c":"C0WiXBIDO9jJmtOHomv55brJRGBsgWVe1sBqFlEdAyA","kind":"sealed","v":1}'
    assert leaf_hash(entry).hex() == "e91a8e791feb66cbaa0594dac70081f89cfb709a0348373ca7ed4cc1871a4902"
    opened = OURS["open"]["leaf_hash"]  # open leaves have no label: the design's hash is ours
    assert opened == "519b503b494f2e727d36abecde01157c5f242085abedcd1b630beb9560086d23"


def test_openings():
    secret = bytes(range(32))
    fields = {"state": "received", "text": "Dry since two weeks."}
    record = make_record(secret, at="2026-11-21", case="00" * 16, kind="case.received", n=3, fields=fields)
    salt = leaf_salt(secret, 3)
    entry = sealed_entry(commit(salt, record))
    assert check_opening(entry, salt, record)["kind"] == "case.received"
    for wrong in (
        (entry, leaf_salt(secret, 2), record),
        (entry, salt, record.replace(b"received", b"rejected")),
        (cover_entry(), salt, record),
        (OURS["open"]["entry"].encode(), salt, record),
    ):
        with pytest.raises(Refused):
            check_opening(*wrong)
    check_field(record, "state", "received", field_salt(secret, 3, "state"))
    for field, value, salt in (
        ("state", "closed", field_salt(secret, 3, "state")),
        ("state", "received", field_salt(secret, 3, "text")),
        ("state", "received", field_salt(secret, 4, "state")),
        ("place", "here", field_salt(secret, 3, "place")),
    ):
        with pytest.raises(Refused):
            check_field(record, field, value, salt)


def test_sealed_and_cover_leaves_look_alike():
    covers = [cover_entry() for _ in range(200)]
    assert {len(one) for one in covers} == {73} == {len(sealed_entry(bytes(32)))}
    assert len(set(covers)) == 200
    assert all(len(sealed_commitment(one)) == 32 for one in covers)
    for bad in (
        b"",
        covers[0][:-1],
        covers[0].replace(b"sealed", b"opened"),
        b'{"c":"' + b"!" * 43 + b'","kind":"sealed","v":1}',
        b'{"c":"' + b"A" * 42 + b'B","kind":"sealed","v":1}',
    ):
        with pytest.raises(Refused):
            sealed_commitment(bad)


def test_secrets_and_salts_have_32_bytes():
    for act in (
        lambda: leaf_salt(b"short", 0),
        lambda: field_salt(b"short", 0, "text"),
        lambda: field_digest(b"short", "text", "x"),
        lambda: commit(b"short", b"{}"),
        lambda: salted_digest(b"short", b""),
        lambda: sealed_entry(b"short"),
    ):
        with pytest.raises(Refused):
            act()


def test_an_open_leaf_has_at_most_8192_bytes():
    rest = len(open_entry(at="2026-11-21", kind="publication", org="x", body={"a": ""}))
    longest = open_entry(at="2026-11-21", kind="publication", org="x", body={"a": "b" * (8192 - rest)})
    assert len(longest) == 8192
    with pytest.raises(Refused, match="too long"):
        open_entry(at="2026-11-21", kind="publication", org="x", body={"a": "b" * (8193 - rest)})


GOOD: list[Any] = [
    {},
    [],
    "",
    0,
    -(2**53) + 1,
    2**53 - 1,
    True,
    None,
    {"b": 1, "a": [1, {"_": "é€𝄞"}], "aa": '\u2028\x7f\x00\x1f\b\t\n\f\r"\\/'},
    {"a": "日本語 العربية हिन्दी", "a_b": [[], {}, ""]},
]


@pytest.mark.parametrize("value", GOOD)
def test_the_same_bytes_as_rfc8785(value: Any):
    assert canonical(value) == rfc8785.dumps(value)
    assert parse(canonical(value)) == value


def test_the_rfcs_authors_vectors(theirs: Path):
    """The package we compare with gives the RFC's bytes; ours gives the same, or refuses keys and fractions."""
    same = 0
    for path in sorted((theirs / "jcs" / "input").glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        expected = (theirs / "jcs" / "output" / path.name).read_bytes()
        assert rfc8785.dumps(value) == expected
        inner = list(value.values()) if isinstance(value, dict) else value
        for one in inner:
            try:
                found = canonical(one)
            except Refused:
                continue
            assert found == rfc8785.dumps(one)
            same += 1
    assert same > 5


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        {"A": 1},
        {"a1": 1},
        {"": 1},
        {"a\n": 1},
        {1: 1},
        {"é": 1},
        "e\u0301",
        {"a": "e\u0301"},
        "\ud800",
        {"a": ["\udfff"]},
        b"bytes",
        {1, 2},
        date(2026, 11, 21),
    ],
)
def test_what_has_no_canonical_form(value: Any):
    with pytest.raises(Refused):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\\u00E9"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 30 + b"]" * 30,
        '"e\u0301"'.encode(),
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes):
    with pytest.raises(Refused):
        parse(data)


def test_forms_of_unicode_are_kept_apart():
    assert canonical("é") != unicodedata.normalize("NFD", '"é"').encode()
