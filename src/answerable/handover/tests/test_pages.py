"""The pages of hand-overs: what comes in, a dossier with its forms, what can be taken along, and the public notice."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from answerable.handover import services
from answerable.handover.models import Acting, Answer, Closing, Lesson
from answerable.handover.selectors import dossier_of
from answerable.kernel import clock
from answerable.promises.tests.factories import promise
from tests.support.world import DAY, World

from .factories import SECOND, Change, case, change

pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.fixture
def two(world: World) -> Change:
    return change(world)


def desk(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def test_the_incoming_team_ticks_lines_and_contests_with_a_reason(world: World, two: Change) -> None:
    mine, made = case(world), promise(world)
    second = two.second()
    page = f"/desk/handover/{two.first.pk}/"
    with clock.held_at(SECOND[0]):
        client = desk(world, "nadia")
        assert client.get("/desk/handover/").context["incoming"][0][0].posting == two.first
        assert client.get(page).context["receivers"][0][0] == str(second.pk)
        form = {"receiver": second.pk, "line": [f"case-{mine.pk}"], "state": "contested"}
        refused = client.post(f"{page}answer/", form)
        assert (refused.status_code, refused.context["ticked"]) == (422, [f"case-{mine.pk}"])
        done = client.post(f"{page}answer/", form | {"reason-contested": "record-is-wrong"}, follow=True)
        assert "Contested: the record is wrong" in done.content.decode()
        assert client.post(f"{page}answer/", {"receiver": second.pk, "state": "all"}).status_code == 302
        # What was contested is not swept in with the rest.
        assert [line.key for line in dossier_of(two.first, clock.today()).unclaimed] == [("case", mine.pk)]
        client.post(f"{page}answer/", form | {"state": "accepted"})
        assert not dossier_of(two.first, clock.today()).unclaimed
        assert client.post(f"{page}answer/", form | {"line": "promise-x"}).status_code == 422
        assert client.post(f"{page}answer/", {"state": "all"}).status_code == 422
    assert Answer.objects.filter(state="accepted").count() == 2
    assert made.pk in set(Answer.objects.filter(kind="promise").values_list("number", flat=True))


def test_the_coordinator_names_who_acts_takes_over_and_closes(world: World, two: Change) -> None:
    mine = case(world)
    page, client = f"/desk/handover/{two.first.pk}/", desk(world, "baraka")
    refused = client.post(f"{page}close/")
    assert refused.status_code == 409
    assert f"case {mine.pk}" in refused.content.decode()
    row = world.posts["fordland-desk"]
    assert client.post(f"{page}acting/", {"post": world.posts["focal-point"].pk}).status_code == 422
    assert client.post(f"{page}acting/", {"post": row.pk}).status_code == 302
    assert client.post(f"{page}answer/", {"receiver": f"post-{row.pk}", "state": "all"}).status_code == 302
    done = client.post(f"{page}close/", follow=True)
    assert "Every line has its owner" in done.content.decode()
    assert (Acting.objects.count(), Closing.objects.get().lines) == (1, 1)
    assert client.post(f"/desk/handover/round/{two.first.round_id}/close/").status_code == 403
    director = desk(world, "ama")
    assert "Round-1" in director.get("/desk/handover/").content.decode()
    assert director.post(f"/desk/handover/round/{two.first.round_id}/close/").status_code == 302


def test_a_lesson_is_written_on_the_page_and_erased_there(world: World, two: Change) -> None:
    page, client = f"/desk/handover/{two.first.pk}/", desk(world, "farid")
    form = {"text": "Ask the water group first.", "language": "en", "subject": world.subjects["water"].pk}
    refused = client.post(f"{page}lesson/", form)
    assert refused.status_code == 422
    assert "Ask the water group first." in refused.content.decode()
    done = client.post(f"{page}lesson/", form | {"read": "yes"}, follow=True)
    assert "It is written down." in done.content.decode()
    client.post(f"{page}lesson/", {"erase": Lesson.objects.get().pk})
    assert "water group" not in client.get(page).content.decode()


def test_it_goes_along_as_one_file_on_paper_and_signed(world: World, two: Change, settings, tmp_path) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    case(world, "bribery")
    promise(world)
    services.name_acting(actor=world.actor("baraka"), posting=two.first, post=world.posts["fordland-desk"])
    page, client = f"/desk/handover/{two.first.pk}/", desk(world, "farid")
    sheet = client.get(f"{page}sheet/").content.decode()
    assert "The pump at the school" in sheet
    # In one piece: nothing is fetched.
    assert "src=" not in sheet
    assert "href=" not in sheet
    for language in ("en", "ar"):
        assert client.get(f"{page}paper/?language={language}").content.startswith(b"%PDF")
    signed = client.get(f"{page}file/")
    assert signed["Content-Disposition"] == f'attachment; filename="dossier-{two.first.pk}-{DAY}.json"'
    assert desk(world, "daudi").get(page).status_code == 404


def test_everybody_reads_who_answers_now_and_no_person(world: World, two: Change) -> None:
    two.second()
    page = f"/en/area/{world.areas['Ford'].pk}/answers/"
    client = Client()
    now = client.get(page)
    assert "First" in now.content.decode()
    assert len(gzip.compress(now.content)) < 14_000
    assert not {name.title() for name in world.staff} & set(now.content.decode().split())
    with clock.held_at(DAY + (SECOND[0] - DAY) / 2):
        gap = client.get(page).content.decode()
        assert "fordland-desk" in gap
        assert "No team is posted here at present." in gap
        assert "Second" in gap
    with clock.held_at(SECOND[0]):
        assert "The team before left" in client.get(page).content.decode()
    assert client.get("/en/area/99999/answers/").status_code == 404
