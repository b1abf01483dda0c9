"""A thing, its keeper, its calendar, its checks: written once, taken back in the open, refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from answerable.access.problems import Denied, NotThere
from answerable.assets import services
from answerable.assets.models import Asset, Check, Keeper, Work
from answerable.assets.problems import (
    AmountNegative,
    AssetElsewhere,
    AssetStruck,
    DayOutside,
    FaultNeeded,
    FormReused,
    GradeNeedsItem,
    HandOverOutside,
    IntervalRefused,
    KeeperSame,
    NotDoneYet,
    OneKeeper,
    TakenBackAlready,
    TaskUnknown,
)
from answerable.assets.selectors import sheet
from answerable.evidence.services import keep_picture
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.money import Amount
from answerable.places.problems import PointRefused
from answerable.projects import services as projects
from answerable.projects.tests.factories import TEXTS, by, propose
from answerable.register.models import Event
from tests.support.pictures import a_picture
from tests.support.world import DAY, World

from .factories import ENDED, NAMES, committee, look, project, tap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
YEAR_AGO = DAY - timedelta(days=365)


def test_a_project_leaves_a_thing_with_its_keeper(world: World) -> None:
    asset = tap(world, YEAR_AGO, organisation=committee(), latitude=33.5, longitude=36.3)
    found = sheet(asset)
    assert (found.asset.kind, found.asset.project.key) == ("water-point", "pump")
    assert found.keeper is not None
    assert (found.keeper.organisation, found.keeper.starts_on) == (committee(), YEAR_AGO)
    event = Event.objects.get(kind="assets.asset-added")
    assert event.body["asset"] == asset.pk
    assert event.area_id == world.areas["Ford"].pk


def test_what_a_thing_can_not_be(world: World) -> None:
    def add(**more: Any) -> None:
        tap(world, more.pop("on", YEAR_AGO), **more)

    project(world)
    for refusal, more in (
        (ChoiceUnknown, {"kind": "castle"}),
        (PointRefused, {"latitude": 91.0, "longitude": 0.0}),
        (PointRefused, {"latitude": 1.0}),
        (HandOverOutside, {"on": DAY + timedelta(days=1)}),
        (OneKeeper, {"organisation": committee(), "post": world.posts["ford-team"]}),
    ):  # fmt: skip
        with pytest.raises(refusal):
            add(**more)
    with pytest.raises(AssetElsewhere):
        services.add_asset(
            actor=world.actor("amina"), project=project(world).pk, area=world.areas["Well"],
            kind="lamp", names=NAMES, handed_over_on=YEAR_AGO,
        )  # fmt: skip
    assert not Asset.objects.exists()


def test_keepers_follow_each_other(world: World) -> None:
    amina = world.actor("amina")
    asset = tap(world, YEAR_AGO, organisation=committee())
    day = DAY - timedelta(days=30)
    services.set_keeper(actor=amina, asset=asset.pk, on=day, post=world.posts["ford-team"])
    found = sheet(asset)
    assert [(k.starts_on, k.ends_on) for k in found.keepers] == [
        (day, None),
        (YEAR_AGO, day - timedelta(days=1)),
    ]
    assert found.keeper is not None
    assert found.keeper.post == world.posts["ford-team"]
    with pytest.raises(KeeperSame):
        services.set_keeper(actor=amina, asset=asset.pk, on=DAY, post=world.posts["ford-team"])
    for refusal, more in (
        (OneKeeper, {}),
        (OneKeeper, {"organisation": committee(), "post": world.posts["ford-team"]}),
        (DayOutside, {"organisation": committee(), "on": day}),
        (DayOutside, {"organisation": committee(), "on": DAY + timedelta(days=1)}),
    ):
        with pytest.raises(refusal):
            services.set_keeper(actor=amina, asset=asset.pk, **{"on": DAY, **more})  # type: ignore[arg-type]
    with pytest.raises(DatabaseError), transaction.atomic():
        Keeper.objects.create(asset=asset, organisation=committee(), starts_on=YEAR_AGO)


def test_the_calendar_and_what_it_cost(world: World) -> None:
    amina = world.actor("amina")
    asset = tap(world, YEAR_AGO)
    task = services.add_task(
        actor=amina, asset=asset.pk, names={"en": "Grease the pump"}, every_months=6, payer="community",
        expected=Amount(5_000, "USD"),
    )  # fmt: skip
    assert sheet(asset).tasks[0].upkeep.late
    services.record_work(
        actor=amina, asset=asset.pk, kind="maintenance", on=DAY - timedelta(days=10), payer="community",
        cost=Amount(4_250, "USD"), task=task.pk,
    )  # fmt: skip
    services.record_work(
        actor=amina, asset=asset.pk, kind="repair", on=DAY, payer="sponsor", cost=Amount(900, "JOD")
    )
    services.record_work(actor=amina, asset=asset.pk, kind="repair", on=DAY, payer="keeper")
    found = sheet(asset)
    assert not found.tasks[0].upkeep.due
    assert found.tasks[0].last_on == DAY - timedelta(days=10)
    assert found.costs == [Amount(900, "JOD"), Amount(4_250, "USD")]
    assert found.uncosted == 1
    services.drop_task(actor=amina, task=task.pk)
    assert sheet(asset).tasks == []
    with pytest.raises(TaskUnknown):
        services.drop_task(actor=amina, task=task.pk)


def test_what_work_can_not_be(world: World) -> None:
    amina = world.actor("amina")
    asset, other = tap(world, YEAR_AGO), tap(world, YEAR_AGO)
    task = services.add_task(
        actor=amina, asset=other.pk, names={"en": "Paint"}, every_months=1, payer="keeper"
    )
    usual: dict[str, Any] = {"kind": "maintenance", "on": DAY, "payer": "keeper"}
    for refusal, more in (
        (ChoiceUnknown, {"kind": "party"}),
        (ChoiceUnknown, {"payer": "Ahmed"}),
        (DayOutside, {"on": YEAR_AGO - timedelta(days=1)}),
        (TaskUnknown, {"task": task.pk}),
        (TaskUnknown, {"task": 10**9}),
        (AmountNegative, {"cost": Amount(-1, "USD")}),
    ):
        with pytest.raises(refusal):
            services.record_work(actor=amina, asset=asset.pk, **{**usual, **more})
    with pytest.raises(TaskUnknown):
        services.record_work(actor=amina, asset=other.pk, **{**usual, "kind": "repair"}, task=task.pk)
    for every in (0, 121):
        with pytest.raises(IntervalRefused):
            services.add_task(
                actor=amina, asset=asset.pk, names={"en": "x"}, every_months=every, payer="keeper"
            )
    assert not Work.objects.exists()


def test_a_check_with_its_picture(world: World) -> None:
    farid = world.actor("farid")
    asset = tap(world, YEAR_AGO)
    item = keep_picture(actor=farid, area=world.areas["Ford"], data=a_picture(colour="teal"))
    check = look(
        world,
        asset,
        DAY,
        "partly",
        who="farid",
        fault="no-parts",
        way="residents",
        grade="picture",
        items=[item.pk],
    )
    assert (check.months, check.result, check.fault) == (12, "partly", "no-parts")
    assert [e.item for e in check.evidence.all()] == [item]
    found = sheet(asset)
    assert found.latest == check
    assert found.owed is None
    assert Event.objects.get(kind="assets.check-recorded").body["items"] == [item.pk]


def test_what_a_check_can_not_be(world: World) -> None:
    asset = tap(world, YEAR_AGO)
    theirs = keep_picture(actor=world.actor("daudi"), area=world.areas["Peak"], data=a_picture(colour="pink"))
    for refusal, more in (
        (ChoiceUnknown, {"result": "splendid"}),
        (ChoiceUnknown, {"way": "spy"}),
        (ChoiceUnknown, {"grade": "rumour"}),
        (ChoiceUnknown, {"result": "not", "fault": "their fault"}),
        (FaultNeeded, {"result": "not", "fault": ""}),
        (FaultNeeded, {"result": "working", "fault": "broken"}),
        (DayOutside, {"on": DAY + timedelta(days=1)}),
        (DayOutside, {"on": YEAR_AGO - timedelta(days=1)}),
        (GradeNeedsItem, {"grade": "picture"}),
        (NotThere, {"grade": "picture", "items": [theirs.pk]}),
    ):
        with pytest.raises(refusal):
            look(world, asset, more.pop("on", DAY), **more)  # type: ignore[arg-type]
    assert not Check.objects.exists()


def test_a_form_sent_twice_counts_once(world: World) -> None:
    asset, other = tap(world, YEAR_AGO), tap(world, YEAR_AGO)
    key = uuid4()
    assert look(world, asset, DAY, key=key) == look(world, asset, DAY, key=key)
    with pytest.raises(FormReused):
        look(world, other, DAY, key=key)
    assert Check.objects.count() == 1
    assert Event.objects.filter(kind="assets.check-recorded").count() == 1


def test_a_mistake_is_taken_back_in_the_open(world: World) -> None:
    amina = world.actor("amina")
    asset = tap(world, YEAR_AGO)
    check = look(world, asset, DAY, "not")
    services.take_back_check(actor=amina, check=check.pk)
    found = sheet(asset)
    assert found.latest is None
    assert found.owed is not None
    assert found.checks == [check]
    assert found.taken_back == {check.pk}
    with pytest.raises(TakenBackAlready):
        services.take_back_check(actor=amina, check=check.pk)
    back = Check.objects.get(takes_back=check)
    with pytest.raises(TakenBackAlready):
        services.take_back_check(actor=amina, check=back.pk)
    work = services.record_work(
        actor=amina, asset=asset.pk, kind="repair", on=DAY, payer="keeper", cost=Amount(7, "USD")
    )
    services.take_back_work(actor=amina, work=work.pk)
    assert sheet(asset).costs == []
    with pytest.raises(TakenBackAlready):
        services.take_back_work(actor=amina, work=work.pk)


def test_a_struck_entry_takes_nothing_more(world: World) -> None:
    amina = world.actor("amina")
    asset = tap(world, YEAR_AGO)
    with pytest.raises(ChoiceUnknown):
        services.strike_asset(actor=amina, asset=asset.pk, reason="broken")
    services.strike_asset(actor=amina, asset=asset.pk, reason="twice")
    with pytest.raises(AssetStruck):
        look(world, asset, DAY)


def test_the_database_keeps_a_forms_key_once(world: World) -> None:
    asset = tap(world, YEAR_AGO, key_of_form=uuid4())
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.create(
            project=asset.project,
            area=asset.area,
            kind="lamp",
            names=NAMES,
            handed_over_on=DAY,
            key=asset.key,
        )


def test_an_outsider_sees_and_changes_nothing(world: World) -> None:
    asset = tap(world, YEAR_AGO, organisation=committee())
    check = look(world, asset, DAY)
    task = services.add_task(
        actor=world.actor("amina"), asset=asset.pk, names={"en": "Paint"}, every_months=3, payer="keeper"
    )
    work = services.record_work(
        actor=world.actor("amina"), asset=asset.pk, kind="repair", on=DAY, payer="keeper"
    )
    acts: list[tuple[Callable[[Any], object], bool]] = [
        (lambda who: services.set_keeper(actor=who, asset=asset.pk, on=DAY, post=world.posts["ford-team"]), False),
        (lambda who: services.add_task(actor=who, asset=asset.pk, names={"en": "x"}, every_months=1, payer="keeper"), False),
        (lambda who: services.drop_task(actor=who, task=task.pk), False),
        (lambda who: services.record_work(actor=who, asset=asset.pk, kind="repair", on=DAY, payer="keeper"), True),
        (lambda who: services.record_check(
            actor=who, asset=asset.pk, on=DAY, result="working", way="visit", grade="visit"), True),
        (lambda who: services.take_back_check(actor=who, check=check.pk), False),
        (lambda who: services.take_back_work(actor=who, work=work.pk), False),
        (lambda who: services.strike_asset(actor=who, asset=asset.pk, reason="mistake"), False),
    ]  # fmt: skip
    before = (Event.objects.count(), Check.objects.count(), Work.objects.count(), Keeper.objects.count())
    for act, by_team in acts:
        for outsider in ("daudi", "hana", "public"):
            with pytest.raises(NotThere):
                act(world.actor(outsider))
        with pytest.raises(Denied):
            act(world.actor("chidi"))
        if not by_team:
            with pytest.raises(Denied):
                act(world.actor("farid"))
    with pytest.raises(NotThere):
        services.add_asset(
            actor=world.actor("daudi"), project=asset.project_id, area=world.areas["Ford"], kind="lamp",
            names=NAMES, handed_over_on=DAY,
        )  # fmt: skip
    assert before == (
        Event.objects.count(),
        Check.objects.count(),
        Work.objects.count(),
        Keeper.objects.count(),
    )


def test_the_database_keeps_what_was_found(world: World, evidence_folder: Path) -> None:
    asset, other = tap(world, YEAR_AGO), tap(world, YEAR_AGO)
    check = look(world, asset, DAY)
    rows = Check.objects.filter(pk=check.pk)
    copy = {f.attname: getattr(check, f.attname) for f in Check._meta.concrete_fields if f.attname != "id"}
    for change in (
        lambda: rows.update(result="not", fault="broken"),
        lambda: rows._raw_delete("default"),
        lambda: Check.objects.create(**{**copy, "key": uuid4(), "on": YEAR_AGO - timedelta(days=1)}),
        lambda: Check.objects.create(
            **{**copy, "key": uuid4(), "asset_id": other.pk, "takes_back_id": check.pk}
        ),
        lambda: Check.objects.create(**{**copy, "key": uuid4(), "result": "not"}),
        lambda: Check.objects.create(**{**copy, "key": uuid4(), "months": 5}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_only_what_was_done_is_handed_over(world: World) -> None:
    amina = world.actor("amina")
    made = propose(world, who="amina", key="well", village="Ford")

    def add(on: date) -> None:
        tap(world, on, key="well")

    with pytest.raises(NotDoneYet):
        add(DAY)
    made = projects.move_phase(**by(world, made), phase="implementation")
    with pytest.raises(NotDoneYet):
        add(DAY)
    made = projects.claim_completion(**by(world, made), texts=TEXTS)
    for day in (DAY - timedelta(days=1), date(1962, 1, 1), DAY + timedelta(days=1)):
        with pytest.raises(HandOverOutside):
            add(day)
    assert not Asset.objects.exists()
    add(DAY)
    projects.hear_residents(actor=amina, project=made.pk, way="meeting", verdict="not", said_not=9)
    made.refresh_from_db()
    assert made.actual_end_on is None
    add(DAY)
    with pytest.raises(HandOverOutside):
        add(DAY - timedelta(days=1))


def test_an_older_project_hands_over_from_its_own_end_on(world: World) -> None:
    tap(world, ENDED)
    with pytest.raises(HandOverOutside):
        tap(world, ENDED - timedelta(days=1))
