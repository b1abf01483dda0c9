"""The desk's pages of things and everybody's, asked for as a browser asks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from answerable.assets import services
from answerable.assets.models import Asset, Check, Keeper, Task, Work
from answerable.evidence.models import Item
from answerable.projects.tests.factories import propose
from tests.support.pictures import a_picture
from tests.support.world import DAY, World

from .factories import committee, look, project, tap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
YEAR_AGO = DAY - timedelta(days=365)


def desk(world: World, who: str = "amina") -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def body(client: Client, address: str, **sent: Any) -> str:
    answer = client.get(address, sent)
    assert answer.status_code == 200
    return answer.content.decode()


def key_of(shown: str) -> str:
    """The form's own key, as the page holds it."""
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', shown)
    assert found is not None
    return found[1]


def test_from_the_list_of_what_is_due_to_the_check_with_a_picture(world: World) -> None:
    asset, client = tap(world, YEAR_AGO), desk(world, "farid")
    page = reverse("assets-desk:asset", args=[asset.pk])
    listed = body(client, reverse("assets-desk:due"))
    assert page in listed
    assert "after 12 months" in listed
    sent = {
        "key": str(uuid4()), "on": DAY.isoformat(), "result": "partly", "fault": "no-parts", "way": "residents",
        "grade": "picture", "nobody_in_it": "yes", "taken_on": "",
        "pictures": SimpleUploadedFile("x.jpg", a_picture(colour="olive"), content_type="image/jpeg"),
    }  # fmt: skip
    answer = client.post(reverse("assets-desk:act", args=[asset.pk, "check"]), sent)
    assert answer["Location"] == f"{page}?done=check"
    check = Check.objects.get()
    assert (check.result, check.months) == ("partly", 12)
    assert page not in body(client, reverse("assets-desk:due"))
    shown = body(Client(), reverse("assets:asset", kwargs={"lang": "en", "asset_id": asset.pk}))
    item = Item.objects.get()
    assert reverse("evidence:small", args=[item.digest]) in shown
    assert "no spare parts" in shown


def test_a_refused_check_says_why_and_keeps_what_was_typed(world: World) -> None:
    asset, client = tap(world, YEAR_AGO), desk(world)
    act = reverse("assets-desk:act", args=[asset.pk, "check"])
    sent = {"key": str(uuid4()), "on": DAY.isoformat(), "result": "not", "way": "visit", "grade": "visit"}
    answer = client.post(act, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Say why it does not work" in text
    assert sent["key"] in text
    assert client.post(act, {**sent, "on": "tomorrow"}).status_code == 422
    bad = SimpleUploadedFile("x.jpg", b"<svg>", content_type="image/jpeg")
    assert client.post(act, {**sent, "fault": "gone", "pictures": bad}).status_code == 415
    assert not Check.objects.exists()


def test_a_picture_with_persons_stays_with_staff(world: World) -> None:
    asset, client = tap(world, YEAR_AGO), desk(world)
    sent = {
        "on": DAY.isoformat(), "result": "working", "way": "cohort", "grade": "picture",
        "pictures": SimpleUploadedFile("x.jpg", a_picture(colour="navy"), content_type="image/jpeg"),
    }  # fmt: skip
    client.post(reverse("assets-desk:act", args=[asset.pk, "check"]), sent)
    item = Item.objects.get()
    assert item.digest not in body(
        Client(), reverse("assets:asset", kwargs={"lang": "en", "asset_id": asset.pk})
    )
    assert reverse("evidence-desk:item", args=[item.pk]) in body(
        client, reverse("assets-desk:asset", args=[asset.pk])
    )


def test_a_thing_is_added_to_a_project(world: World) -> None:
    client, left_by = desk(world), project(world)
    add = reverse("assets-desk:add")
    assert f"?project={left_by.key}" in body(client, add, q="pump")
    assert "Ford" in body(client, add, project=left_by.key)
    sent = {
        "project": left_by.key, "area": world.areas["Ford"].pk, "kind": "water-point", "name-en": "The tap",
        "handed_over_on": YEAR_AGO.isoformat(), "keeper": f"organisation:{committee().pk}", "latitude": "33.5",
        "longitude": "36.25",
    }  # fmt: skip
    for change, status in (
        ({"latitude": "north"}, 400),
        ({"name-en": ""}, 400),
        ({"keeper": "post:x"}, 422),
        ({"handed_over_on": ""}, 422),
        ({"area": world.areas["Well"].pk}, 404),
    ):
        assert client.post(add, {**sent, **change}).status_code == status, change
    assert client.post(add, sent).status_code == 302
    asset = Asset.objects.get()
    assert (asset.latitude, asset.longitude, asset.names) == (33.5, 36.25, {"en": "The tap"})
    assert Keeper.objects.get().organisation == committee()
    assert left_by.key not in body(desk(world, "daudi"), add)


def test_the_calendar_and_its_costs(world: World) -> None:
    asset, client = tap(world, YEAR_AGO), desk(world)

    def act(name: str, **sent: Any) -> int:
        return client.post(reverse("assets-desk:act", args=[asset.pk, name]), sent).status_code

    task = {"name-en": "Grease the pump", "every_months": "6", "payer": "community"}
    assert act("task", **task, amount="50.00", currency="usd") == 302
    assert act("task", **task, amount="1,234.5", currency="XXX") == 400
    assert act("task", **{**task, "every_months": "0"}) == 422
    line = Task.objects.get()
    assert (line.expected_units, line.currency) == (5000, "USD")
    assert "Grease the pump" in body(client, reverse("assets-desk:due"), of="upkeep")
    done = {
        "on": DAY.isoformat(),
        "payer": "keeper",
        "amount": "42.50",
        "currency": "USD",
        "key": str(uuid4()),
    }
    assert act("work", of=f"maintenance:{line.pk}", **done) == 302
    assert act("work", of=f"maintenance:{line.pk}", **done) == 302, "sent twice"
    assert Work.objects.get().cost_units == 4250
    shown = body(client, reverse("assets-desk:asset", args=[asset.pk]))
    assert "42.50" in shown
    assert act("take-back-work", row=Work.objects.get().pk) == 302
    assert act("drop-task", row=line.pk) == 302
    assert act("keeper", keeper=f"post:{world.posts['ford-team'].pk}", on=DAY.isoformat()) == 302
    assert act("keeper", keeper="", on=DAY.isoformat()) == 422
    check = look(world, asset, DAY)
    assert act("take-back-check", row=check.pk) == 302
    other = tap(world, YEAR_AGO)
    foreign = look(world, other, DAY)
    assert act("take-back-check", row=foreign.pk) == 404, "of another thing"
    assert act("paint") == 404
    assert act("strike", reason="twice") == 302
    assert act("strike", reason="twice") == 409
    assert "was struck" in body(client, reverse("assets-desk:asset", args=[asset.pk]))


def test_a_proposed_project_has_left_nothing_yet(world: World) -> None:
    client, add, proposed = desk(world), reverse("assets-desk:add"), propose(world, key="well")
    assert "Nobody has said yet that this project is done" in body(client, add, project=proposed.key)
    sent = {
        "project": proposed.key, "area": world.areas["Ford"].pk, "kind": "water-point", "name-en": "The tap",
        "handed_over_on": DAY.isoformat(),
    }  # fmt: skip
    answer = client.post(add, sent)
    assert answer.status_code == 409
    assert answer.content.decode().count("Nobody has said yet") == 1


def test_a_double_click_makes_one_thing_and_one_line(world: World) -> None:
    client, left_by, add = desk(world), project(world), reverse("assets-desk:add")
    shown = body(client, add, project=left_by.key)
    sent = {
        "key": key_of(shown), "project": left_by.key, "area": world.areas["Ford"].pk, "kind": "water-point",
        "name-en": "The tap", "handed_over_on": YEAR_AGO.isoformat(),
    }  # fmt: skip
    first, second = client.post(add, sent), client.post(add, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    asset = Asset.objects.get()
    assert client.post(add, {**sent, "name-en": "Another tap"}).status_code == 409
    page = reverse("assets-desk:asset", args=[asset.pk])
    act = reverse("assets-desk:act", args=[asset.pk, "task"])
    line = {
        "key": key_of(body(client, page)), "name-en": "Grease the pump", "every_months": "6", "payer": "community",
    }  # fmt: skip
    assert [client.post(act, line).status_code for _ in range(2)] == [302, 302]
    assert Task.objects.get().every_months == 6
    assert client.post(act, {**line, "name-en": "Paint it"}).status_code == 409
    assert (Asset.objects.count(), Task.objects.count()) == (1, 1)


def test_how_much_still_works_for_staff_and_for_everybody(world: World) -> None:
    good, bad, unseen = (tap(world, DAY - timedelta(days=500)) for _ in range(3))
    look(world, good, DAY)
    look(world, bad, DAY, "not")
    client, here = desk(world, "ama"), reverse("assets-desk:working")
    for by in ("area", "subject", "sector", "sponsor", "kind", "nonsense"):
        assert "1 of 2" in body(client, here, by=by)
    assert "Nothing was handed over for so long" in body(client, here, months="24")
    assert "1 of 2" in body(client, here, area=world.areas["Upper Ford"].pk, months="12")
    assert desk(world, "daudi").get(here, {"area": world.areas["Upper Ford"].pk}).status_code == 404
    assert "1 of 2" not in body(desk(world, "daudi"), here)
    county = reverse("assets:working", kwargs={"lang": "en", "area_id": world.areas["Fordland"].pk})
    village = reverse("assets:working", kwargs={"lang": "ar", "area_id": world.areas["Ford"].pk})
    shown = body(Client(), county)
    assert "1 of 2 things" in shown
    assert "Nobody looked at 1 yet" in shown
    assert reverse("assets:asset", kwargs={"lang": "ar", "asset_id": unseen.pk}) in body(Client(), village)
    empty = reverse("assets:working", kwargs={"lang": "en", "area_id": world.areas["Peak"].pk})
    assert "No project has left anything" in body(Client(), empty)
    for address in ("/en/area/99999999/working/", f"/en/asset/{2**63}/", "/en/asset/0/"):
        assert Client().get(address).status_code == 404


def test_only_areas_that_one_may_open_are_links(world: World) -> None:
    tap(world, YEAR_AGO)
    here = reverse("assets-desk:working")
    for who in ("ama", "baraka", "amina", "farid", "chidi", "esi"):
        client = desk(world, who)
        links = set(re.findall(r'href="(\?area=[^"]+)"', body(client, here, by="area")))
        assert bool(links) == (who != "farid"), who
        for link in links:
            assert client.get(here + link.replace("&amp;", "&")).status_code == 200, (who, link)


def test_acts_are_shown_to_who_has_the_right(world: World) -> None:
    add = f'href="{reverse("assets-desk:add")}"'
    for who, may in (("farid", True), ("amina", True), ("chidi", False), ("esi", False)):
        assert (add in body(desk(world, who), reverse("assets-desk:due"), of="all")) == may, who


def test_a_project_is_found_by_each_word_in_any_language(world: World) -> None:
    client, add = desk(world), reverse("assets-desk:add")
    found = f"?project={project(world).key}"
    for text in ("مضخة", "مضخه جديده", "المدرسة", "SCHOOL new", "pump", ""):
        assert found in body(client, add, q=text), text
    for text in ("ar", "zh-hans", "school bridge", "جسر"):
        assert found not in body(client, add, q=text), text


def test_refusals_say_words(world: World) -> None:
    client, left_by = desk(world), project(world)
    sent = {
        "project": left_by.key, "area": world.areas["Ford"].pk, "kind": "", "name-en": "The tap",
        "handed_over_on": YEAR_AGO.isoformat(),
    }  # fmt: skip
    answer = client.post(reverse("assets-desk:add"), sent)
    assert answer.status_code == 422
    assert "Tap or well, Latrine, Road or path" in answer.content.decode()
    asset = tap(world, YEAR_AGO)
    check = {"on": DAY.isoformat(), "result": "", "way": "visit", "grade": "visit"}
    answer = client.post(reverse("assets-desk:act", args=[asset.pk, "check"]), check)
    assert "working, working in part, not working" in answer.content.decode()


def test_a_struck_entry_says_so_to_everybody(world: World) -> None:
    asset = tap(world, YEAR_AGO)
    services.strike_asset(actor=world.actor("amina"), asset=asset.pk, reason="mistake")
    assert "This entry was a mistake" in body(
        Client(), reverse("assets:asset", kwargs={"lang": "en", "asset_id": asset.pk})
    )


def test_the_public_pages_are_small(world: World, django_assert_num_queries: Any) -> None:
    asset = tap(world, DAY - timedelta(days=900), organisation=committee(), latitude=1.5, longitude=2.5)
    for days in (800, 700, 500, 100):
        look(world, asset, DAY - timedelta(days=days))
    for address in (f"/ar/asset/{asset.pk}/", f"/ar/area/{world.areas['Riverland'].pk}/working/"):
        answer = Client().get(address, headers={"Accept-Encoding": "br"})
        assert len(answer.content) < 14_000
        assert "Set-Cookie" not in answer
