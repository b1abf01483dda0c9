"""Residents' pages in a browser: three languages, three widths, with and without script, as a person would use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from answerable.kernel import clock
from answerable.safeguards import codes
from tests.support.browser import barriers, looks_alike, sideways_scroll
from tests.support.village import Village, make_village, tell_and_answer
from tests.support.world import DAY

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ("en", "ar", "zh-hans")
WIDTHS = (320, 360, 1280)
LATER = DAY + timedelta(days=12)


@pytest.fixture
def told(live: str, monkeypatch: pytest.MonkeyPatch) -> Village:
    """The dressed village with one matter claimed done. The clock stands in every thread."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    village = make_village()
    village.code = tell_and_answer(village)
    monkeypatch.setattr(clock, "_source", lambda: LATER)
    return village


#: Text boxes of different elements that lie over each other; a label over its own picture is none.
OVERLAPS = """() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, owner = node.parentElement;
    if (!node.data.trim() || owner.closest('.skip, .hide, option, script, style, svg')) continue;
    if (!owner.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.height > 1) seen.push({node, owner, box, text: node.data.trim().slice(0, 40)});
  }
  const troubles = [];
  for (let i = 0; i < seen.length; i++) for (let j = i + 1; j < seen.length; j++) {
    const a = seen[i], b = seen[j];
    if (a.node === b.node) continue;
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    // Boxes of one line's neighbours may share a few pixels of their height, as line boxes do.
    if (wide > 1 && high > 6) troubles.push(a.text + ' / ' + b.text);
  }
  for (const {box, text} of seen)
    if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) troubles.push('outside: ' + text);
  return troubles;
}"""

#: What is pressed with a thumb, and is no link within a sentence.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, summary, select, textarea, .btn, .top a, .foot a, .list .row a, .pick label, .tiles label, ' +
    'input[type=text], input[type=search]')]
  .filter(e => e.checkVisibility() && !e.closest('.hide'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)}: ${box.width}x${box.height}`)"""


def lint(page: Page, where: str) -> None:
    """No sideways scroll, no text over text, nothing out of the window, targets of 44 pixels."""
    assert sideways_scroll(page) == 0, where
    assert page.evaluate(OVERLAPS) == [], where
    assert page.evaluate(SMALL_TARGETS) == [], where


def addresses(village: Village) -> list[str]:
    county = village.world.areas["Fordland"].pk
    return [
        "", "?q=willow", village.path, f"area/{county}/", f"{village.path}tell/", "tell/", "code/", "promise/",
        "standards/", "what-we-hold/", "nowhere/",
        "register/", "register/board/", "register/pads/",
    ]  # fmt: skip


@looks_alike
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_fit_their_window(told: Village, page_for: Callable[..., Page], lang: str, width: int) -> None:
    page = page_for(width, 740)
    for address in addresses(told):
        page.goto(f"/{lang}/{address}")
        lint(page, f"{lang} {width} {address}")
    page.goto(f"/{lang}/code/")
    page.fill("#f-code", codes.shown(told.code))
    page.click("button.btn")
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    lint(page, f"{lang} {width} case")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_have_no_barriers(told: Village, page_for: Callable[..., Page], lang: str) -> None:
    page = page_for(360, 740)
    for address in addresses(told):
        page.goto(f"/{lang}/{address}")
        assert barriers(page) == [], address
    page.goto(f"/{lang}/code/")
    page.fill("#f-code", "1234")
    page.click("button.btn")
    assert page.locator("#f-code").get_attribute("aria-invalid") == "true"
    assert barriers(page) == [], "wrong code"
    page.fill("#f-code", told.code)
    page.click("button.btn")
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    assert barriers(page) == [], "case"


def test_text_of_twice_the_size_still_fits(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(640, 740)
    for lang in LANGUAGES:
        for address in ("", told.path, f"{told.path}tell/", "code/"):
            page.goto(f"/{lang}/{address}")
            page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
            assert sideways_scroll(page) == 0, f"{lang} {address}"


def test_a_need_is_told_in_arabic_on_a_narrow_screen_without_script(
    told: Village, page_for: Callable[..., Page]
) -> None:
    page = page_for(360, 740, js=False, locale="ar")
    page.goto("/")
    assert page.url.endswith("/ar/")
    page.fill("#q", "الصفصاف العليا")
    page.click("form[role=search] button")
    page.click("#found a")
    assert page.locator("h1").inner_text() == "قرية الصفصاف العليا"
    page.click(".hero .gold")
    page.locator(".tiles label", has_text="الماء").click()
    page.fill("#f-text", "لا ماء في المدرسة منذ أسبوع")
    page.click("form[method=post] button")
    code = page.locator(".code").inner_text()
    assert len(codes.read_code(code)) == 20
    assert code.replace(" ", "") not in page.url
    page.click("main a.btn")
    page.fill("#f-code", code)
    page.click("button.btn")
    assert page.locator("h1").inner_text() == "الأمر عندنا"
    assert page.url.endswith("/ar/code/")


def test_a_keyboard_is_enough_to_tell_a_need(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(1280, 800, js=False)
    page.goto(f"/en/{told.path}tell/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.locator("input[name=subject]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=subject]:checked").get_attribute("value") == "light"
    page.locator("#f-text").focus()
    page.keyboard.type("No light at the clinic.")
    page.locator("#f-sensitive").focus()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "We have it" in page.locator("h1").inner_text()


def test_a_mistake_leads_to_its_field(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(360, 740, js=False)
    page.goto(f"/en/{told.path}tell/")
    page.locator(".tiles label").first.click()
    page.fill("#f-text", "   ")
    page.click("form[method=post] button")
    summary = page.locator(".sum a")
    assert summary.count() == 1
    summary.click()
    assert page.url.endswith("#f-text")
    assert page.locator("input[name=subject]:checked").count() == 1


def test_no_page_sets_a_cookie_unless_it_has_a_form(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(360, 740)
    for address in ("", told.path, "promise/", "standards/"):
        page.goto(f"/en/{address}")
        assert page.context.cookies() == []
    page.goto("/en/code/")
    cookies: list[Any] = page.context.cookies()
    assert [(c["name"], c["httpOnly"], c["sameSite"], c["expires"]) for c in cookies] == [
        ("form", True, "Strict", -1)
    ]


def test_one_request_draws_a_page(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(360, 740)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/en/{told.path}")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [page.url]


def test_forced_colours_and_print_keep_the_words(told: Village, page_for: Callable[..., Page]) -> None:
    page = page_for(360, 740, forced_colors="active")
    page.goto(f"/en/{told.path}tell/")
    # The reader's own colours replace ours; axe reckons with ours.
    assert [found for found in barriers(page) if not found.startswith("color-contrast")] == []
    page.emulate_media(media="print", forced_colors="none")
    page.goto(f"/en/{told.path}")
    assert page.locator("h1").is_visible()
    assert not page.locator(".foot").is_visible()
