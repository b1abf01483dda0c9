"""Surveys in a browser: the office's pages and the card's fit a small telephone, from both sides, and bar nobody."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page

from answerable.kernel import clock
from answerable.surveys import cards, services
from answerable.surveys.models import Survey
from answerable.surveys.tests.factories import drawn, place_named, rated_team, sheet
from tests.browser.test_public_pages import lint
from tests.support.browser import barriers, looks_alike
from tests.support.world import DAY, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
#: A folder to keep pictures of the pages in, for people to look at; then every page is taken wide as well.
PICTURES = os.environ.get("ANSWERABLE_PICTURES")
WIDTHS = ((360, 740), (1280, 800)) if PICTURES else ((360, 740),)
#: From right to left is the harder side.
LANGUAGES = ("en", "ar") if PICTURES else ("ar",)


@pytest.fixture
def world(live: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small world, the day after its Monday, committed."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    return make_world()


@looks_alike
def test_pages_of_surveys_fit_a_small_telephone_and_bar_nobody(
    world: World, live: str, page_for: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = drawn(world)
    rated_team(world)
    mill = place_named(survey, "Mill")
    monkeypatch.setattr(clock, "_source", lambda: DAY + timedelta(days=1))
    (number,) = services.print_cards(actor=world.actor("chidi"), cluster=mill.pk, count=1)
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    done = published_tomorrow(world, monkeypatch)
    desk = {
        "list": "/desk/surveys/",
        "new": f"/desk/surveys/new/{world.areas['Fordland'].pk}/",
        "drawn": f"/desk/surveys/{survey.pk}/",
        "place": f"/desk/surveys/place/{mill.pk}/",
        "done": f"/desk/surveys/{done.pk}/",
    }
    for width, height in WIDTHS:
        for language in LANGUAGES:
            page = page_for(width, height, js=False)
            for name, address in desk.items():
                staff = world.staff["baraka" if name == "new" else "chidi"]
                staff.language = language
                staff.save()
                client = Client()
                client.force_login(staff)
                page.context.add_cookies(
                    [{"name": "desk", "value": client.cookies["desk"].value, "url": f"{live}/desk/"}]
                )
                page.goto(address)
                if name == "new":
                    page.fill("#f-sizes", "Ford, 60\nWell, 40\nMill, 80")
                    page.click("button[value=plan]")
                    assert "Cochran" in page.content()
                look(page, f"{name}-{language}-{width}")
            reader = page_for(width, height, js=False)
            reader.goto(f"/{language}/surveys/")
            look(reader, f"public-{language}-{width}")
            reader.goto(f"/{language}/survey/")
            look(reader, f"card-{language}-{width}")
            reader.fill("#f-code", cards.shown(number))
            reader.click("button.btn")
            assert reader.locator("input[type=radio]").count() == 9
            look(reader, f"questions-{language}-{width}")


def published_tomorrow(world: World, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """Another survey, from its design to its publication."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    found = drawn(world)
    monkeypatch.setattr(clock, "_source", lambda: DAY + timedelta(days=1))
    for name, good in (("Ford", 12), ("Well", 9), ("Mill", 10)):
        place = place_named(found, name)
        counts = sheet(place.take, good, ("listened",)) | sheet(
            place.take, place.take - 1, ("knows-complaint",)
        )
        services.count_paper(actor=world.actor("chidi"), cluster=place.pk, answers=place.take, counts=counts)
    services.close_survey(actor=world.actor("baraka"), survey=found.pk)
    return services.publish_survey(actor=world.actor("baraka"), survey=found.pk)


def look(page: Page, name: str) -> None:
    """No barriers, nothing that does not fit; and a picture, where pictures are kept."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
    lint(page, name)
    if "-360" in name:
        assert barriers(page) == [], name
