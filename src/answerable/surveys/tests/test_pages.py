"""The pages of surveys: the office plans and draws, the collector prints and counts, a card answers, everybody reads."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.test import Client

from answerable.kernel import clock
from answerable.places.models import AreaCode
from answerable.surveys import cards, selectors, services
from answerable.surveys.forms import sizes_in
from answerable.surveys.models import CardMark, Survey, Tally
from answerable.surveys.published import as_csv
from answerable.web.figures import day
from tests.support.world import DAY, World

from .factories import QUESTIONS, design, drawn, organisation, place_named, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
TOMORROW = DAY + timedelta(days=1)
TYPED = {
    "margin": "12", "confidence": "95", "expected": "50", "alike": "5", "take": "20", "response": "100", "minimum": "0",
    "allocation": "proportional", "population": "dwellings", "sizes": "Ford, 60\nwell\u060c \u0664\u0660\nmill\uff0c80\n",
    "starts_on": "2026-03-03", "ends_on": "2026-03-20", "questions": list(QUESTIONS),
}  # fmt: skip


@pytest.fixture(autouse=True)
def unlimited() -> None:
    selectors._tries.cache_clear()


def desk(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.staff[name])
    return client


def test_the_plan_is_shown_with_its_formula_before_anything_is_designed(world: World) -> None:
    organisation()
    client = desk(world, "baraka")
    page = f"/desk/surveys/new/{world.areas['Fordland'].pk}/"
    assert "Ford, " in client.get(page).content.decode()
    said = client.post(page, TYPED | {"do": "plan"}).content.decode()
    assert "Cochran" in said
    assert "66.7" in said  # n0 = 1.96^2 / 4 / 0.12^2
    assert not Survey.objects.exists()
    for field, typed, told in (
        ("margin", "five", "is no number for this field (margin)"),
        ("margin", "101", "from 0.5 to 25"),
        ("sizes", "Ford, many", "Line 1"),
        ("sizes", "Ford, 60\nFord, 60", "Line 2"),
        ("sizes", "Ford, 0", "Line 1"),
    ):
        answer = client.post(page, TYPED | {"do": "plan", field: typed})
        assert answer.status_code == 422
        assert told in answer.content.decode(), field
        assert 'class="field bad"' in answer.content.decode(), field
    post = world.posts["fordland-audit"].pk
    made = client.post(page, TYPED | {"do": "design", "collector": "university", "collector_post": post})
    survey = Survey.objects.get()
    assert made.headers["Location"] == f"/desk/surveys/{survey.pk}/?done=1"
    with clock.held_at(TOMORROW):
        client.post(f"/desk/surveys/{survey.pk}/", {"do": "draw", "dice": "351624"})
        shown = client.get(f"/desk/surveys/{survey.pk}/").content.decode()
    assert survey.commitment in shown
    assert "Mill" in shown
    listed = Client().get(f"/surveys/{survey.pk}-draw.csv").content.decode()
    assert len(listed.splitlines()) == 3


def test_a_list_may_have_codes_with_their_scheme_and_less_than_all_villages(world: World) -> None:
    AreaCode.objects.create(area=world.areas["Ford"], scheme="pcode", code="SS0101")
    area = world.areas["Fordland"]
    assert [row.name for row, _ in sizes_in("pcode:SS0101, 60\nmill, 80", area)] == ["Ford", "Mill"]
    survey = design(world, sizes=sizes_in("PCODE:ss0101, 60\nmill, 80", area))
    assert (
        "2 of 3 villages were on the list."
        in desk(world, "baraka").get(f"/desk/surveys/{survey.pk}/").content.decode()
    )
    head = "question,good_percent,low_percent,high_percent,answers,asked"
    assert as_csv(survey) == f"{head},villages_listed,villages\n"
    # The file of a survey from before the villages were kept stays what it was.
    survey.villages = None
    assert as_csv(survey) == f"{head}\n"
    # A village is no area of a survey.
    assert "/new/" not in desk(world, "baraka").get("/desk/surveys/?q=Mill").content.decode()


def test_the_collector_prints_cards_and_counts_paper_on_one_page(world: World) -> None:
    place = place_named(drawn(world), "Mill")
    page = f"/desk/surveys/place/{place.pk}/"
    with clock.held_at(TOMORROW):
        chidi = desk(world, "chidi")
        paper = chidi.post(page, {"do": "cards", "count": "3"})
        assert paper.content.startswith(b"%PDF")
        assert "no-store" in paper.headers["Cache-Control"]
        assert CardMark.objects.count() == 3
        typed = {"do": "paper", "answers": "8", "listened.good": "8", "knows-complaint.yes": "7"}
        told = chidi.post(page, typed)
        assert (told.status_code, Tally.objects.filter(paper__gt=0).count()) == (422, 0)
        assert "Do you know how to complain" in told.content.decode()
        assert chidi.post(page, typed | {"knows-complaint.no": "x"}).status_code == 422
        assert chidi.post(page, typed | {"knows-complaint.no": "1"}).status_code == 302
        assert 'value="7"' in chidi.get(page).content.decode()
        # Others see how it is done and how many answered, and no sums.
        other = desk(world, "baraka").get(page).content.decode()
    assert "knows-complaint" not in other
    assert "8 on paper" in other
    instructions = desk(world, "baraka").get(f"/desk/surveys/{place.stratum.survey_id}/instructions/")
    assert instructions.content.startswith(b"%PDF")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_card_is_used_without_script_cookie_or_address(world: World, lang: str) -> None:
    place = place_named(drawn(world), "Mill")
    with clock.held_at(TOMORROW):
        (number,) = services.print_cards(actor=world.actor("chidi"), cluster=place.pk, count=1)
        client = Client()
        page = f"/{lang}/survey/"
        asked = client.post(page, {"code": cards.shown(number)})
        text = asked.content.decode()
        assert text.count('type="radio"') == 9
        assert "<script" not in text
        assert len(gzip.compress(asked.content)) < 14_000
        assert set(client.cookies) <= {"form"}, "the mark against forged forms, and nothing else"
        missing = client.post(page, {"code": number, "do": "answer", "listened": "good"})
        assert missing.status_code == 422
        assert 'value="good" required checked' in " ".join(missing.content.decode().split())
        sent = {"code": number, "do": "answer", "listened": "good", "knows-complaint": "no"}
        assert client.post(page, sent).status_code == 200
        assert client.post(page, sent).status_code == 404
    assert sum(Tally.objects.values_list("cards", flat=True)) == 2


def test_everybody_reads_what_may_be_said_and_the_desk_marks_the_rest(world: World) -> None:
    survey = drawn(world)
    chidi, baraka = world.actor("chidi"), world.actor("baraka")
    with clock.held_at(TOMORROW):
        for name, good in (("Ford", 12), ("Well", 9), ("Mill", 10)):
            place = place_named(survey, name)
            counts = sheet(place.take, good, ("listened",)) | sheet(
                place.take, place.take - 1, ("knows-complaint",)
            )
            services.count_paper(actor=chidi, cluster=place.pk, answers=place.take, counts=counts)
        assert "What it says" not in desk(world, "baraka").get(f"/desk/surveys/{survey.pk}/").content.decode()
        services.close_survey(actor=baraka, survey=survey.pk)
        assert Client().get(f"/surveys/{survey.pk}.csv").status_code == 404
        services.publish_survey(actor=baraka, survey=survey.pk)
        shown = desk(world, "baraka").get(f"/desk/surveys/{survey.pk}/").content.decode()
        everybody = Client().get("/en/surveys/").content.decode()
    assert shown.count("not to be published") == 5  # two questions in two strata, and one of the whole
    assert "What it says" in shown
    lines = Client().get(f"/surveys/{survey.pk}.csv").content.decode().splitlines()
    assert lines[1].startswith("listened,")
    assert lines[2].startswith("knows-complaint,withheld,withheld,withheld,")
    assert "Too few answered for or against" in everybody
    # It was closed before its last planned day.
    assert "3 of 3 villages were on the list." in everybody
    assert "3 of 3 villages were on the list." in shown
    assert f"{day(TOMORROW)} to {day(TOMORROW)}" in everybody
    assert lines[0].endswith(",asked,villages_listed,villages")
    assert lines[1].endswith(",3,3")
    assert all(int(part) % 5 == 0 for part in lines[1].split(",")[1:5])
