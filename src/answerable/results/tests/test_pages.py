"""The pages of results: what the desk shows and takes, and what everybody reads."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.results import services
from answerable.results.models import Actual, Framework, Period
from answerable.results.rules import Reading
from tests.support.world import World

from .factories import Frame, number, share
from .test_sheets import GOOD

pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.fixture
def frame(world: World) -> Frame:
    return Frame(world)


def desk(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def at(frame: Frame, indicator: Any, area: str = "Upper Ford", **more: Any) -> dict[str, Any]:
    return {
        "indicator": indicator.key, "period": frame.periods[0].key, "area": frame.world.areas[area].pk, **more,
    }  # fmt: skip


VALUE = "/desk/results/framework/ford-2026/value/"


def test_a_value_is_entered_handed_in_and_approved_at_the_desk(frame: Frame, world: World) -> None:
    happy = frame.indicator("happy", "percentage")
    amina = desk(world, "amina")
    assert "No value yet" in amina.get(VALUE, at(frame, happy)).content.decode()
    refused = amina.post(VALUE, at(frame, happy, do="enter", numerator="70", denominator="60"))
    assert refused.status_code == 422
    assert "more than the whole" in refused.content.decode()
    assert 'value="70"' in refused.content.decode()
    amina.post(VALUE, at(frame, happy, do="enter", numerator="٤٥", denominator="60"))
    assert Actual.objects.get().numerator_e4 == 450_000
    assert amina.post(VALUE, at(frame, happy, do="submit")).status_code == 422
    note = at(frame, happy, do="note", text="Asked 60 at the well.", language="en")
    assert amina.post(VALUE, note).status_code == 422
    assert amina.post(VALUE, note | {"read": "yes"}).status_code == 302
    assert "Done" in amina.post(VALUE, at(frame, happy, do="submit"), follow=True).content.decode()
    baraka = desk(world, "baraka")
    assert "Waits for your approval" in baraka.get("/desk/results/").content.decode()
    page = baraka.get(VALUE, at(frame, happy)).content.decode()
    assert "Send it back" in page
    assert baraka.post(VALUE, at(frame, happy, do="approve")).status_code == 302
    assert Actual.objects.get().state == "approved"
    shown = desk(world, "chidi").get("/desk/results/framework/ford-2026/?period=2025-q4").content.decode()
    assert "75%" in shown


def test_true_figures_are_for_those_who_may_see_figures(frame: Frame, world: World) -> None:
    heard = frame.indicator("heard", counts="people")
    frame.approved(heard, number("7"))
    address = "/desk/results/framework/ford-2026/?period=2025-q4"
    page = desk(world, "chidi").get(address).content.decode()
    assert "rounded in public" in page
    other = desk(world, "grace").get(address).content.decode()
    assert "too few to say" in other
    assert "too few to say" in desk(world, "grace").get(VALUE, at(frame, heard)).content.decode()


def test_a_framework_is_published_and_its_period_locked(frame: Frame, world: World) -> None:
    baraka = desk(world, "baraka")
    address = "/desk/results/framework/ford-2026/settle/"
    early = baraka.post(address, {"act": "lock", "period": frame.periods[1].pk})
    assert early.status_code == 409
    assert baraka.post(address, {"act": "lock", "period": frame.periods[0].pk}).status_code == 302
    assert Period.objects.get(pk=frame.periods[0].pk).locked_on is not None
    assert baraka.post(address, {"act": "publish"}).status_code == 302
    assert Framework.objects.get().published_on is not None


def test_a_sheet_is_taken_in_and_given_out_at_the_desk(world: World) -> None:
    baraka = desk(world, "baraka")

    def send(text: str, **more: Any) -> Any:
        file = SimpleUploadedFile("goals.csv", text.encode(), content_type="text/csv")
        return baraka.post("/desk/results/", {"sheet": file, **more})

    bad = send(GOOD.replace("80,,,", "180,,,"))
    assert bad.status_code == 422
    assert "O14 (value)" in bad.content.decode()
    assert "The sheet is sound" in send(GOOD, rehearse="yes").content.decode()
    assert Framework.objects.count() == 0
    assert send(GOOD).status_code == 302
    for form in ("csv", "xlsx"):
        got = baraka.get(f"/desk/results/framework/ford/sheet/{form}/")
        assert got.headers["Content-Disposition"] == f'attachment; filename="ford.{form}"'
        assert got.content[:2] == (b"PK" if form == "xlsx" else b"\xef\xbb")


def everything(frame: Frame) -> None:
    taps = frame.indicator(unit_words={"en": "taps", "ar": "صنابير"})
    frame.baseline(taps, number("4"))
    frame.target(taps, number("10"))
    frame.approved(taps, number("7"))
    heard = frame.indicator("heard", counts="people")
    frame.baseline(heard, Reading(no_data="never-measured"))
    frame.target(heard, number("50"))
    frame.approved(heard, number("7"))
    rated = frame.indicator("rated", "percentage", counts="people")
    frame.approved(rated, share(41, 63), margin=31_000, sample=63)
    lost = frame.indicator("lost")
    frame.approved(lost, Reading(no_data="lost"))
    frame.indicator("draft")
    card, _ = services.set_scorecard(
        actor=frame.coordinator, framework=frame.framework, key="whole", names={"en": "Whole", "ar": "كل"},
        formula="points", passes=600_000, needs_percent=40,
    )  # fmt: skip
    for indicator, weight in ((taps, 2), (heard, 1)):
        services.set_part(actor=frame.coordinator, scorecard=card, indicator=indicator, weight=weight)
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)


def test_the_public_page_says_what_is_known_and_what_is_missing(
    frame: Frame, world: World, client: Client
) -> None:
    area = f"/en/area/{world.areas['Upper Ford'].pk}/results/"
    assert "No framework is published" in client.get(area).content.decode()
    everything(frame)
    response = client.get(area)
    page = response.content.decode()
    assert "50% of the way" in page
    assert "too few to say" in page
    assert "60%" in page
    assert "of 65" not in page  # the percentage alone
    assert "the figures were lost" in page
    assert "nobody had measured it" in page
    assert "never-measured" not in page
    assert ">7<" in page  # taps
    assert "cases" not in page.split("Heard")[1].split("</li>")[0]
    assert "0 of 1 target with a value is reached" in page
    assert "Of 1 target nothing can be said yet" in page
    assert "Draft" not in page  # neither value nor target: nothing is said of it here
    assert len(gzip.compress(response.content)) < 14_000
    assert "<script" not in page
    assert "ford-2026" in client.get("/en/results/").content.decode()
    arabic = client.get(area.replace("/en/", "/ar/"))
    assert 'dir="rtl"' in arabic.content.decode()
    assert client.get("/en/area/999999/results/").status_code == 404


def test_progress_gives_no_hidden_number_away(frame: Frame, world: World, client: Client) -> None:
    heard = frame.indicator("heard", counts="people")
    frame.baseline(heard, number("12"))
    frame.target(heard, number("100"))
    frame.approved(heard, number("37"))
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    page = client.get(f"/en/area/{world.areas['Upper Ford'].pk}/results/").content.decode()
    # From 35 and 10, which are published, not from 37 and 12: then it would be 28.
    assert "27% of the way" in page
    assert ">37<" not in page
    assert ">12<" not in page


def test_scores_are_computed_from_what_is_published(frame: Frame, world: World, client: Client) -> None:
    heard = frame.indicator("heard", counts="people")
    card, _ = services.set_scorecard(
        actor=frame.coordinator, framework=frame.framework, key="stars", names={"en": "Stars"}, formula="points",
    )  # fmt: skip
    services.set_part(
        actor=frame.coordinator, scorecard=card, indicator=heard, weight=1, floor=0, full=1_000_000
    )
    frame.approved(heard, number("7"), area="Ford")
    frame.approved(heard, number("42"), area="Well")
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    few = client.get(f"/en/area/{world.areas['Ford'].pk}/results/").content.decode()
    assert "Too little is known to say a score" in few
    some = client.get(f"/en/area/{world.areas['Well'].pk}/results/").content.decode()
    assert "40 of 100" in some
    assert ">42<" not in some


def test_a_sum_gives_no_hidden_part_away(frame: Frame, world: World, client: Client) -> None:
    heard = frame.indicator("heard", counts="people", adds_up=True)
    frame.approved(heard, number("9"), area="Ford")
    frame.approved(heard, number("9"), area="Well")
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    address = f"/en/area/{world.areas['Upper Ford'].pk}/results/"
    page = client.get(address).content.decode()
    assert "too few to say" in page
    assert "<bdi>20</bdi>" not in page
    seen = desk(world, "chidi").get("/desk/results/framework/ford-2026/?period=2025-q4").content.decode()
    assert "<bdi>18</bdi>" in seen
    for village in ("Ford", "Well"):
        frame.approved(heard, number("12"), area=village, correction="came-late")
    assert "<bdi>25</bdi>" in client.get(address).content.decode()


def test_villages_are_spread_and_not_ranked(frame: Frame, world: World, client: Client) -> None:
    taps = frame.indicator()
    for village, before, value in (("Ford", "0", "8"), ("Well", "0", "10")):
        frame.baseline(taps, number(before), area=village)
        frame.target(taps, number("10"), area=village)
        frame.approved(taps, number(value), area=village)
    card, _ = services.set_scorecard(
        actor=frame.coordinator, framework=frame.framework, key="stars", names={"en": "Stars"}, formula="stars",
        passes=10_000, in_a_row=1,
    )  # fmt: skip
    services.set_part(actor=frame.coordinator, scorecard=card, indicator=taps, weight=1)
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    page = client.get(f"/en/area/{world.areas['Upper Ford'].pk}/results/").content.decode()
    assert "2 of 2 villages have a score" in page
    assert "1 meets the exit criteria" in page
    assert "Villages are not ranked" in page
    assert page.index(">Ford<") < page.index(">Well<")
    village = client.get(f"/en/area/{world.areas['Well'].pk}/results/").content.decode()
    assert "meets the exit criteria" in village


def test_the_desk_says_which_languages_and_periods(frame: Frame, world: World) -> None:
    services.set_period(
        actor=frame.coordinator, framework=frame.framework, key="later", starts_on=date(2027, 1, 1),
        ends_on=date(2027, 1, 1) + timedelta(days=30),
    )  # fmt: skip
    frame.indicator()
    page = desk(world, "farid").get("/desk/results/framework/ford-2026/").content.decode()
    assert "2027" in page
    assert "Publish it" not in page
