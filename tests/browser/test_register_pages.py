"""The register's pages, receipts and slips in a browser, with a signed checkpoint to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page

from answerable.kernel import clock
from answerable.listening.services import PrintedSlip, issue_pad, pads
from answerable.register.publishing import publish
from answerable.register.sequencing import sequence
from answerable.safeguards import codes
from tests.support.browser import barriers, looks_alike
from tests.support.registers import Log
from tests.support.village import Village, make_village, tell_and_answer
from tests.support.world import DAY

from .test_public_pages import LANGUAGES, WIDTHS, lint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed(live: str, log: Log, monkeypatch: pytest.MonkeyPatch) -> Village:
    """The village with one matter in the register and a pad of three slips."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    monkeypatch.setattr(pads, "SLIPS", 3)
    village = make_village()
    village.code = tell_and_answer(village)

    def draw(slips: Sequence[PrintedSlip]) -> bytes:
        village.slips = [slip.serial for slip in slips]  # type: ignore[attr-defined]
        return b""

    world = village.world
    issue_pad(actor=world.actor("baraka"), area=world.areas["Upper Ford"], draw=draw)
    sequence(seal=True)
    publish()
    return village


def serial(village: Village) -> str:
    slips: list[str] = village.slips  # type: ignore[attr-defined]
    return slips[0]


@looks_alike
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_they_fit_and_have_no_barriers(
    signed: Village, page_for: Callable[..., Page], lang: str, width: int
) -> None:
    page = page_for(width, 740)

    def look(where: str) -> None:
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        lint(page, f"{lang} {width} {where}")
        if width == WIDTHS[1]:
            assert barriers(page) == [], where

    for address in ("register/", "register/board/", f"register/pads/?serial={serial(signed)}"):
        page.goto(f"/{lang}/{address}")
        assert page.locator("svg.qr").count() == ("pads" not in address)
        look(address)
    page.goto(f"/{lang}/code/")
    page.fill("#f-code", codes.shown(signed.code))
    page.click("button.btn")
    assert page.locator("#receipt button").count() == 1
    look("code")
    page.goto(f"/{lang}/{signed.path}tell/")
    page.locator(".tiles label").first.click()
    page.fill("#f-text", "No water")
    page.click("form[method=post] button")
    assert page.locator("svg.qr").count() == 1
    look("told")


def test_a_proof_is_downloaded_and_verified_in_the_same_browser(
    signed: Village, page_for: Callable[..., Page], log: Log
) -> None:
    page = page_for(360, 740)
    page.goto("/en/code/")
    page.fill("#f-code", signed.code)
    page.click("button.btn")
    with page.expect_download() as got:
        page.locator("#receipt button").click()
    assert signed.code not in got.value.url
    assert got.value.suggested_filename == "receipt.tlog-proof"
    page.goto("/register/verify.html")
    page.set_input_files("#file", got.value.path())
    page.fill("#keys", log.vkey)
    page.wait_for_function("() => document.getElementById('text').value")
    page.click("#go")
    page.wait_for_selector("#verdict[data-verdict]")
    assert page.get_attribute("#verdict", "data-verdict") == "VALID", page.inner_text("#why")
    assert "a matter was received" in page.inner_text("#why")


def test_a_board_sheet_is_one_page_of_paper(signed: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(1280, 800)
    for lang in LANGUAGES:
        page.goto(f"/{lang}/register/board/")
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_the_desk_settles_a_pad_with_no_barriers(signed: Village, page_for: Callable[..., Page]) -> None:
    staff = signed.world.staff["baraka"]
    staff.set_password("a long password")
    staff.save()
    page = page_for(360, 740)
    page.goto("/desk/pads/")
    page.fill("[name=username]", "baraka")
    page.fill("[name=password]", "a long password")
    page.click("main form button")
    assert barriers(page) == []
    lint(page, "pads")
    page.click(".list a")
    page.fill("#count", "2")
    page.click("main form button")
    assert "3" in page.locator("[role=alert]").inner_text()
    assert barriers(page) == []
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    lint(page, "pad")
    page.fill("#unused", "\n".join(signed.slips))  # type: ignore[attr-defined]
    page.fill("#count", "3")
    page.click("main form button")
    assert page.locator("form[action*=pads]").count() == 0
