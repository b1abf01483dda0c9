"""Projects at the desk in a browser: narrow and wide, from both sides, without barriers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from answerable.evidence.services import keep_document, keep_picture
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.projects import services
from answerable.projects.models import Project
from answerable.projects.rules.sectors import Share
from tests.browser.test_desk import keep, sign_in
from tests.browser.test_public_pages import lint
from tests.support.browser import barriers, looks_alike
from tests.support.pictures import a_picture
from tests.support.village import Village, make_village, tongues
from tests.support.world import DAY

pytestmark = pytest.mark.django_db(transaction=True)

PUMP = tongues(("New pump and pipes at the school", "مضخة وأنابيب جديدة في المدرسة", "学校的新水泵和水管"))
ROAD = tongues(("Gravel for the road to the clinic", "حصى لطريق العيادة", "去诊所的路铺碎石"))
SAID = tongues(
    (
        "The pump is in and water comes all day. Please say whether it does.",
        "رُكّبت المضخة والماء يجري طوال اليوم. أخبرونا من فضلكم إن كان ذلك صحيحا.",
        "水泵已经装好，整天有水。请告诉我们是否属实。",
    )
)


@pytest.fixture
def built(live: str, monkeypatch: pytest.MonkeyPatch) -> Village:
    """The dressed village with a project that went nearly all its way, a silent one, and a choice between them."""
    monkeypatch.setattr(clock, "_source", lambda: DAY)
    village = make_village()
    world = village.world
    amina, farid = world.actor("amina"), world.actor("farid")
    made = {
        key: services.make_project(
            actor=farid,
            key=key,
            area=village.area,
            names=names,
            descriptions=SAID,
            subject=world.subjects["water"],
            no_linked_need=key == "road",
        )
        for key, names in (("pump", PUMP), ("road", ROAD))
    }
    services.record_choice(
        actor=farid,
        key="march",
        area=village.area,
        names=tongues(("What is built first?", "ماذا نبني أولا؟", "先建什么？")),
        on=DAY,
        way="paper",
        options=[
            services.Option(made["pump"], 61),
            services.Option(made["road"], 38),
            services.Option(None, 4),
        ],
        present=110,
        spoiled=3,
        unused=4,
        how=["announced-before", "women-chose-apart", "counted-aloud"],
        texts=SAID,
    )

    def act(key: str, service: Callable[..., Any], actor: Any = amina, **more: Any) -> None:
        pk = made[key].pk
        service(actor=actor, project=pk, version=Project.objects.get(pk=pk).version, **more)

    for key in made:
        act(key, services.move_phase, phase="implementation")
    act(
        "pump", services.set_sectors, sectors=[Share("dac-5", "14030", 10_000), Share("own", "water", 10_000)]
    )
    act("pump", services.set_budget, currency="USD", budget_units=1_234_500, funded_units=1_000_000)
    for name in (("Pump there", "المضخة هنا", "水泵到位"), ("Water flows", "الماء يجري", "通水")):
        act("pump", services.add_milestone, names=tongues(name), planned_on=DAY + timedelta(days=5))
    act("pump", services.revise_milestone, n=1, on=DAY + timedelta(days=9), reason="weather")
    act("pump", services.reach_milestone, n=2)
    act(
        "pump",
        services.record_contribution,
        kind="labour",
        quantity=64,
        measure="work-days",
        value=Amount(32_000, "USD"),
    )
    for stage, colour in (("before", (120, 90, 60)), ("after", (40, 120, 70))):
        item = keep_picture(actor=farid, area=village.area, data=a_picture(colour=colour), nobody_in_it=True)
        act(
            "pump",
            services.add_evidence,
            item=item.pk,
            stage=stage,
            grade="picture",
            spot="well-head",
            texts=PUMP,
        )
    paper = keep_document(actor=farid, area=village.area, sort="minutes", data=b"minutes")
    act("pump", services.add_evidence, item=paper.pk, stage="during", grade="document")
    act("pump", services.claim_completion, texts=SAID)
    act("pump", services.hear_residents, actor=farid, way="meeting", verdict="not", said_done=3, said_not=14)
    act("pump", services.report_snag, kind="broken", texts=SAID)
    monkeypatch.setattr(clock, "_source", lambda: DAY + timedelta(days=40))
    return village


def addresses(village: Village) -> dict[str, str]:
    area = village.area.pk
    return {
        "projects": "/desk/projects/",
        "projects-silent": f"/desk/projects/?silent=1&area={area}",
        "project": "/desk/projects/p/pump/",
        "project-silent": "/desk/projects/p/road/",
        "project-say": "/desk/projects/p/pump/?act=say",
        "project-give": "/desk/projects/p/pump/?act=give",
        "project-describe": "/desk/projects/p/pump/?act=describe",
        "project-evidence": "/desk/projects/p/road/?act=evidence",
        "project-new-where": "/desk/projects/new/",
        "project-new": f"/desk/projects/new/?area={area}",
        "choices": "/desk/projects/choices/",
        "choice": "/desk/projects/choices/c/march/",
        "choice-new": f"/desk/projects/choices/new/?area={area}&replaces=march",
    }


@looks_alike
@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_of_projects_fit_their_window_and_have_no_barriers(
    built: Village, live: str, page_for: Callable[..., Page], language: str, width: int
) -> None:
    page = page_for(width, 740 if width < 1000 else 800)
    sign_in(page, live, built, "amina", language)
    for name, address in addresses(built).items():
        page.goto(address)
        keep(page, f"{name}-{language}-{width}")
        lint(page, f"{language} {width} {name}")
        if width == 360:
            assert barriers(page) == [], f"{language} {name}"


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("en", 1280)])
def test_pictures_come_in_with_the_form_of_evidence(
    built: Village, live: str, page_for: Callable[..., Page], language: str, width: int
) -> None:
    page = page_for(width, 740 if width < 1000 else 800)
    sign_in(page, live, built, "amina", language)
    page.goto("/desk/projects/p/road/?act=evidence")
    send = page.locator("#form button")
    page.locator("[name=stage][value=before]").check()
    send.click()
    assert page.locator("#refusal").is_visible()
    keep(page, f"project-evidence-wrong-{language}-{width}")
    lint(page, f"{language} {width} evidence refused")
    files: list[FilePayload] = [
        {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": a_picture(640, 480, (90, 90, 40))},
        {"name": "notes-of-the-meeting-on-the-road.jpg", "mimeType": "image/jpeg", "buffer": b"none"},
    ]
    page.locator("[name=pictures]").set_input_files(files)
    page.locator("[name=nobody_in_it]").check()
    page.locator("[name=spot]").fill("bend")
    send.click()
    assert page.locator("#refused li").count() == 1
    assert page.locator(".stages img").count() == 1
    keep(page, f"project-evidence-half-{language}-{width}")
