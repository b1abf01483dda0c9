"""Slip pads: fifty numbered slips with a code under a flap, all of which an office has to account for."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.listening import slip_paper
from answerable.listening.models import Slip, SlipPad
from answerable.listening.problems import (
    PadOpen,
    PadSettled,
    SlipsMissing,
    SlipUnknown,
    SlipUsed,
)
from answerable.listening.rules.slips import new_serial, read_serial, shown
from answerable.listening.selectors import followed
from answerable.listening.services import (
    Heard,
    IssuedPad,
    PrintedSlip,
    give_pad_up,
    issue_pad,
    pads,
    receive_feedback,
    settle_pad,
    slip_for,
)
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.register.models import Event
from answerable.safeguards import codes
from answerable.web.fonts import find_fonts
from answerable.web.problems import FontMissing
from tests.support.world import DAY, World

from .test_desk_recording import desk, found_in, hear_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


class Paper:
    """Takes the place of the printer, and remembers what it was given."""

    def __init__(self) -> None:
        self.slips: list[PrintedSlip] = []

    def __call__(self, slips: Sequence[PrintedSlip]) -> bytes:
        self.slips = list(slips)
        return b"paper"


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Paper:
    """Pads of five slips: fifty codes take long, on purpose."""
    monkeypatch.setattr(pads, "SLIPS", 5)
    return Paper()


def issue(world: World, paper: Paper, who: str = "baraka", place: str = "Upper Ford") -> IssuedPad:
    return issue_pad(actor=world.actor(who), area=world.areas[place], draw=paper)


def hear_with(world: World, serial: str, village: str = "Ford") -> Heard:
    area = world.areas[village]
    return receive_feedback(
        actor=world.actor("baraka"),
        area=area,
        kind="need",
        subject=world.subjects["water"],
        text="The pump is dry.",
        language="en",
        channel="paper",
        slip=slip_for(area, serial),
    )


def test_a_pad_holds_no_code_and_the_register_has_its_root(world: World, paper: Paper) -> None:
    pad = issue(world, paper, "grace").pad
    rows = list(pad.slips.order_by("n"))
    assert [row.serial for row in rows] == [one.serial for one in paper.slips]
    assert [row.state for row in rows] == ["unused"] * 5
    tree = CompactRange()
    tree.extend(leaf_hash(one.mark) for one in paper.slips)
    event = Event.objects.get(kind="register.pad-issued")
    assert event.body == {"pad": pad.pk, "slips": 5, "root": tree.root().hex()}
    assert event.commitment is None, "everybody may read it"
    assert {table for table, _, _ in event.rows or []} == {"listening_slippad", "listening_slip"}
    everything = repr([vars(row) for row in rows]) + repr(paper.slips)
    assert not any(one.code in everything for one in paper.slips)


def test_an_office_has_one_pad_at_a_time(world: World, paper: Paper) -> None:
    issue(world, paper)
    with pytest.raises(PadOpen):
        issue(world, paper)
    issue(world, paper, place="Lower Ford")


@pytest.mark.parametrize("who", ["public", "amina", "daudi", "esi", "farid"])
def test_others_issue_and_settle_none(world: World, paper: Paper, who: str) -> None:
    with pytest.raises(Denied):
        issue(world, paper, who)
    pad = issue(world, paper).pad
    with pytest.raises(Denied):
        give_pad_up(actor=world.actor(who), pad=pad)
    assert not Event.objects.filter(kind="register.pad-settled").exists()


def test_without_paper_there_is_no_pad(world: World, paper: Paper) -> None:
    def broken(slips: Sequence[PrintedSlip]) -> bytes:
        raise FontMissing(scripts="Arabic", packages="fonts-noto-core")

    with pytest.raises(FontMissing):
        issue_pad(actor=world.actor("baraka"), area=world.areas["Upper Ford"], draw=broken)
    assert not SlipPad.objects.exists()


def test_what_is_told_with_a_slip_has_the_code_under_its_flap(world: World, paper: Paper) -> None:
    issue(world, paper)
    one = paper.slips[2]
    heard = hear_with(world, shown(one.serial))
    assert heard.code is None
    assert followed(one.code).case.pk == heard.case.pk
    row = Slip.objects.get(serial=one.serial)
    assert (row.state, row.month) == ("received", DAY.replace(day=1))
    assert (row.locator, row.code_salt, row.code_hash) == ("", None, None)
    with pytest.raises(SlipUsed):
        hear_with(world, one.serial)
    event = Event.objects.get(kind="listening.slip-received")
    assert event.body == {"pad": row.pad_id}
    assert [table for table, _, _ in event.rows or []] == ["listening_slip"]
    told = Event.objects.get(kind="listening.case-received")
    assert "listening_slip" not in {table for table, _, _ in told.rows or []}


def test_a_slip_of_another_office_or_a_wrong_number_is_refused(world: World, paper: Paper) -> None:
    issue(world, paper)
    serial = paper.slips[0].serial
    for area, typed in (("Mill", serial), ("Ford", new_serial()), ("Ford", serial[:-1]), ("Ford", "")):
        with pytest.raises(SlipUnknown):
            slip_for(world.areas[area], typed)
    arabic = serial.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert slip_for(world.areas["Well"], f"{arabic[:3]} {arabic[3:]}").serial == serial


def test_a_pad_with_a_binned_slip_is_not_settled(world: World, paper: Paper) -> None:
    """TRUST.md A21."""
    pad = issue(world, paper).pad
    used, binned, *unused = (one.serial for one in paper.slips)
    hear_with(world, used)
    baraka = world.actor("baraka")
    with pytest.raises(SlipsMissing) as missing:
        settle_pad(actor=baraka, pad=pad, unused=unused, count=3)
    assert missing.value.values == {"missing": 1, "given": 3, "count": 3}, (
        "which ones are missing is not told"
    )
    with pytest.raises(PadOpen):
        issue(world, Paper())
    page = Client().post("/en/register/pads/", {"serial": binned}).content.decode()
    assert "Unused" in page
    with pytest.raises(SlipsMissing):
        settle_pad(actor=baraka, pad=pad, unused=[binned, *unused], count=3)
    with pytest.raises(SlipUnknown) as refused:
        settle_pad(actor=baraka, pad=pad, unused=[used, "12", new_serial(), binned, *unused], count=5)
    for why in (f"“{used}”: received before", "“12”: these are not the nine digits", "not of this pad"):
        assert why in refused.value.english
    assert not Event.objects.filter(kind="register.pad-settled").exists()
    settle_pad(actor=baraka, pad=pad, unused=[shown(binned), *unused], count=4)
    assert sorted(pad.slips.values_list("state", flat=True)) == ["received", *["void"] * 4]
    settled = Event.objects.get(kind="register.pad-settled")
    assert settled.body["outcome"] == "counted"
    assert "received" not in settled.body, "how much was said where is not told"
    with pytest.raises(PadSettled):
        give_pad_up(actor=baraka, pad=pad)
    with pytest.raises(SlipUsed):
        hear_with(world, binned)
    issue(world, Paper())


def test_a_lost_pad_is_given_up_for_all_to_see(world: World, paper: Paper) -> None:
    pad = issue(world, paper).pad
    give_pad_up(actor=world.actor("grace"), pad=pad)
    assert set(pad.slips.values_list("state", flat=True)) == {"void"}
    assert Event.objects.get(kind="register.pad-settled").body["outcome"] == "given-up"
    address = f"/en/register/pads/?serial={paper.slips[0].serial}"
    assert "<h2>Unused" in Client().get(address).content.decode()
    with clock.held_at(DAY + timedelta(days=7)):
        assert "<h2>Void" in Client().get(address).content.decode()


def test_serials_are_drawn_and_have_a_check_digit() -> None:
    drawn = {new_serial() for _ in range(200)}
    assert len(drawn) == 200
    assert all(read_serial(shown(one)) == one for one in drawn)
    one = next(iter(drawn))
    assert not any(
        read_serial(one[:at] + str((int(one[at]) + 1) % 10) + one[at + 1 :]) for at in range(len(one))
    )


def test_the_public_page_says_the_state_and_nothing_else(world: World, paper: Paper) -> None:
    issue(world, paper)
    one, other = paper.slips[:2]
    hear_with(world, one.serial)
    client = Client()
    for days in range(7):
        with clock.held_at(DAY + timedelta(days=days)):
            page = client.post("/en/register/pads/", {"serial": shown(one.serial)}).content.decode()
        assert "Received in" not in page, "it shows from the next Monday on"
        assert "Before Monday, 2 March 2026, nothing" in page
    assert Slip.objects.get(serial=one.serial).shows_from == DAY + timedelta(days=7)
    with clock.held_at(DAY + timedelta(days=7)):
        page = client.post("/en/register/pads/", {"serial": shown(one.serial)}).content.decode()
    assert "Received in March 2026" in page
    assert not any(word in page for word in ("Ford", "Water", "pump", other.serial, one.code))
    assert client.post("/en/register/pads/", {"serial": "000 000 001"}).status_code == 404
    assert client.get("/ar/register/pads/").status_code == 200


def test_the_desk_prints_hears_and_settles(world: World, paper: Paper) -> None:
    client = desk(world, "baraka")
    office = world.areas["Upper Ford"].pk
    page = client.get("/desk/pads/").content.decode()
    assert f'value="{office}"' in page
    answer = client.post("/desk/pads/", {"area": office})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF")
    assert client.post("/desk/pads/", {"area": office}).status_code == 409
    assert client.post("/desk/pads/", {"area": world.areas["High Hill"].pk}).status_code == 422
    pad = SlipPad.objects.get()
    first, *others = pad.slips.order_by("n").values_list("serial", flat=True)
    told = client.post("/desk/hear/", hear_form(client, world, serial=shown(first)))
    text = told.content.decode()
    assert told.status_code == 200
    assert "تحت" in text or "under the flap" in text
    assert 'class="code"' not in text
    assert "http://testserver/" in text, "the paper names the whole address"
    again = client.post("/desk/hear/", hear_form(client, world, serial=first))
    assert again.status_code == 409
    assert found_in(r'name="serial"\s+value="(\d+)"', again.content.decode()) == first
    where = f"/desk/pads/{pad.pk}/"
    refused = client.post(where, {"unused": "\n".join(others[1:]), "count": "3"})
    assert refused.status_code == 422
    assert shown(others[0]) not in refused.content.decode()
    refused = client.post(where, {"unused": "\n".join(others), "count": "four"})
    assert refused.status_code == 422
    assert "how many slips you counted" in refused.content.decode()
    assert client.post(where, {"unused": ", ".join(others), "count": "٤"}).status_code == 302
    assert "Settled on" in client.get(where).content.decode()
    assert desk(world, "grace").get(where).status_code == 200
    assert desk(world, "amina").get(where).status_code == 403


def test_the_paper_has_every_code_and_a_qr_that_decodes(tmp_path: Path) -> None:
    if not (shutil.which("pdftoppm") and shutil.which("zbarimg") and shutil.which("pdftotext")):
        pytest.skip("needs poppler-utils and zbar-tools: scripts/system-packages")
    slips = [PrintedSlip(n, new_serial(), codes.new_code(), bytes([n]) * 16) for n in range(1, 8)]
    pdf = tmp_path / "pad.pdf"
    pdf.write_bytes(slip_paper.draw_pad(slips, find_fonts()))
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    digits = re.sub(r"\D", "", text)
    for one in slips:
        assert one.serial in digits
        assert one.mark.hex() in text
        groups = codes.shown(one.code).split(" ")
        assert " ".join(groups[:3]) in text
        assert " ".join(groups[3:]) in text
    subprocess.run(["pdftoppm", "-r", "110", "-png", pdf, tmp_path / "page"], check=True, capture_output=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) == 2
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pages], capture_output=True, text=True, check=False
    ).stdout
    assert sorted(read.split()) == sorted(slip_paper.pads_address(one.serial) for one in slips)
