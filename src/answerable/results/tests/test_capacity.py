"""What committees can do: said by themselves, looked at by others, and the rule for doing without a team."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.promises.tests.factories import promise
from answerable.results import services
from answerable.results.capacity import capacity_of
from answerable.results.models import AbilityLook, Training
from answerable.results.rules.capacity import ABILITIES, NEEDED_FACILITIES, Look, standings, without_team
from tests.support.world import DAY, World
from tests.support.write_guard import outside_the_gate

NEEDED = [key for key, needed in ABILITIES.items() if needed]
ALONE = dict.fromkeys(NEEDED, "alone")
WORKS = dict.fromkeys(NEEDED_FACILITIES, "works")


def looks(by: str = "other", on: date = DAY, grade: str = "alone") -> list[Look]:
    return [Look(key, by, grade, on) for key in NEEDED]


def met(found: Any) -> dict[str, bool | None]:
    return {one.key: one.met for one in found.conditions}


def test_only_what_somebody_else_found_within_a_year_counts() -> None:
    def reached(rows: list[Look], on: date = DAY) -> bool | None:
        return met(without_team(standings(rows, on), WORKS, [True], 0))["abilities"]

    assert reached(looks()) is True
    assert reached(looks("self")) is None
    assert reached([*looks(), Look("plan-made", "other", "with-help", DAY)]) is False
    assert reached(looks(), DAY + timedelta(days=366)) is True
    assert reached(looks(), DAY + timedelta(days=367)) is False
    assert reached([]) is None


def test_every_condition_has_to_be_known_and_met() -> None:
    stand = standings(looks(), DAY)
    assert without_team(stand, WORKS, [True, True], 0).is_reached
    assert not without_team(stand, WORKS, [], 0).is_reached
    assert not without_team(stand, WORKS, [True, False], 0).is_reached
    assert not without_team(stand, WORKS, [True], 1).is_reached
    assert not without_team(stand, {**WORKS, "notice-board": "in-part"}, [True], 0).is_reached
    assert met(without_team(stand, {}, [], 0)) == {
        "abilities": True, "facilities": None, "exit": None, "promises": True,
    }  # fmt: skip


def refused(code: str, act: Any, **more: Any) -> None:
    with pytest.raises(Problem) as caught:
        act(**more)
    assert caught.value.code == code


@pytest.mark.usefixtures("on_monday")
def test_a_committee_is_looked_at_by_somebody_else(world: World) -> None:
    ford = world.areas["Ford"]
    act = services.look_at_abilities
    own: dict[str, Any] = {"area": ford, "by": "self", "grades": ALONE}
    assert len(act(actor=world.actor("baraka"), **own)) == len(NEEDED)
    assert act(actor=world.actor("baraka"), **own) == []
    refused("results-self-checked", act, actor=world.actor("baraka"), **(own | {"by": "other"}))
    refused("access-denied", act, actor=world.actor("farid"), **(own | {"by": "other"}))
    refused("access-denied", act, actor=world.actor("daudi"), **own)
    assert capacity_of(ford, DAY).alone == 0
    act(actor=world.actor("ama"), **(own | {"by": "other"}))
    services.look_at_facilities(actor=world.actor("farid"), area=ford, states=WORKS)
    found = capacity_of(ford, DAY)
    assert (found.alone, found.needed) == (len(NEEDED), len(NEEDED))
    assert met(found.without_team) == {"abilities": True, "facilities": True, "exit": None, "promises": True}
    late = promise(world, days=3)
    with clock.held_at(DAY + timedelta(days=20)):
        assert met(capacity_of(late.area, clock.today()).without_team)["promises"] is False
    refused(
        "results-not-a-village", act, actor=world.actor("ama"), **(own | {"area": world.areas["Upper Ford"]})
    )
    refused("choice-unknown", act, actor=world.actor("ama"), **(own | {"grades": {"obeys": "alone"}}))
    refused("results-look-day", act, actor=world.actor("ama"), on=DAY + timedelta(days=1), **own)
    with (
        outside_the_gate(),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE results_abilitylook SET grade = 'alone'")
    assert AbilityLook.objects.count() == 2 * len(NEEDED)


@pytest.mark.usefixtures("on_monday")
def test_training_is_planned_held_and_counted(world: World) -> None:
    ford, farid = world.areas["Ford"], world.actor("farid")
    plan: dict[str, Any] = {
        "actor": farid,
        "area": ford,
        "kind": "coaching",
        "ability": "accounts-kept",
        "on": DAY,
    }
    row = services.plan_training(**plan)
    assert services.plan_training(**plan) == row
    refused("results-look-day", services.plan_training, **(plan | {"on": DAY - timedelta(days=1)}))
    refused("results-present-wrong", services.hold_training, actor=farid, training=row.pk, present=-1)
    services.hold_training(actor=farid, training=row.pk, present=9)
    refused("results-training-over", services.drop_training, actor=farid, training=row.pk)
    refused("access-not-there", services.drop_training, actor=world.actor("daudi"), training=row.pk)
    assert Training.objects.get().present == 9


@pytest.mark.usefixtures("on_monday")
def test_the_committees_page_and_what_everybody_reads(world: World, client: Client) -> None:
    ford = world.areas["Ford"]
    public = f"/en/area/{ford.pk}/results/"
    assert "committee does by itself" not in client.get(public).content.decode()
    address = f"/desk/results/villages/{ford.pk}/"
    farid, ama = Client(), Client()
    farid.force_login(world.staff["farid"])
    ama.force_login(world.staff["ama"])
    sent = {f"a-{key}": "alone" for key in NEEDED}
    assert farid.post(address, {"do": "self", **sent}).status_code == 302
    assert "I looked" not in farid.get(address).content.decode()
    assert ama.post(address, {"do": "other", **sent}).status_code == 302
    assert farid.post(address, {"do": "facilities", "f-power": "works"}).status_code == 302
    assert (
        farid.post(
            address, {"do": "plan", "kind": "training", "ability": "plan-made", "on": "soon"}
        ).status_code
        == 422
    )
    plan = {"do": "plan", "kind": "training", "ability": "plan-made", "on": DAY.isoformat()}
    assert farid.post(address, plan).status_code == 302
    held = {"do": "held", "training": Training.objects.get().pk, "present": "٧"}
    assert farid.post(address, held).status_code == 302
    page = farid.get(address).content.decode()
    assert "7 came" in page
    assert "A team is still needed." in page
    shown = client.get(public).content.decode()
    assert "committee does by itself" in shown
    assert "7 came" not in shown
    assert "Ford" in ama.get("/desk/results/villages/?q=for").content.decode()
