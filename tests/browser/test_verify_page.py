"""The one-file page that verifies receipts: opened from a folder, without network, in three languages (TRUST.md A10)."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from answerable.merkle import proofs
from answerable.merkle.canonical import canonical, parse
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.commitments import commit, field_salt, leaf_salt, make_record, sealed_entry
from answerable.merkle.cosigning import cosign
from answerable.merkle.hashing import leaf_hash, node_hash
from answerable.merkle.notes import Signer, sign_note
from answerable.merkle.promises import promise
from answerable.merkle.proof_files import ProofFile
from answerable.trust.views.pages import content_policy
from tests.support.browser import barriers, sideways_scroll

PAGE = Path(__file__).resolve().parents[2] / "src/answerable/trust/data/verify.html"
ORIGIN = "register.example.org/log"
INDEX, SIZE = 77, 200


@dataclass
class Log:
    """A small log with one leaf that somebody holds a receipt for."""

    proof: str
    promise: str
    policy: str
    log: Signer
    intake: Signer
    leaves: list[bytes]

    @property
    def parts(self) -> ProofFile:
        return ProofFile.parse(self.proof)


class Nodes:
    """The nodes of a small tree, computed anew each time."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def __call__(self, level: int, offset: int) -> bytes:
        if level == 0:
            return self.leaves[offset]
        return node_hash(self(level - 1, 2 * offset), self(level - 1, 2 * offset + 1))


@pytest.fixture(scope="module")
def log() -> Log:
    secret = bytes(range(32))
    record = make_record(
        secret,
        at="2026-11-21",
        case="000102030405060708090a0b0c0d0e0f",
        kind="listening.case-received",
        n=1,
        fields={"state": "received", "kind": "need"},
    )
    salt = leaf_salt(secret, 1)
    entries = [f"leaf {n}".encode() for n in range(SIZE)]
    entries[INDEX] = sealed_entry(commit(salt, record))
    leaves = [leaf_hash(entry) for entry in entries]
    nodes = Nodes(leaves)
    signer = Signer.from_seed(ORIGIN, bytes(32))
    intake = Signer.from_seed(f"{ORIGIN}/intake", b"\1" * 32)
    witnesses = [Signer.from_seed(f"w{n}.example.org", bytes([n]) * 32, "cosignature") for n in (2, 3)]
    body = Checkpoint(ORIGIN, SIZE, proofs.root(SIZE, nodes)).body()
    note = sign_note(body, [signer]) + "".join(cosign(body, one, int(time.time()) - 60) for one in witnesses)
    opened = {
        name: {"value": value, "salt": field_salt(secret, 1, name).hex()}
        for name, value in (("state", "received"), ("kind", "need"))
    }
    # As register.leaves.opening has it.
    extra = canonical({"leaf_salt": salt.hex(), "record": parse(record), "fields": opened})
    proof = ProofFile(INDEX, tuple(proofs.inclusion_proof(INDEX, SIZE, nodes)), note, extra).text()
    policy = "".join(
        [
            f"log {signer.vkey}\n#intake {intake.vkey}\n",
            *(f"witness w{n} {one.vkey} https://{one.name}/\n" for n, one in enumerate(witnesses)),
            "group all 2 w0 w1\nquorum all\n",
        ]
    )
    until = datetime(2126, 11, 22, 21, tzinfo=UTC)
    return Log(proof, promise(ORIGIN, leaves[INDEX], until, intake), policy, signer, intake, leaves)


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page, from a copy of its own in a folder; it may ask nobody."""
    copy = tmp_path / "verify.html"
    copy.write_bytes(PAGE.read_bytes())
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en", offline=True)
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    opened.goto(copy.as_uri())
    yield opened
    context.close()
    assert asked == [copy.as_uri()]
    assert troubles == []


def verdict(page: Page, text: str, keys: str) -> str:
    page.fill("#text", text)
    page.fill("#keys", keys)
    page.evaluate("() => { delete document.getElementById('verdict').dataset.verdict }")
    page.click("#go")
    page.wait_for_selector("#verdict[data-verdict]")
    return str(page.get_attribute("#verdict", "data-verdict"))


def test_a_good_proof_is_valid_and_says_what_it_proves(page: Page, log: Log) -> None:
    assert verdict(page, log.proof, log.policy) == "VALID", page.inner_text("#why")
    said = page.inner_text("#why")
    for part in (
        str(INDEX),
        ORIGIN,
        str(SIZE),
        "a matter was received",
        "kind: need; state: received",
        "2026-11-21",
        "w3.example.org",
        "not prove",
    ):
        assert part in said, part
    assert verdict(page, log.promise, log.intake.vkey) == "VALID", page.inner_text("#why")
    assert "signed, that the matter" in page.inner_text("#why")
    for both in (f"{log.promise}\n{log.proof}", f"{log.proof}\n{log.promise}"):
        assert verdict(page, both, log.policy) == "VALID", page.inner_text("#why")
        assert "promise was kept" in page.inner_text("#why")
    bare = ProofFile(INDEX, log.parts.hashes, log.parts.checkpoint_note).text()
    assert verdict(page, f"{log.promise}\n{bare}", log.log.vkey + "\n" + log.intake.vkey) == "VALID"
    assert "the office alone vouches" in page.inner_text("#why")


def other_bit(encoded: str) -> str:
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    return base64.b64encode(bytes(data)).decode()


def mutations(log: Log) -> Iterator[tuple[str, str, str]]:
    """Twenty and more ways to be wrong: a name, the text, the keys."""
    whole, lines = log.proof, log.proof.split("\n")
    head, checkpoint = whole.split("\n\n", 1)
    body, signatures = checkpoint.split("\n\n", 1)
    parts = log.parts
    assert parts.extra is not None

    def with_extra(extra: bytes) -> str:
        return ProofFile(parts.index, parts.hashes, parts.checkpoint_note, extra).text()

    yield "another index", whole.replace(f"index {INDEX}", f"index {INDEX + 1}"), log.policy
    yield "an index with a zero", whole.replace(f"index {INDEX}", f"index 0{INDEX}"), log.policy
    yield "an index beyond the tree", whole.replace(f"index {INDEX}", "index 200"), log.policy
    yield "a bit of a hash", whole.replace(lines[4], other_bit(lines[4])), log.policy
    yield "a hash missing", "\n".join(lines[:4] + lines[5:]), log.policy
    yield "a hash twice", "\n".join([*lines[:5], *lines[4:]]), log.policy
    yield "two hashes swapped", "\n".join([*lines[:3], lines[4], lines[3], *lines[5:]]), log.policy
    yield "a hash of 31 bytes", whole.replace(lines[4], base64.b64encode(b"1" * 31).decode()), log.policy
    yield "another size", whole.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"), log.policy
    root = body.split("\n")[2]
    yield "another root", whole.replace(root, other_bit(root)), log.policy
    yield "another origin", whole.replace(f"\n\n{ORIGIN}\n", "\n\nother.example.org/log\n"), log.policy
    signature = signatures.split("\n")[0].rsplit(" ", 1)[1]
    yield "a bit of the signature", whole.replace(signature, other_bit(signature)), log.policy
    yield "no signature of the log", f"{head}\n\n{body}\n\n" + signatures.split("\n", 1)[1], log.policy
    cosignature = signatures.split("\n")[1].rsplit(" ", 1)[1]
    yield "a bit of a witness's signature", whole.replace(cosignature, other_bit(cosignature)), log.policy
    yield "a witness missing", whole.replace(signatures.split("\n")[1] + "\n", ""), log.policy
    yield "another first line", whole.replace("@v1", "@v2"), log.policy
    yield "another record", with_extra(parts.extra.replace(b"2026-11-21", b"2026-11-20")), log.policy
    yield "another salt", with_extra(parts.extra.replace(b'"leaf_salt":"', b'"leaf_salt":"0', 1)), log.policy
    salt = parts.extra.split(b'"leaf_salt":"')[1][:64]
    yield "a salt of zeros", with_extra(parts.extra.replace(salt, b"0" * 64)), log.policy
    yield (
        "another field",
        with_extra(parts.extra.replace(b'"value":"received"', b'"value":"closed"')),
        log.policy,
    )
    yield "an opening that is none", with_extra(b"{}"), log.policy
    stranger = Signer.from_seed(ORIGIN, b"\7" * 32)
    yield "a stranger's key", whole, log.policy.replace(log.log.vkey, stranger.vkey)
    yield "a key with a wrong id", whole, log.log.vkey.replace("+", "+0", 1)[: len(log.log.vkey)]
    yield "the intake's key alone", whole, log.intake.vkey
    told = log.promise.split("\n")
    yield "a later deadline", log.promise.replace("2126", "2127"), log.policy
    yield "a receipt for another leaf", log.promise.replace(told[1], other_bit(told[1])), log.policy
    other = promise(ORIGIN, log.leaves[0], datetime(2126, 1, 1, tzinfo=UTC), log.intake)
    yield "another leaf's receipt with it", f"{other}\n{whole}", log.policy
    yield "a receipt signed by the log", log.promise.replace("/intake ", " "), log.policy


def test_whatever_is_changed_is_invalid(page: Page, log: Log) -> None:
    tried = list(mutations(log))
    assert len(tried) >= 20
    assert all(text != log.proof or keys != log.policy for _, text, keys in tried)
    wrong = [name for name, text, keys in tried if verdict(page, text, keys) != "INVALID"]
    assert wrong == []


def test_where_nothing_was_judged_it_says_so(page: Page, log: Log, tmp_path: Path) -> None:
    bare = ProofFile(INDEX, log.parts.hashes, log.parts.checkpoint_note).text()
    for text, keys in (
        (log.proof, ""),
        (log.proof, "# no key\n"),
        ("", log.policy),
        (bare, log.policy),
        ("\0" * 9, log.policy),
        ("a" * 1_000_001, log.policy),
    ):
        assert verdict(page, text, keys) == "NOT CHECKED", page.inner_text("#why")
        assert page.inner_text("#word") == "NOT CHECKED"
    for name, data in (("binary", b"\xff\xfe\0"), ("large", b"a" * 1_000_001)):
        (tmp_path / name).write_bytes(data)
        page.evaluate("() => { delete document.getElementById('verdict').dataset.verdict }")
        page.set_input_files("#file", tmp_path / name)
        page.wait_for_selector("#verdict[data-verdict='NOT CHECKED']")


def test_the_ends_of_lines_and_of_the_text_do_not_matter(page: Page, log: Log) -> None:
    for text in (log.promise, log.proof, f"{log.promise}\n{log.proof}", f"{log.proof}\n{log.promise}"):
        for other in (text.rstrip("\n"), text + "\n", text + "\n\n", text.replace("\n", "\r\n"), "\n" + text):
            assert verdict(page, other, log.policy) == "VALID", page.inner_text("#why")
    verdict(page, log.promise, log.policy)
    said = page.inner_text("#why")
    assert "Only the promise is proved by this" in said
    assert "is there. It does not" not in said


def test_files_are_taken_as_well(page: Page, log: Log, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(log.promise, "utf-8")
    (tmp_path / "b.tlog-proof").write_text(log.proof, "utf-8")
    (tmp_path / "policy").write_text(log.policy, "utf-8")
    page.set_input_files("#file", [tmp_path / "a.txt", tmp_path / "b.tlog-proof"])
    page.set_input_files("#keyfile", tmp_path / "policy")
    page.wait_for_function(
        "() => document.getElementById('keys').value && document.getElementById('text').value"
    )
    page.click("#go")
    page.wait_for_selector("#verdict[data-verdict]")
    assert page.get_attribute("#verdict", "data-verdict") == "VALID", page.inner_text("#why")


def test_it_speaks_three_languages_and_has_no_barriers(page: Page, log: Log) -> None:
    for value, tag, way in (("en", "en", "ltr"), ("ar", "ar", "rtl"), ("zh", "zh-Hans", "ltr")):
        page.click(f".langs button[value={value}]")
        assert page.evaluate("() => [document.documentElement.lang, document.documentElement.dir]") == [
            tag,
            way,
        ]
        for text in (log.proof, "wrong"):
            verdict(page, text, log.policy)
            assert sideways_scroll(page) == 0
        missing = page.evaluate(
            "() => Object.keys(WORDS.en).filter(key => Object.values(WORDS).some(words => !words[key]))"
        )
        assert missing == []


def test_the_file_allows_its_own_script_and_nothing_else() -> None:
    text = PAGE.read_text("utf-8")
    assert f'<meta http-equiv="Content-Security-Policy" content="{content_policy(text)}">' in text
    assert len(text.encode()) < 40_000
    assert not any(word in text for word in ("http://", "https://", "fetch(", "XMLHttpRequest", "src="))


@pytest.mark.django_db(transaction=True)
def test_it_is_served_with_its_own_policy(page_for: Callable[..., Page], log: Log) -> None:
    opened: Any = page_for(1280, 800)
    response = opened.goto("/register/verify.html")
    assert response.headers["content-security-policy"].startswith(content_policy(PAGE.read_text("utf-8")))
    assert verdict(opened, log.proof, log.policy) == "VALID"
    assert barriers(opened) == []
