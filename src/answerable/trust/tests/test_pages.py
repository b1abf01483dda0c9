"""The register's public pages, receipts and proofs, and this instance as a witness over HTTP."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from answerable.kernel import clock
from answerable.listening import selectors as listening
from answerable.listening.models import Slip, SlipPad
from answerable.listening.receipts import place_of, receipt_of
from answerable.listening.rules.slips import new_serial
from answerable.listening.selectors import received_event
from answerable.listening.services import withdraw
from answerable.listening.tests.factories import hear
from answerable.listening.tests.test_desk_recording import desk, hear_form
from answerable.merkle.canonical import parse
from answerable.merkle.checkpoints import fingerprint
from answerable.merkle.notes import Note, Signer, Verifier
from answerable.merkle.policy import Policy
from answerable.merkle.promises import parse_promise, promise
from answerable.merkle.proof_files import ProofFile
from answerable.register import auditing, receipts, selectors
from answerable.register.models import Audit, Checkpoint, Cosignature, Pending
from answerable.register.publishing import publish
from answerable.register.sequencing import sequence
from answerable.register.signer import keys
from answerable.safeguards.limits import TokenBucket
from answerable.trust import findings
from answerable.trust.selectors import watched
from answerable.trust.views import pages
from answerable.web import qr
from tests.support.registers import Log
from tests.support.world import DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def one_cycle() -> None:
    sequence(seal=True)
    publish()


def test_the_pages_say_what_there_is_and_stay_small(world: World, log: Log) -> None:
    client = Client()
    for page in ("register/", "register/board/", "register/pads/"):
        assert client.get(f"/en/{page}").status_code == 200, "before the first checkpoint"
    hear(world)
    one_cycle()
    checkpoint = Checkpoint.objects.get()
    letters = fingerprint(Note.parse(checkpoint.note).text)
    for lang in ("en", "ar", "zh-hans"):
        for page in ("register/", "register/board/"):
            answer = client.get(f"/{lang}/{page}")
            text = answer.content.decode()
            assert len(gzip.compress(answer.content)) < 14_000, page
            assert all(f"<bdi>{group}</bdi>" in text for group in letters.split(" "))
            assert "<script" not in text
            assert not answer.cookies
    text = client.get("/en/register/").content.decode()
    assert "No witness outside this office" in text
    assert "No audit was made yet" in text


def test_what_an_audit_found_is_told(world: World, log: Log) -> None:
    client = Client()
    Audit.objects.create(on=DAY, size=16, events=3, found=0)
    assert "each has its line" in client.get("/en/register/").content.decode()
    found = [["row-changed", "money_posting", 5, 7], ["row-changed", "listening_case", None, 0]]
    Audit.objects.create(on=DAY, size=16, events=3, found=2, findings=found)
    text = client.get("/en/register/").content.decode()
    assert "records and register differ" in text
    assert "An entry was changed by hand." in text
    assert "What to do: keep your receipts" in text
    for said in ("row-changed", "money_posting 5</bdi>, leaf 7", "listening_case</bdi>, leaf 0"):
        assert said in text


def test_an_audit_that_could_not_be_done_is_no_difference(world: World, log: Log) -> None:
    Audit.objects.create(on=DAY, size=0, events=0, found=1, findings=[["audit-undone", "", None, None]])
    text = Client().get("/en/register/").content.decode()
    assert "could not be done to its end: nobody knows" in text
    assert "records and register differ" not in text


def test_a_program_s_address_answers_in_the_reader_s_language(world: World, log: Log) -> None:
    """Opened in a browser, or with a wrong code: a page like any other, not a bare line."""
    for answer in (
        Client().get("/register/proof", HTTP_ACCEPT_LANGUAGE="ar"),
        Client().post("/register/proof", {"code": "1"}, HTTP_ACCEPT_LANGUAGE="ar"),
    ):
        assert answer.status_code in {405, 422}
        assert answer["Content-Type"].startswith("text/html")
        assert '<html lang="ar" dir="rtl"' in answer.content.decode()


def test_a_program_that_asks_for_json_gets_it(world: World, log: Log) -> None:
    answer = Client().post("/register/proof", {"code": "1"}, HTTP_ACCEPT="application/json")
    assert answer.json()["field"] == "code"


def test_the_code_s_form_says_when_to_come_again(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = hear(world).code
    monkeypatch.setattr(listening, "_tries", lambda: TokenBucket(rate=1, burst=0))
    answer = Client().post("/en/register/proof/", {"code": code})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 61


def test_witnesses_are_named_and_an_old_quorum_warns(world: World, log: Log, settings: Any) -> None:
    signers = [Signer.generate(f"w{n}.example.org", "cosignature") for n in range(3)]
    settings.REGISTER_WITNESSES = [(one.vkey, f"https://{one.name}/witness") for one in signers]
    assert watched().stale
    hear(world)
    one_cycle()
    checkpoint = Checkpoint.objects.get()
    for n, one in enumerate(signers[:2]):
        line = one.sign(Note.parse(checkpoint.note).text, 1_770_000_000)
        Cosignature.objects.create(
            checkpoint=checkpoint, witness=one.name, line=line, on=DAY - timedelta(days=7 + n)
        )
        assert watched().stale == (n == 0), "two of three are enough"
    text = Client().get("/en/register/").content.decode()
    assert "w1.example.org" in text
    assert "Be careful" not in text
    with clock.held_at(DAY + timedelta(days=2)):
        text = Client().get("/en/register/").content.decode()
    assert "Be careful" in text
    assert all(
        one.sign(Note.parse(checkpoint.note).text, 1_770_000_000) in selectors.cosigned(checkpoint)
        for one in signers[:2]
    )


def told(world: World, client: Client) -> str:
    """Tell a need on the page; the page that answers."""
    path = f"/en/area/{world.areas['Ford'].pk}/tell/"
    token = re.search(r'name="token"\s+value="([^"]+)"', client.get(path).content.decode())
    assert token
    sent = {"token": token[1], "kind": "need", "subject": "water", "text": "No water."}
    return client.post(path, sent).content.decode()


def shown_note(page: str) -> str:
    note = re.search(r'<pre class="note-text"[^>]*>(.*?)</pre>', page, re.S)
    assert note
    return unescape(note[1])


def test_a_receipt_is_given_at_once_and_becomes_a_proof(world: World, log: Log) -> None:
    client = Client()
    page = told(world, client)
    note = shown_note(page)
    code = re.search(r'class="code"[^>]*><bdi dir="ltr">([\d ]+)<', page)
    assert code
    promised = parse_promise(note, receipts.intake_key().verifier)
    assert promised.deadline > clock.moment()
    assert '<svg class="qr"' in page
    kept = client.post("/en/register/promise/", {"note": note.replace("\n", "\r\n")})
    assert kept.content.decode() == note
    assert "attachment" in kept["Content-Disposition"]
    assert client.post("/en/register/promise/", {"note": note.replace("Z", "Y")}).status_code == 422

    waiting = client.post("/en/code/", {"code": code[1]}).content.decode()
    assert "Waiting for its place" in waiting
    assert client.post("/en/register/proof/", {"code": code[1]}).status_code == 409
    one_cycle()
    page = client.post("/en/code/", {"code": code[1]}).content.decode()
    assert "as leaf" in page
    answer = client.post("/en/register/proof/", {"code": code[1]})
    assert "no-store" in answer["Cache-Control"]
    proof = ProofFile.parse(answer.content)
    seen = proof.verify(promised.leaf_hash, Policy.parse(f"log {log.vkey}\nquorum none\n"))
    assert seen.checkpoint.size % 16 == 0
    assert proof.extra is not None
    opening = parse(proof.extra)
    assert opening["record"]["kind"] == "listening.case-received"
    assert set(opening["fields"]) == {"area", "kind", "subject", "received"}, "no running number is opened"
    assert "feedback" in opening["record"]["fields"], "the rest stays a digest"
    assert client.post("/register/proof", {"code": code[1]}).content == answer.content
    assert client.post("/register/proof", {"code": "1234"}).status_code == 422
    assert client.get("/register/proof").status_code == 405

    withdraw(code=code[1])
    assert "Erased" in client.post("/en/code/", {"code": code[1]}).content.decode()
    assert client.post("/en/register/proof/", {"code": code[1]}).status_code == 409


def test_a_paper_entry_gets_its_receipt_too(world: World, log: Log) -> None:
    client = desk(world, "farid")
    page = client.post("/desk/hear/", hear_form(client, world)).content.decode()
    parse_promise(shown_note(page), receipts.intake_key().verifier)


def test_without_a_key_what_was_said_is_kept_all_the_same(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def trouble() -> Signer:
        raise keys.KeyTrouble("others can read it")

    monkeypatch.setattr(receipts, "intake_key", trouble)
    page = told(world, Client())
    assert "Your code" in page
    assert "<svg" not in page.split("</header>")[1].split("What happens next")[0]
    assert "<pre" not in page
    assert "no receipt could be signed" in caplog.text
    assert receipt_of(None) is None


def test_codes_and_receipts_stand_in_no_address_and_no_log(
    world: World, log: Log, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client = Client()
    page = told(world, client)
    note = shown_note(page)
    code = re.search(r'class="code"[^>]*><bdi dir="ltr">([\d ]+)<', page)
    assert code
    for address, form in (
        ("/en/code/", {"code": code[1]}),
        ("/en/register/proof/", {"code": code[1]}),
        ("/en/register/promise/", {"note": note}),
        ("/register/proof", {"code": code[1] + "1"}),
    ):
        answer = client.post(address, form)
        assert "Location" not in answer.headers
    leaf = note.split("\n")[1]
    addresses = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page))
    everything = caplog.text + "".join(capfd.readouterr()) + addresses
    for secret in (code[1], code[1].replace(" ", ""), leaf):
        assert secret not in everything


def test_the_receipt_of_a_heard_thing_is_the_one_of_its_event(world: World, log: Log) -> None:
    heard = hear(world)
    assert heard.event is not None
    found = received_event(heard.feedback)
    assert found is not None
    assert found.pk == heard.event.pk
    other = hear(world)
    assert received_event(other.feedback) != found


def test_a_promise_of_the_specified_length_fits_version_10_and_decodes(tmp_path: Path) -> None:
    origin = "register.example-programme.org/log"
    signer = Signer.generate(f"{origin}/intake")
    note = promise(origin, bytes(range(32)), datetime(2026, 11, 22, 21, tzinfo=UTC), signer)
    note = note if len(note.encode()) <= 271 else note[:271]
    rows = qr.matrix(note)
    assert len(rows) == 57, "version 10 has 57 modules"
    if not shutil.which("zbarimg"):
        pytest.skip("the matrix is of the right version; decoding needs zbar-tools: scripts/system-packages")
    side, scale = len(rows) + 2 * qr.QUIET, 4
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + qr.QUIET, y + qr.QUIET), 0)
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(tmp_path / "qr.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sbinary", tmp_path / "qr.png"], capture_output=True, check=True
    )
    assert read.stdout.decode() == note


def test_the_drawn_code_is_the_matrix() -> None:
    svg = qr.qr_svg("answerable", "a label with <b>")
    assert "a label with &lt;b&gt;" in svg
    rows = qr.matrix("answerable")
    drawn = [bytearray(len(rows)) for _ in rows]
    for y, row in enumerate(re.findall(r"M4 [\d.]+((?:m\d+ 0|h\d+)*)", svg.split('stroke="#000"')[1])):
        x = 0
        for step, width in re.findall(r"([mh])(\d+)", row):
            if step == "h":
                drawn[y][x : x + int(width)] = b"\1" * int(width)
            x += int(width)
    assert [bytes(row) for row in drawn] == rows


def test_the_recorded_conversation_over_http(log: Log, shared: Path) -> None:
    """TRUST.md A5."""
    recorded = json.loads((shared / "data/merkle/witness-add-checkpoint-sequence.json").read_text())
    verifier = Verifier(recorded["log_origin"], "ed25519", bytes.fromhex(recorded["log_public_key_hex"]))
    keys.watch(log.signer, verifier.vkey)
    client = Client(enforce_csrf_checks=True)
    answers = [
        client.post("/witness/add-checkpoint", step["request"].encode(), content_type="text/plain")
        for step in recorded["steps"]
    ]
    assert [answer.status_code for answer in answers] == [step["status_c2sp"] for step in recorded["steps"]]
    assert len(answers) == 9
    conflicts = [answer for answer in answers if answer.status_code == 409]
    assert [answer.content for answer in conflicts] == [b"3\n", b"5\n"]
    assert {answer["Content-Type"] for answer in conflicts} == {"text/x.tlog.size"}
    assert client.get("/witness/add-checkpoint").status_code == 405
    assert client.post("/witness/add-checkpoint", b"", content_type="text/plain").status_code == 400
    digest = keys.origin_digest(recorded["log_origin"])
    last = client.get(f"/witness/{digest}/checkpoint")
    assert last.status_code == 200
    note = Note.parse(last.content)
    assert note.text.split("\n")[0] == recorded["log_origin"]
    note.verified_by([verifier])
    assert client.get(f"/witness/{'0' * 64}/checkpoint").status_code == 404
    assert client.get("/witness/nothing/checkpoint").status_code == 404


def test_a_signer_that_is_away_is_said(world: World) -> None:
    client = Client()
    note = Signer.generate("other.example.org/log")
    from answerable.merkle.checkpoints import Checkpoint as Body
    from answerable.merkle.notes import sign_note

    body = f"old 0\n\n{sign_note(Body(note.name, 1, bytes(32)).body(), [note])}"
    answer = client.post("/witness/add-checkpoint", body.encode(), content_type="text/plain")
    assert answer.status_code == 503
    assert client.get(f"/witness/{'0' * 64}/checkpoint").status_code == 503


def test_what_is_older_than_the_register_has_no_receipt(world: World, log: Log) -> None:
    heard = hear(world)
    assert heard.event is not None
    waiting = place_of(heard.feedback)
    assert waiting is not None
    assert waiting.state == "waiting"
    Pending.objects.filter(event_id=heard.event.pk).delete()
    assert place_of(heard.feedback) is None


def test_an_overdue_promise_is_told_as_such(world: World, log: Log) -> None:
    client = Client()
    page = told(world, client)
    promised = parse_promise(shown_note(page), receipts.intake_key().verifier)
    day = promised.deadline.day
    assert f"<bdi>{day}\u00a0March\u00a02026\u00a0{promised.deadline:%H:%M}\u00a0UTC</bdi>" in page
    code = re.search(r'class="code"[^>]*><bdi dir="ltr">([\d ]+)<', page)
    assert code
    latest = receipts.latest_deadline(DAY)
    assert latest >= promised.deadline
    with clock.held_at(latest.date() + timedelta(days=1)):
        said = client.post("/en/code/", {"code": code[1]}).content.decode()
        assert "Overdue." in said
        assert "is the proof: show it to the office above" in said
        for answer in (
            client.post("/en/register/proof/", {"code": code[1]}),
            client.post("/register/proof", {"code": code[1]}),
        ):
            assert answer.status_code == 409
            assert "is the proof: show it" in answer.content.decode()
        one_cycle()
        assert "as leaf" in client.post("/en/code/", {"code": code[1]}).content.decode()


def test_each_code_of_an_audit_has_its_sentence() -> None:
    assert set(auditing.SENTENCES) <= set(findings.SENTENCES)


def test_the_mirror_command_names_the_address_of_the_page(world: World, log: Log) -> None:
    text = Client().get("/en/register/", HTTP_HOST="localhost:8123").content.decode()
    assert "mirror http://localhost:8123 FOLDER" in text


def test_misses_are_limited_and_hits_are_not(world: World, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_serials", TokenBucket(rate=1, burst=2))
    client = Client()
    pad = SlipPad.objects.create(area=world.areas["Upper Ford"], issued_on=DAY, root=bytes(32))
    found = new_serial()
    Slip.objects.create(pad=pad, n=1, serial=found, mark=bytes(16), code_salt=b"1", code_hash=b"1")
    for _ in range(4):
        assert client.get(f"/en/register/pads/?serial={found}").status_code == 200
    for _ in range(2):
        assert client.get("/en/register/pads/?serial=1").status_code == 404
    answer = client.get("/en/register/pads/?serial=1")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 61
