"""An overview gives what each room gives of each area, to whom each room would give it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answerable.access.problems import NotThere
from answerable.access.rules import SYSTEM
from answerable.assets.selectors import in_area, still_working, total
from answerable.listening.figures import Period, area_figures
from answerable.money.answers import Scope, resting
from answerable.money.resting import Rest
from answerable.oversight import rules
from answerable.oversight.selectors import area_asked, overview, own_areas
from answerable.places.models import Area
from answerable.places.selectors import children, placed
from answerable.projects.selectors import gap
from answerable.promises.selectors import counts_in
from tests.support.world import DAY, World, make_area

from .scene import days_ago, full

WHOLE = Period(days_ago(400), DAY)


@pytest.fixture
def scene(world: World, on_monday: date) -> World:
    full(world)
    return world


def rests(area: Area) -> dict[str, Rest]:
    found: dict[str, Rest] = {}
    for one in resting(Scope(area=(area.pk, area.depth)), DAY):
        found[one.currency] = found.get(one.currency, Rest()) + one.rest
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["Riverland", "Fordland", "Upper Ford", "Ford"])
@pytest.mark.parametrize("period", [WHOLE, Period(days_ago(120), days_ago(40))])
def test_every_number_is_what_its_room_says(scene: World, place: str, period: Period) -> None:
    area = scene.areas[place]
    found = overview(scene.actor("ama"), area, period)
    lines = [line for line in found.lines if line.area is not None]
    assert [line.area for line in found.ordered("name") if line.area] == children(area)
    for line in (found.total, *lines):
        assert line.area is not None
        assert line.cases == area_figures(SYSTEM, line.area, period).total
        assert line.stuck == line.cases.open - sum(line.cases.open_by_age[:2])
        assert line.projects == gap(line.area)
        counts = counts_in(line.area, DAY)
        assert (line.promises.owed, line.promises.late) == (
            counts["open"] + counts["taken-up"],
            counts["late"],
        )
        assert line.things == total(still_working(in_area(placed(line.area)), "kind").values())
        assert line.money == rests(line.area)
    if lines:
        # What lies in no area below has a line of its own, so that the lines add up to the whole.
        assert sum(line.cases.received for line in found.lines) == found.total.cases.received
        assert sum(line.projects.projects for line in found.lines) == found.total.projects.projects
        assert sum(line.stuck for line in found.lines) == found.total.stuck
        units = sum(line.money["USD"].left_units for line in found.lines if line.money)
        assert units == found.total.money["USD"].left_units


@pytest.mark.django_db
def test_the_scene_holds_something_of_everything(scene: World) -> None:
    whole = overview(scene.actor("ama"), scene.areas["Riverland"], WHOLE).total
    for count in (
        whole.cases.received, whole.cases.answered.late, whole.cases.answered.in_time, whole.stuck, whole.cases.bounced,
        whole.cases.escalated, whole.promises.late, whole.projects.silent, whole.projects.confirmed, whole.things.working,
        whole.things.unchecked, whole.money["USD"].left_units,
    ):  # fmt: skip
        assert count > 0
    assert whole.promises.owed > whole.promises.late
    assert whole.projects.claimed > whole.projects.confirmed


@pytest.mark.django_db
def test_the_whole_programme_and_each_level_that_a_post_holds(scene: World) -> None:
    ama, baraka = scene.actor("ama"), scene.actor("baraka")
    everywhere = overview(ama, None, WHOLE)
    assert everywhere.total.cases == area_figures(SYSTEM, None, WHOLE).total
    assert everywhere.total.projects == gap()
    assert [line.area for line in everywhere.lines] == [scene.areas["Riverland"]]
    assert area_asked(ama, None, own_areas(ama)) == scene.areas["Riverland"]
    assert area_asked(baraka, None, own_areas(baraka)) == scene.areas["Fordland"]
    for place in ("Riverland", "Hillland", "Peak"):
        with pytest.raises(NotThere):
            area_asked(baraka, scene.areas[place].pk, own_areas(baraka))
        with pytest.raises(NotThere):
            overview(baraka, scene.areas[place], WHOLE)
    with pytest.raises(NotThere):
        overview(scene.actor("esi"), scene.areas["Ford"], WHOLE)


@pytest.mark.django_db
def test_money_is_for_those_who_see_the_books(scene: World) -> None:
    assert overview(scene.actor("chidi"), scene.areas["Fordland"], WHOLE).total.money
    told = overview(scene.actor("amina"), scene.areas["Upper Ford"], WHOLE)
    assert not told.books
    assert not told.total.money
    assert all(not line.money for line in told.lines)


@pytest.mark.django_db
def test_an_area_out_of_use_keeps_what_happened_in_it(scene: World) -> None:
    Area.objects.filter(pk=scene.areas["Well"].pk).update(valid_to=days_ago(5))
    found = overview(scene.actor("ama"), scene.areas["Upper Ford"], WHOLE)
    assert [line.area.name for line in found.ordered("name") if line.area] == ["Ford", "Well"]


@pytest.mark.django_db
def test_a_dozen_queries_however_many_areas(scene: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            overview(scene.actor("ama"), scene.areas["Riverland"], WHOLE)
        return len(seen)

    few = queries()
    for n in range(12):
        make_area(f"County {n}", scene.levels["county"], scene.areas["Riverland"])
    assert queries() == few
    assert few <= 16


@pytest.mark.django_db
def test_orders_put_first_where_most_waits_and_never_a_share(scene: World) -> None:
    found = overview(scene.actor("ama"), scene.areas["Fordland"], WHOLE)
    for order in rules.ORDERS[1:]:
        waits = [line.waits[order] for line in found.ordered(order) if line.area]
        assert waits == sorted(waits, reverse=True)
    assert found.ordered("late")[-1].area is None


def page(world: World, who: str, query: str = "", path: str = "", status: int = 200) -> str:
    client = Client()
    client.force_login(world.staff[who])
    response = client.get(f"/desk/overview/{path}{query}")
    assert response.status_code == status, response.content[:400]
    return response.content.decode("utf-8-sig")


@pytest.mark.django_db
def test_the_page_shows_the_areas_below_with_both_numbers_of_each_share(scene: World) -> None:
    text = page(scene, "ama", "?order=late")
    found = overview(scene.actor("ama"), scene.areas["Riverland"], WHOLE)
    for name in ("Fordland", "Hillland", "not to be published", "USD"):
        assert name in text, name
    kept = found.total.cases.answered
    assert f"{kept.in_time} of {kept.due}" in text
    assert "<text" not in text
    assert "rank" not in text.lower()
    assert "<script" not in text


@pytest.mark.django_db
def test_other_areas_and_odd_addresses_are_refused(scene: World) -> None:
    for query in (f"?area={scene.areas['Peak'].pk}", "?area=x", f"?area={10**17}", "?area=0"):
        page(scene, "baraka", query, status=404)
        page(scene, "baraka", query, path="table/", status=404)
    page(scene, "baraka", "?period=soon", status=422)
    page(scene, "baraka", "?order=share&period=2026-Q1")


@pytest.mark.django_db
def test_the_table_has_the_numbers_of_the_page(scene: World) -> None:
    rows = list(csv.reader(io.StringIO(page(scene, "ama", "?period=2026&order=stuck", path="table/"))))
    assert rows[0][:2] == ["area", "Riverland"]
    assert rows[1] == ["period", "2026-01-01", "2026-12-31"]
    assert "under 10" in rows[3][1]
    found = overview(
        scene.actor("ama"), scene.areas["Riverland"], Period(date(2026, 1, 1), date(2026, 12, 31))
    )
    heads, lines = rows[5], [dict(zip(rows[5], row, strict=True)) for row in rows[6:]]
    assert heads[0] == "area"
    told = [found.total, *found.ordered("stuck")]
    assert len(lines) == len(told)
    for row, line in zip(lines, told, strict=True):
        cases = line.cases
        assert row["area_id"] == (str(line.area.pk) if line.area else "")
        assert row["received"] == str(cases.received)
        assert (row["answer_late"], row["answer_due"]) == (str(cases.answered.late), str(cases.answered.due))
        assert (row["resolve_late"], row["open"]) == (str(cases.resolved.late), str(cases.open))
        assert row["open_over_180_days"] == str(cases.open_by_age[3])
        assert row["promises_late"] == str(line.promises.late)
        assert row["projects_confirmed"] == str(line.projects.confirmed)
        assert row["things_checked"] == str(line.things.checked)
        if line.money:
            assert row["rests_USD"].replace(".", "") == str(line.money["USD"].left_units)


def test_periods_are_years_quarters_and_months() -> None:
    assert rules.days_of("2026") == (date(2026, 1, 1), date(2026, 12, 31))
    assert rules.days_of("2026-Q1") == (date(2026, 1, 1), date(2026, 3, 31))
    assert rules.days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    for odd in ("", "0001", "2026-Q5", "2026-13", "2026-1", "26", "٢٠٢٦", "2026-Q1 "):
        assert rules.days_of(odd) is None, odd
    assert rules.periods_offered(date(2026, 2, 3)) == [
        "2026",
        "2025",
        "2026-Q1",
        "2025-Q4",
        "2025-Q3",
        "2025-Q2",
    ]


def test_areas_are_spread_over_five_steps_and_none() -> None:
    shares = [(0, 10), (1, 10), (1, 9), (1, 4), (1, 2), (2, 3), (3, 3), (0, 0)]
    assert [rules.step_of(*one) for one in shares] == [0, 1, 2, 2, 3, 4, 4, None]
    assert rules.spread(shares) == {0: 1, 1: 1, 2: 2, 3: 1, 4: 2, None: 1}
