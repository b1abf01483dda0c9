"""The desk in a browser: without script, narrow and wide, from both sides; and a handler's day from end to end."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page

from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.listening import services
from answerable.listening.models import Case
from answerable.listening.services.releasing import release_due
from answerable.listening.template_files import import_templates
from answerable.safeguards import codes
from tests.browser.test_public_pages import lint
from tests.support.browser import barriers, looks_alike
from tests.support.village import Village, make_village, tell_and_answer
from tests.support.world import DAY

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ("en", "ar", "zh-hans")
#: A folder to keep pictures of the pages in, for people to look at.
PICTURES = os.environ.get("ANSWERABLE_PICTURES")
TEXTS = {
    "en": "The pump at the school gives no water since August, and the small ones walk to the river.",
    "ar": "المضخة عند المدرسة لا تعطي ماء منذ أغسطس، والصغار يمشون إلى النهر.",
    "zh-hans": "学校旁边的水泵从八月起就不出水了，孩子们要走到河边打水。",
}


@pytest.fixture
def told(live: str, monkeypatch: pytest.MonkeyPatch) -> Village:
    """The dressed village, one matter claimed done, three open ones in three languages, one sensitive."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    village = make_village()
    import_templates(actor=village.world.actor("grace"))
    village.code = tell_and_answer(village)
    for language, text in TEXTS.items():
        hear(village, "water-supply", text, language)
    hear(village, "bribery", "They asked for money.", "en")
    monkeypatch.setattr(clock, "_source", lambda: DAY + timedelta(days=12))
    return village


def hear(village: Village, subject: str, text: str, language: str) -> str:
    heard = services.receive_feedback(
        actor=PUBLIC,
        area=village.area,
        kind="need",
        subject=village.world.subjects[subject],
        text=text,
        language=language,
        channel="web",
    )
    return heard.code or ""


def sign_in(page: Page, live: str, village: Village, name: str, language: str = "en") -> None:
    staff = village.world.staff[name]
    staff.language = language
    staff.save()
    client = Client()
    client.force_login(staff)
    cookie = client.cookies["desk"]
    page.context.add_cookies([{"name": "desk", "value": cookie.value, "url": f"{live}/desk/"}])


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def addresses(village: Village) -> dict[str, str]:
    case = Case.objects.filter(words__language="ar", sensitive=False).latest("pk")
    claimed = Case.objects.filter(state="claimed_done").latest("pk")
    posts = village.world.posts
    query = f"from={posts['upper-ford-desk'].pk}&to={posts['fordland-desk'].pk}"
    return {
        "inbox": "/desk/?whose=area",
        "empty": "/desk/?q=nothingatall",
        "case": f"/desk/case/{case.pk}/",
        "answer": f"/desk/case/{case.pk}/?act=answer&template=visit-planned&language=ar",
        "screen": f"/desk/case/{case.pk}/?act=screen",
        "join": f"/desk/case/{case.pk}/?act=join",
        "plan": f"/desk/case/{case.pk}/?act=plan",
        "claimed": f"/desk/case/{claimed.pk}/?act=residents-word",
        "hear-where": "/desk/hear/",
        "hear": f"/desk/hear/?village={village.area.pk}",
        "sessions": "/desk/sessions/",
        "session": f"/desk/sessions/new/?village={village.area.pk}",
        "reassign": f"/desk/reassign/?{query}",
        "figures": "/desk/figures/?by=subject",
        "rounds": "/desk/programme/",
        "teams": "/desk/programme/teams/",
        "posts": "/desk/programme/posts/",
        "matrix": "/desk/programme/matrix/",
        "standards": "/desk/programme/standards/",
        "nowhere": "/desk/nowhere/",
    }


@looks_alike
@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_their_window_and_have_no_barriers(
    told: Village, live: str, page_for: Callable[..., Page], language: str, width: int
) -> None:
    page = page_for(width, 740 if width < 1000 else 800)
    sign_in(page, live, told, "baraka", language)
    for name, address in addresses(told).items():
        page.goto(address)
        keep(page, f"{name}-{language}-{width}")
        lint(page, f"{language} {width} {name}")
        if width == 360:
            assert barriers(page) == [], f"{language} {name}"


@looks_alike
def test_the_report_of_a_year_fits_a_narrow_window(
    told: Village, live: str, page_for: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_source", lambda: DAY + timedelta(days=60))
    release_due()
    page = page_for(360, 740)
    for language in ("en", "ar"):
        sign_in(page, live, told, "baraka", language)
        page.goto("/desk/report/")
        assert page.locator("table.cards td[data-label]").count() > 0
        keep(page, f"report-{language}")
        lint(page, f"report {language}")


def test_a_page_of_the_desk_is_small(told: Village, live: str, page_for: Callable[..., Page]) -> None:
    page = page_for()
    sign_in(page, live, told, "baraka")
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/desk/?whose=area&all=yes")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) < 100_000


def test_a_handler_answers_without_script_on_a_narrow_screen(
    told: Village, live: str, page_for: Callable[..., Page]
) -> None:
    page = page_for(360, 740, js=False)
    sign_in(page, live, told, "amina")
    page.goto("/desk/")
    page.fill("#q", "المضخة")
    page.click("form .btn")
    page.click("td a.open")
    page.click("a[href*='act=answer']")
    assert page.locator("#f-language").input_value() == "ar"
    page.select_option("#template", "visit-planned")
    page.click("#form .out")
    assert "سيأتي" in page.locator("#f-text").input_value()
    page.check("input[name=decision][value=will-do]")
    page.fill("#f-public", "We come and look at the pump.")
    page.click("#form form[method=post] .btn")
    assert "points at nobody" in page.locator("#refusal").inner_text()
    assert "سيأتي" in page.locator("#f-text").input_value()
    page.check("input[name=public_read]")
    page.click("#form form[method=post] .btn")
    assert "Done: Answer." in page.locator("main").inner_text()


def test_a_session_is_recorded_and_what_was_said_in_it_gets_a_slip_in_arabic(
    told: Village, live: str, page_for: Callable[..., Page]
) -> None:
    page = page_for(360, 740, js=False)
    sign_in(page, live, told, "farid")
    page.goto("/desk/sessions/")
    page.click("main .btn")
    page.click("main .list a")
    page.fill("#languages", "ar, en")
    page.fill("#present", "٤٢")
    page.click("form[action$='/new/'] .btn")
    assert page.locator("#language").input_value() == "ar"
    page.check("input[name=kind][value=need]")
    page.select_option("#subject", "water-supply")
    page.fill("#text", "لا ماء في المدرسة")
    page.click("form[action='/desk/hear/'] .btn")
    slip = page.locator(".slip")
    assert slip.get_attribute("dir") == "rtl"
    code = slip.locator(".code").inner_text()
    assert codes.read_code(code)
    keep(page, "slip-ar-360")
    lint(page, "slip")
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    page.emulate_media(media="screen")
    page.click("a[href*='session=']")
    assert page.locator("#session").input_value() != ""
    page.context.clear_cookies()
    page.goto("/ar/code/")
    page.fill("#f-code", code)
    page.click("button.btn")
    assert page.locator("ol.time").count() == 1
