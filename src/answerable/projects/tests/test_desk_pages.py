"""Projects at the desk: the list, every act's form, refusals that keep what was typed, double clicks, choices."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.kernel import clock
from answerable.programme.models import Sponsor
from answerable.projects import selectors, services, words
from answerable.projects.forms.acts import ACTS, BY_KEY
from answerable.projects.models import Choice, Project, ProjectStep, ProjectWord, ResidentsWord
from answerable.projects.problems import MoveRefused
from answerable.projects.rules import choosing, confirming, given, phases, proof
from answerable.projects.rules import words as fixed
from tests.support.world import DAY, World

from .factories import NAMES, by, choice, claimed, propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def desk(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.staff[who])
    return client


def act(client: Client, project: Project, key: str, /, **sent: Any) -> Any:
    sent.setdefault("version", selectors.project_by_key(project.key).version)
    return client.post(f"/desk/projects/p/{project.key}/{key}/", sent)


def page(client: Client, project: Project, query: str = "") -> str:
    response = client.get(f"/desk/projects/p/{project.key}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_every_fixed_word_has_its_words() -> None:
    for table, keys in (
        (words.PHASES, [p.value for p in phases.Phase]),
        (words.STANDINGS, [s.value for s in confirming.Standing]),
        (words.STEPS, fixed.STEPS),
        (words.WORD_KINDS, fixed.WORD_KINDS),
        (words.SNAG_KINDS, fixed.SNAG_KINDS),
        (words.GIFTS, given.GIFTS),
        (words.MEASURES, given.MEASURES),
        (words.WAYS, confirming.WAYS),
        (words.VERDICTS, confirming.VERDICTS),
        (words.STAGES, proof.STAGES),
        (words.GRADES, proof.GRADES),
        (words.HOW_HELD, choosing.HOW_HELD),
        (words.HOW_WORDS, choosing.HOW_WORDS),
    ):
        assert list(table) == list(keys)
    for reason in (*fixed.MOVE_REASONS, *fixed.REVISION_REASONS):
        assert reason in words.REASONS


def test_the_list_shows_what_is_silent_and_filters(world: World) -> None:
    lake = Sponsor.objects.create(key="lake", names={"en": "Lake University"})
    under_way(world, names={"en": "Pump"})
    propose(world, key="road", names={"en": "Road"}, sponsor=lake, no_linked_need=True)
    client = desk(world, "amina")
    with clock.held_at(DAY + timedelta(days=31)):
        text = client.get("/desk/projects/").content.decode()
        assert "Pump" in text
        assert "Road" in text
        assert "silent for 31 days" in text
        assert "no linked need" in text
        for query, there, gone in (
            ("silent=1", "Pump", "Road"),
            ("sponsor=lake", "Road", "Pump"),
            ("phase=identification", "Road", "Pump"),
            (f"area={world.areas['Ford'].pk}", "Pump", "nothing is gone"),
        ):
            text = client.get(f"/desk/projects/?{query}").content.decode()
            assert f">{there}<" in text, query
            assert f">{gone}<" not in text, query
        assert client.get(f"/desk/projects/?area={world.areas['Peak'].pk}").status_code == 404
        assert "No project fits" in desk(world, "daudi").get("/desk/projects/").content.decode()


def test_a_team_makes_a_project_and_a_double_click_makes_one(world: World) -> None:
    client = desk(world, "farid")
    assert "Ford" in client.get("/desk/projects/new/").content.decode()
    area = world.areas["Ford"].pk
    assert "names_ar" in client.get(f"/desk/projects/new/?area={area}").content.decode()
    sent = {
        "area": area,
        "project_key": "bridge",
        "names_en": "A bridge",
        "names_ar": "جسر",
        "descriptions_en": "Over the brook.",
        "subject": world.subjects["roads"].pk,
        "no_linked_need": "yes",
    }
    for _ in range(2):
        response = client.post("/desk/projects/new/", sent)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/desk/projects/p/bridge/?done=made",
        )
    project = Project.objects.get()
    assert (project.names, project.subject, project.no_linked_need) == (
        {"en": "A bridge", "ar": "جسر"},
        world.subjects["roads"],
        True,
    )
    assert "It is recorded." in client.get("/desk/projects/p/bridge/?done=made").content.decode()
    response = client.post("/desk/projects/new/", sent | {"names_en": "Another bridge"})
    assert response.status_code == 409
    assert "Another bridge" in response.content.decode()
    for wrong, status in (
        ({"project_key": "Bad Key"}, 400),
        ({"project_key": "x", "names_en": "", "names_ar": ""}, 400),
        ({"project_key": "x", "subject": "999"}, 422),
        ({"project_key": "x", "area": world.areas["Peak"].pk}, 422),
    ):
        response = client.post("/desk/projects/new/", sent | wrong)
        assert response.status_code == status, wrong
    assert Project.objects.count() == 1


def test_every_form_opens_where_it_is_offered(world: World) -> None:
    project = claimed(world)
    services.report_snag(**by(world, project), kind="broken", texts={"en": "Loose handle."})
    project.refresh_from_db()
    services.repair_snag(**by(world, project), n=1)
    project.refresh_from_db()
    services.report_snag(**by(world, project), kind="broken", texts={"en": "Loose handle again."})
    project.refresh_from_db()
    services.add_milestone(**by(world, project), names={"en": "Pump there"}, planned_on=DAY)
    project.refresh_from_db()
    services.record_contribution(**by(world, project), kind="labour", quantity=3, measure="work-days")
    client, opened = desk(world, "amina"), set()
    other = claimed(world, key="other")
    for one in (project, other):
        text = page(client, one)
        for key in set(re.findall(r'href="\?act=([a-z-]+)#act"', text)):
            form = page(client, one, f"?act={key}")
            assert f'action="/desk/projects/p/{one.key}/{key}/"' in form
            opened.add(key)
    assert opened == {one.key for one in ACTS if not one.at_once}


def test_a_project_goes_all_its_way_by_forms(world: World) -> None:
    project = propose(world)
    team, office = desk(world, "farid"), desk(world, "amina")
    said = {"texts_en": "It begins next week."}
    for client, key, sent in (
        (office, "move", {"phase": "implementation"}),
        (team, "milestone", {"names_en": "Pump there", "planned_on": "2026-03-20"}),
        (office, "revise", {"milestone": "1", "on": "2026-04-01", "reason": "weather"}),
        (team, "say", {"kind": "start", **said}),
        (team, "reach", {"milestone": "1", "on": "2026-03-02"}),
        (
            team,
            "give",
            {
                "kind": "labour",
                "quantity": "40",
                "measure": "work-days",
                "value": "120.50",
                "currency": "USD",
            },
        ),
        (office, "budget", {"budget": "5000", "funded": "4000", "currency": "EUR"}),
        (office, "sectors", {"sectors": "dac-5 14030 60\ndac-5 12220 40.00\nown water 100"}),
        (office, "days", {"planned_start_on": "2026-03-01", "planned_end_on": "2026-06-01"}),
        (office, "areas", {"areas": [str(world.areas["Ford"].pk), str(world.areas["Well"].pk)]}),
        (office, "claim", {"texts_en": "The pump is in."}),
        (office, "hear", {"way": "meeting", "verdict": "done", "said_done": "30", "said_not": "2"}),
        (office, "close", {}),
    ):
        response = act(client, project, key, **sent)
        assert response.status_code == 302, (key, response.content.decode()[:3000])
        assert response.headers["Location"] == f"/desk/projects/p/pump/?done={key}"
        assert 'role="status"' in page(client, project, f"?done={key}")
    found = selectors.project_by_key("pump")
    assert (found.phase, found.confirmed_on, found.area.name) == ("completed", DAY, "Upper Ford")
    text = page(office, project)
    for word in ("Confirmed by residents", "5,000.00", "40", "14030", "Ford", "Well", "1 April 2026"):
        assert word in text, word
    assert ProjectStep.objects.filter(project=project).count() == found.version


def test_a_stale_form_says_what_changed_and_keeps_the_words(world: World) -> None:
    project = under_way(world)
    stale = project.version
    services.say_word(**by(world, project), kind="progress", texts={"en": "The pit is dug."})
    response = act(desk(world, "amina"), project, "claim", version=stale, texts_en="All is done, and well.")
    text = response.content.decode()
    assert response.status_code == 409
    assert "A word to the public (2 March 2026)" in text
    assert "All is done, and well." in text
    assert selectors.project_by_key("pump").claimed_on is None
    for version in ("", "999", "x"):
        assert act(desk(world, "amina"), project, "claim", version=version).status_code == 400


def test_a_double_click_says_one_word(world: World) -> None:
    project = under_way(world)
    client = desk(world, "farid")
    key = re.search(r'name="key"\s+value="([0-9a-f-]{36})"', page(client, project, "?act=say"))
    assert key
    sent = {"version": project.version, "kind": "progress", "texts_en": "The pit is dug.", "key": key[1]}
    for _ in range(2):
        assert act(client, project, "say", **sent).status_code == 302
    assert ProjectWord.objects.count() == 1


def test_a_form_that_is_wrong_comes_back_with_what_was_typed(world: World) -> None:
    project = claimed(world)
    client = desk(world, "farid")
    response = act(client, project, "hear", way="meeting", verdict="done", said_done="3", said_not="5")
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="5"' in text
    assert "what most of those heard said" in text
    for sent in ({"way": "codes", "verdict": "done", "said_done": "1"}, {"way": "meeting", "said_done": "x"}):
        assert act(client, project, "hear", **sent).status_code == 422
    assert ResidentsWord.objects.count() == 0
    response = act(desk(world, "amina"), under_way(world, key="p2"), "move", phase="suspended")
    assert response.status_code == 422
    assert "Weather" in response.content.decode()
    response = act(
        desk(world, "amina"), Project.objects.get(key="p2"), "budget", budget="1,234", currency="IQD"
    )
    assert response.status_code == 400
    assert "could be" in response.content.decode()
    assert issubclass(MoveRefused, Exception)


@pytest.mark.parametrize(("who", "status"), [("chidi", 403), ("grace", 403), ("daudi", 404), ("esi", 403)])
def test_who_may_not_act_is_told_so_and_changes_nothing(world: World, who: str, status: int) -> None:
    project = under_way(world)
    client = desk(world, who)
    for key in BY_KEY if who == "chidi" else ("say", "claim"):
        assert act(client, project, key, texts_en="x", version=project.version).status_code == status, key
    assert selectors.project_by_key("pump").version == project.version
    if status == 403:
        assert "What can be done now" not in page(client, project)


def test_a_team_is_offered_what_it_may_do(world: World) -> None:
    text = page(desk(world, "farid"), under_way(world))
    assert "?act=say" in text
    assert "?act=claim" not in text
    assert "?act=move" not in text


def test_describing_keeps_languages_that_the_form_has_not(world: World) -> None:
    project = propose(world, names=NAMES | {"fr": "Une pompe"})
    client = desk(world, "amina")
    assert 'value="A new pump at the school"' in page(client, project, "?act=describe")
    response = act(client, project, "describe", names_en="A pump")
    assert response.status_code == 302
    assert selectors.project_by_key("pump").names == {"en": "A pump", "fr": "Une pompe"}


# --- choices -----------------------------------------------------------------------------------


def test_a_choice_is_recorded_once_by_its_form(world: World) -> None:
    pump, road = propose(world), propose(world, key="road", names={"en": "The road"})
    client = desk(world, "farid")
    area = world.areas["Ford"].pk
    text = client.get(f"/desk/projects/choices/new/?area={area}").content.decode()
    key = re.search(r'name="key" value="([0-9a-z]+)"', text)
    assert key
    sent: dict[str, Any] = {
        "area": area,
        "key": key[1],
        "names_en": "What first?",
        "on": "2026-03-01",
        "way": "hands",
        "present": "70",
        "each": "1",
        f"hands_{pump.pk}": "41",
        f"hands_{road.pk}": "23",
        "hands_none": "4",
        "unused": "2",
        "how": ["counted-aloud", "open-to-everybody"],
        "texts_en": "Under the tree.",
    }
    response = client.post("/desk/projects/choices/new/", sent | {"present": "71"})
    assert response.status_code == 422
    assert "The counts don&#x27;t add up" in response.content.decode()
    assert 'value="41"' in response.content.decode()
    for _ in range(2):
        response = client.post("/desk/projects/choices/new/", sent)
        assert response.status_code == 302
    made = Choice.objects.get()
    text = client.get(response.headers["Location"]).content.decode()
    for word in ("What first?", "The road", "fewer than 10", "It was counted aloud", "Under the tree."):
        assert word in text, word
    assert "What first?" in client.get("/desk/projects/choices/").content.decode()
    # A mistake: a later record with the same options, both stay.
    address = f"/desk/projects/choices/new/?area={area}&replaces={made.key}"
    text = client.get(address).content.decode()
    assert "both stay" in text
    assert 'value="41"' in text
    again = sent | {"key": "second", f"hands_{pump.pk}": "40", f"hands_{road.pk}": "24", "replaces": made.key}
    assert client.post("/desk/projects/choices/new/", again).status_code == 302
    replaced = f"/desk/projects/choices/c/{made.key}/"
    assert "put right by a later one" in client.get(replaced).content.decode()
    # Once: the page offers it no more, and what was typed meanwhile is kept.
    assert client.get(address).headers["Location"] == replaced
    response = client.post("/desk/projects/choices/new/", again | {"key": "third"})
    assert response.status_code == 409
    assert "put right already by a later one" in response.content.decode()
    assert (
        'value="Under the tree."' in response.content.decode()
        or "Under the tree." in response.content.decode()
    )
    assert client.get(f"{address}-none").status_code == 404


def test_what_is_missing_or_can_not_be_is_said_in_words(world: World) -> None:
    pump = propose(world)
    client, area = desk(world, "farid"), world.areas["Ford"].pk
    sent: dict[str, Any] = {"area": area, "key": "one", "names_en": "What first?", "on": "2026-03-01"}
    sent |= {"present": "10", f"hands_{pump.pk}": "6", "hands_none": "4"}
    for more, said in (
        ({}, "Please choose one of: Show of hands, Paper and tally"),
        ({"way": "hands", "on": ""}, "The day is missing."),
        ({"way": "hands", "each": "2"}, "has to be less than the number of options"),
        ({"way": "hands", "spoiled": "1"}, "Only papers can be unreadable"),
        ({"way": "hands", "hands_none": ""}, "two options at least"),
    ):
        response = client.post("/desk/projects/choices/new/", sent | more)
        assert response.status_code == 422
        assert said in response.content.decode(), said
    response = client.post("/desk/projects/new/", {"area": area, "names_en": "A road"})
    assert "The short name in addresses is missing" in response.content.decode()
    response = act(desk(world, "amina"), pump, "budget", budget="100", currency="")
    assert "The currency is missing" in response.content.decode()
    response = act(client, pump, "give", kind="land", quantity="4", measure="meals")
    assert (
        "“Land” is not counted in “meals”. Please choose one of: square metres, pieces"
        in response.content.decode()
    )


def test_who_may_record_nothing_is_offered_no_correction(world: World) -> None:
    held = choice(world)
    for who, offered in (("farid", True), ("chidi", False)):
        page_ = desk(world, who).get(f"/desk/projects/choices/c/{held.key}/").content.decode()
        assert ("replaces=" in page_) is offered


def test_a_choice_elsewhere_is_not_there(world: World) -> None:
    held = choice(world)
    assert desk(world, "daudi").get(f"/desk/projects/choices/c/{held.key}/").status_code == 404
    assert desk(world, "chidi").get(f"/desk/projects/choices/c/{held.key}/").status_code == 200
