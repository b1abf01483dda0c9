"""From a code to the payment, from a fund to a picture of a thing that residents confirmed: without script."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from answerable.following.tests.story import AFTER, Story, tell_story
from answerable.kernel import clock
from answerable.promises.services import tick
from answerable.promises.tests.factories import promise
from answerable.safeguards import codes
from tests.browser.test_public_pages import lint
from tests.support.browser import barriers
from tests.support.world import DAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (320, 360, 1280)
PICTURES = os.environ.get("ANSWERABLE_PICTURES")


@pytest.fixture
def told(live: str, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A need that was heard, answered, built and paid; residents have not spoken. The clock stands in every thread."""
    story = tell_story(make_world())
    monkeypatch.setattr(clock, "_source", lambda: AFTER)
    return story


def ask(page: Page, story: Story, lang: str = "en") -> None:
    page.goto(f"/{lang}/code/")
    page.locator("input[name=code]").fill(codes.read_code(story.codes[0]))
    page.click("main form button")


def keep(page: Page, name: str) -> None:
    """Keep a picture for somebody to look at."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_a_resident_goes_from_a_code_to_the_payment_and_confirms(
    told: Story, page_for: Callable[..., Page]
) -> None:
    page = page_for(360, 740, js=False)
    ask(page, told)
    page.get_by_role("button", name="Follow it to the project").click()
    expect(page.locator("#r-payments")).to_contain_text("612.50")
    expect(page.locator("#r-payments")).to_contain_text("Builder Ltd")
    expect(page.locator("#r-residents")).to_contain_text("Residents have not said so yet")
    assert page.locator("#r-pictures img").count() == 2
    page.get_by_role("button", name="Yes, it is done").click()
    expect(page.get_by_role("status")).to_contain_text("Your word counts")
    expect(page.locator("#r-residents")).to_contain_text("Done, and residents say so.")
    assert codes.read_code(told.codes[0]) not in page.url
    told.project.refresh_from_db()
    assert told.project.confirmed_on == AFTER


def test_a_funder_goes_from_the_fund_to_a_picture_of_a_confirmed_thing(
    told: Story, page_for: Callable[..., Page]
) -> None:
    resident = page_for(360, 740, js=False)
    ask(resident, told)
    resident.get_by_role("button", name="Follow it to the project").click()
    resident.get_by_role("button", name="Yes, it is done").click()
    page = page_for(1280, 800, js=False)
    page.goto("/en/fund/wells/")
    page.get_by_role("link", name="A new pump at the school").first.click()
    expect(page.get_by_text("Done, and residents say so.").first).to_be_visible()
    expect(page.get_by_text("612.50").first).to_be_visible()
    picture = page.locator("figure a").last
    expect(picture.locator("img")).to_have_attribute("alt", "The well, after")
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    where = picture.get_attribute("href") or ""
    assert re.fullmatch(r"/picture/[0-9a-f]{64}\.jpg", where)
    assert page.request.get(where).headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pages_lie_well_and_print_on_one_sheet(told: Story, page_for: Callable[..., Page], lang: str) -> None:
    area = told.project.area_id
    public = {
        "project": f"/{lang}/project/pump/",
        "thread": f"/{lang}/project/pump/follow/",
        "promises": f"/{lang}/area/{area}/promises/",
        "village": f"/{lang}/area/{area}/",
    }
    for width in WIDTHS:
        page = page_for(width, 740 if width < 400 else 800, js=False)
        for name, path in public.items():
            page.goto(path)
            lint(page, f"{path} at {width}")
            keep(page, f"{name}-{lang}-{width}")
        ask(page, told, lang)
        page.click(f"form[action='/{lang}/follow/'] button")
        lint(page, f"follow {lang} at {width}")
        keep(page, f"follow-{lang}-{width}")
        assert _sheets(page, f"follow-{lang}-{width}") == 1
        page.goto(public["thread"])
        assert _sheets(page, f"thread-{lang}-{width}") == 1
    page = page_for(1280, 800)
    for path in public.values():
        page.goto(path)
        assert barriers(page) == [], path


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_desks_pages_lie_well(told: Story, live: str, page_for: Callable[..., Page], lang: str) -> None:
    with clock.held_at(DAY):
        made = promise(told.world, texts={"en": "The road is mended.", "ar": "يُصلَح الطريق."}, days=30)
    tick(today=AFTER)
    staff = told.world.staff["ama"]
    staff.language = lang
    staff.save()
    client = Client()
    client.force_login(staff)
    cookie: Any = {"name": "desk", "value": client.cookies["desk"].value, "url": f"{live}/desk/"}
    pages = {
        "list": "/desk/promises/?whose=area",
        "promise": f"/desk/promises/{made.pk}/?act=decline",
        "new": f"/desk/promises/new/?village={told.project.area_id}",
        "case": f"/desk/follow/case/{told.case.pk}/",
        "needs": "/desk/follow/project/pump/",
        "gaps": "/desk/follow/gaps/",
        "public": f"/{lang}/area/{told.project.area_id}/promises/",
    }
    for width in (360, 1280):
        page = page_for(width, 740 if width < 400 else 800, js=False)
        page.context.add_cookies([cookie])
        for name, path in pages.items():
            page.goto(path)
            lint(page, f"{path} at {width}")
            keep(page, f"desk-{name}-{lang}-{width}")
    page = page_for(1280, 800)
    page.context.add_cookies([cookie])
    for path in pages.values():
        page.goto(path)
        assert barriers(page) == [], path


def _sheets(page: Page, name: str) -> int:
    """How many sheets of paper the page prints on."""
    printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    if PICTURES:
        (Path(PICTURES) / f"{name}.pdf").write_bytes(printed)
        page.emulate_media(media="print")
        keep(page, f"{name}-printed")
        page.emulate_media(media="null")
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))
