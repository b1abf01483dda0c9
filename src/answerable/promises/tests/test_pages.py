"""The pages of promises: the desk's list, form and acts, and what everybody reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.kernel import clock
from answerable.promises import services
from answerable.promises.models import Promise, Saying
from tests.support.world import DAY, World

from .factories import project, promise, session

pytestmark = pytest.mark.usefixtures("on_monday")


def desk(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def test_a_promise_is_written_down_from_the_sessions_page(world: World) -> None:
    held = session(world)
    client = desk(world, "farid")
    assert f"/desk/promises/new/?session={held.pk}" in client.get("/desk/sessions/").content.decode()
    page = client.get(f"/desk/promises/new/?session={held.pk}")
    form = {
        "session": held.pk,
        "village": held.area_id,
        "key": page.context["typed"]["key"],
        "text-en": "The well is cleaned.",
        "text-ar": "تُنظَّف البئر.",
        "due_on": (DAY + timedelta(days=30)).isoformat(),
        "post": world.posts["ford-team"].pk,
    }
    refused = client.post("/desk/promises/new/", form)
    assert refused.status_code == 422
    assert "The well is cleaned." in refused.content.decode()
    done = client.post("/desk/promises/new/", form | {"read": "yes"}, follow=True)
    assert "It is written down" in done.content.decode()
    row = Promise.objects.get()
    assert (row.session_id, row.texts["ar"]) == (held.pk, "تُنظَّف البئر.")


def test_without_a_session_the_village_is_chosen_first(world: World) -> None:
    client = desk(world, "amina")
    page = client.get("/desk/promises/new/?q=ford").content.decode()
    assert f"?village={world.areas['Ford'].pk}" in page
    assert f"?village={world.areas['Peak'].pk}" not in page
    assert client.get(f"/desk/promises/new/?village={world.areas['Peak'].pk}").context.get("posts") is None
    assert client.get(f"/desk/promises/new/?session={session(world).pk + 9}").status_code == 404


def test_my_list_goes_by_the_promised_day(world: World) -> None:
    late, soon = promise(world, days=40), promise(world, days=3)
    promise(world, who="farid", post="ford-team", days=1)
    client = desk(world, "amina")
    with clock.held_at(DAY + timedelta(days=10)):
        rows = client.get("/desk/promises/").context["page"].object_list
        assert [row.pk for row in rows] == [soon.pk, late.pk]
        assert client.get("/desk/promises/?whose=area").context["page"].paginator.count == 3
        assert client.get("/desk/promises/?whose=area&late=1").context["page"].paginator.count == 2
    services.keep(
        actor=world.actor("amina"), promise=soon.pk, version=1, text="Done.", language="en", read=True
    )
    assert client.get("/desk/promises/?whose=area").context["page"].paginator.count == 2
    assert client.get("/desk/promises/?whose=area&all=1").context["page"].paginator.count == 3


def test_an_act_is_done_and_a_stale_one_keeps_the_words(world: World) -> None:
    row = promise(world)
    project(world)
    client = desk(world, "amina")
    for act in ("tell", "keep", "take-up", "decline"):
        assert client.get(f"/desk/promises/{row.pk}/?act={act}").context["form"].key == act
    form = {"version": 1, "text": "Parts have come.", "language": "en", "read": "yes", "until": ""}
    done = client.post(f"/desk/promises/{row.pk}/act/tell/", form, follow=True)
    assert "Done: Give a word." in done.content.decode()
    stale = client.post(f"/desk/promises/{row.pk}/act/keep/", form | {"text": "My long words."})
    assert stale.status_code == 409
    assert "My long words." in stale.content.decode()
    assert "Word was given" in stale.content.decode()
    client.post(f"/desk/promises/{row.pk}/erase/", {"saying": Saying.objects.get().pk})
    assert "Parts have come." not in client.get(f"/desk/promises/{row.pk}/").content.decode()


def test_who_does_not_owe_it_is_offered_nothing(world: World) -> None:
    row = promise(world)
    assert desk(world, "chidi").get(f"/desk/promises/{row.pk}/").context["ways"] == []
    assert len(desk(world, "baraka").get(f"/desk/promises/{row.pk}/").context["ways"]) == 4
    refused = desk(world, "farid").post(f"/desk/promises/{row.pk}/act/tell/", {"version": 1, "text": "x"})
    assert refused.status_code in {403, 422}


def test_everybody_reads_what_was_promised_and_how_late_it_is(world: World) -> None:
    row = promise(world, days=20)
    services.tell(
        actor=world.actor("amina"), promise=row.pk, version=1, text="Parts come.", language="en", read=True
    )
    with clock.held_at(DAY + timedelta(days=30)):
        services.tick()
        page = Client().get(f"/en/area/{world.areas['Ford'].pk}/promises/").content.decode()
    for said in (
        "The pump at the school is repaired.",
        "This is late.",
        "10 days ago",
        "gone up",
        "Parts come.",
    ):
        assert said in page, said
    above = Client().get(f"/ar/area/{world.areas['Fordland'].pk}/promises/")
    assert above.status_code == 200
    assert Client().get("/en/area/987654/promises/").status_code == 404
    empty = Client().get(f"/en/area/{world.areas['Well'].pk}/promises/").content.decode()
    assert "No promise is written down" in empty


def test_the_page_names_the_post_that_gave_its_word_and_the_one_that_answers_now(world: World) -> None:
    promise(world, who="farid", post="ford-team", days=20)
    address = f"/en/area/{world.areas['Ford'].pk}/promises/"
    row = Client().get(address).context["promises"][0]
    assert ("ford-team" in row["post"], row["now"], row["ups"]) == (True, "", 0)
    with clock.held_at(DAY + timedelta(days=150)):
        services.tick()
        page = Client().get(address)
        row = page.context["promises"][0]
    # The fourth time there was nobody above.
    assert Promise.objects.get().escalations == 4
    assert ("ford-team" in row["post"], "director" in row["now"], row["ups"]) == (True, True, 3)
    assert "It has gone up a level 3 times." in page.content.decode()


def test_the_page_counts_every_promise(world: World) -> None:
    rows = [promise(world) for _ in range(4)]
    given: dict[str, Any] = {
        "actor": world.actor("amina"),
        "version": 1,
        "language": "en",
        "read": True,
        "text": "So it is.",
    }
    services.keep(promise=rows[0].pk, **given)
    services.take_up(promise=rows[1].pk, project=project(world), **given)
    services.decline(promise=rows[2].pk, reason="no-money", **given)
    with clock.held_at(DAY + timedelta(days=60)):
        page = Client().get(f"/en/area/{world.areas['Ford'].pk}/promises/")
    counted = [page.context[name] for name in ("open", "late", "kept", "taken_up", "declined")]
    assert counted == [1, 1, 1, 1, 1]
    assert "1 taken up by a project · 1 declined with the reason" in page.content.decode()


def test_a_promise_that_a_project_took_up_leads_there(world: World) -> None:
    row = promise(world)
    services.take_up(
        actor=world.actor("amina"), promise=row.pk, version=1, project=project(world), text="Begun.", language="en",
        read=True,
    )  # fmt: skip
    page = Client().get(f"/en/area/{world.areas['Ford'].pk}/promises/").content.decode()
    assert 'href="/en/project/pump/"' in page
    assert "/desk/projects/p/pump/" in desk(world, "amina").get(f"/desk/promises/{row.pk}/").content.decode()
    assert "/desk/follow/project/pump/" in desk(world, "amina").get("/desk/projects/p/pump/").content.decode()
