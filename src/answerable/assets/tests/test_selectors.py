"""What is due, and how many still work: the lists say what the rules say, and nothing unseen counts as working."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.access.rules import Right
from answerable.access.selectors import scope
from answerable.assets import rules, selectors, services
from answerable.assets.models import Asset
from answerable.assets.rules import Tally
from answerable.places.selectors import placed
from answerable.projects.models import ProjectSector
from tests.support.world import DAY, World

from .factories import look, project, tap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def days_ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_what_is_due_in_ones_own_area(world: World) -> None:
    late = tap(world, days_ago(400))
    due = tap(world, days_ago(95), village="Well", key="well")
    fresh = tap(world, days_ago(20))
    looked = tap(world, days_ago(400))
    look(world, looked, DAY)
    elsewhere = tap(world, days_ago(400), village="Peak", key="peak", who="daudi")
    struck = tap(world, days_ago(400))
    services.strike_asset(actor=world.actor("amina"), asset=struck.pk, reason="twice")
    owed = selectors.owed_checks(scope(world.actor("amina"), Right.SEE_PROGRAMME))
    assert [(o.asset, o.months, o.late) for o in owed] == [(late, 12, True), (due, 3, False)]
    assert selectors.owed_count(scope(world.actor("amina"), Right.SEE_PROGRAMME)) == 2
    assert [o.asset for o in selectors.owed_checks(scope(world.actor("daudi"), Right.SEE_PROGRAMME))] == [
        elsewhere
    ]
    assert fresh not in {o.asset for o in owed}


def test_a_check_taken_back_is_owed_again(world: World) -> None:
    asset = tap(world, days_ago(400))
    check = look(world, asset, DAY)
    assert selectors.owed_checks(Q()) == []
    services.take_back_check(actor=world.actor("amina"), check=check.pk)
    assert [o.asset for o in selectors.owed_checks(Q())] == [asset]


def test_upkeep_that_is_due(world: World) -> None:
    amina = world.actor("amina")
    asset = tap(world, days_ago(400))
    names = {"en": "Grease the pump"}
    often = services.add_task(actor=amina, asset=asset.pk, names=names, every_months=6, payer="keeper")
    seldom = services.add_task(actor=amina, asset=asset.pk, names=names, every_months=24, payer="keeper")
    assert [line.task for line in selectors.owed_upkeep(Q())] == [often]
    work = services.record_work(
        actor=amina, asset=asset.pk, kind="maintenance", on=DAY, payer="keeper", task=often.pk
    )
    assert selectors.owed_upkeep(Q()) == []
    services.take_back_work(actor=amina, work=work.pk)
    assert [line.task for line in selectors.owed_upkeep(Q())] == [often]
    assert seldom.pk


def test_the_index_by_what_is_asked_for(world: World) -> None:
    ProjectSector.objects.create(project=project(world), vocabulary="dac-5", code="14031", share=7000)
    ProjectSector.objects.create(project=project(world), vocabulary="dac-5", code="14081", share=3000)
    working, broken, unseen = (tap(world, days_ago(500)) for _ in range(3))
    partly = tap(world, days_ago(500), village="Well", key="well", kind="lamp")
    look(world, working, days_ago(300), "not")
    look(world, working, days_ago(100))
    look(world, broken, days_ago(100), "not")
    look(world, partly, DAY, "partly")
    fords = placed(world.areas["Fordland"])
    upper = placed(world.areas["Upper Ford"])
    here = Q(pk__in=selectors.standing_in(fords))
    all_four = Tally(working=1, partly=1, broken=1, unchecked=1)
    assert selectors.still_working(here, "area", under=fords) == {world.areas["Upper Ford"].pk: all_four}
    assert selectors.still_working(here, "area", under=upper) == {
        world.areas["Ford"].pk: Tally(working=1, broken=1, unchecked=1),
        world.areas["Well"].pk: Tally(partly=1),
    }
    assert selectors.still_working(here, "sector")["14031"] == Tally(working=1, broken=1, unchecked=1)
    assert selectors.still_working(here, "kind") == {
        "water-point": Tally(working=1, broken=1, unchecked=1),
        "lamp": Tally(partly=1),
    }
    assert selectors.still_working(here, "sponsor") == {None: all_four}
    assert selectors.still_working(here, "subject") == {world.subjects["water"].pk: all_four}
    assert unseen.pk
    # After a year: two were looked at then (one of them is younger than that looking's own check), two were not.
    assert selectors.total(selectors.still_working(here, "kind", months=12).values()) == Tally(
        working=1, partly=1, broken=1, unchecked=1
    )
    assert selectors.total(selectors.still_working(here, "kind", months=6).values()) == Tally(
        broken=1, unchecked=3
    )
    assert selectors.total(selectors.still_working(here, "kind", months=24).values()) == Tally()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 900),
            st.lists(st.tuples(st.integers(0, 900), st.sampled_from(rules.RESULTS)), max_size=4),
        ),
        max_size=5,
    ),
    st.integers(0, 40),
)
def test_lists_and_index_say_what_the_rules_say(
    world: World, things: list[tuple[int, list[tuple[int, str]]]], shift: int
) -> None:
    today = DAY + timedelta(days=shift)
    mine = []
    for age, checks in things:
        asset = Asset.objects.create(
            project=project(world),
            area=world.areas["Ford"],
            kind="lamp",
            names={"en": "x"},
            handed_over_on=days_ago(age),
        )
        mine.append(asset)
        for after, result in checks:
            if after <= age:
                look(world, asset, asset.handed_over_on + timedelta(days=after), result)
    where = Q(pk__in=[asset.pk for asset in mine])
    sheets = [selectors.sheet(asset, today) for asset in mine]
    assert {(o.asset.pk, o.months, o.due_on, o.late) for o in selectors.owed_checks(where, today)} == {
        (s.asset.pk, s.owed.months, s.owed.due_on, s.owed.standing is rules.Standing.LATE)
        for s in sheets
        if s.owed is not None
    }
    now = selectors.total(selectors.still_working(where, "kind", today=today).values())
    assert now == rules.tally((s.latest.result if s.latest else None, 1) for s in sheets)
    for place, months in enumerate(rules.MONTHS):
        ask = selectors.still_working(where, "kind", months=months, today=today)
        told = [s.lookings[place] for s in sheets]
        # Unchecked is what nobody looked at by the end of the month of grace.
        counted = [one for one in told if one.seen is not None or today > one.due_on + rules.GRACE]
        results = [(one.seen.result if one.seen else None, 1) for one in counted]
        assert selectors.total(ask.values()) == rules.tally(results)


def test_a_page_of_a_thing_costs_five_queries(world: World, django_assert_num_queries: object) -> None:
    asset = tap(world, days_ago(400))
    look(world, asset, DAY)
    with django_assert_num_queries(5):  # type: ignore[operator]
        selectors.sheet(asset)
