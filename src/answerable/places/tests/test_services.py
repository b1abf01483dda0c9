"""Adding, renaming, closing, calendars, outlines: a happy case, a rule broken, an outsider."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM, Actor, Holding, Role
from answerable.kernel.labels import DatesInDisorder
from answerable.kernel.text import TextMissing
from answerable.places import problems, services
from answerable.places.models import Area, AreaCode, AreaLevel, Boundary
from answerable.places.selectors import (
    ancestors,
    area_by_code,
    areas_by_code,
    children,
    find_areas,
    placed,
    villages_below,
    work_calendar,
    work_calendars,
)
from answerable.register.models import Event

from .factories import make_area, make_levels, make_small_tree

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 2]]]}


def operator_of(area: Area) -> Actor:
    return Actor("staff", staff_id=1, holdings=(Holding(1, Role.OPERATOR, placed(area)),))


def test_an_outsider_changes_nothing() -> None:
    tree = make_small_tree()
    level = AreaLevel.objects.get(key="village")
    calendar = services.add_calendar(actor=SYSTEM, key="usual", names={"en": "Usual"}, weekend=[5, 6])
    events = Event.objects.count()
    attempts: list[Callable[[Actor], Any]] = [
        lambda a: services.add_level(actor=a, key="x", rank=1, names={"en": "x"}),
        lambda a: services.add_area(actor=a, parent=tree["mill"], level=level, name="x"),
        lambda a: services.rename_area(actor=a, area=tree["one"], name="x"),
        lambda a: services.move_area(actor=a, area=tree["one"], to_parent=None),
        lambda a: services.close_area(actor=a, area=tree["one"], on=date(2026, 1, 1)),
        lambda a: services.set_point(actor=a, area=tree["one"], latitude=1, longitude=1),
        lambda a: services.add_calendar(actor=a, key="x", names={"en": "x"}, weekend=[]),
        lambda a: services.set_calendar(actor=a, area=tree["one"], calendar=calendar),
        lambda a: services.add_holiday(actor=a, calendar=calendar, on=date(2026, 1, 1)),
        lambda a: services.set_boundary(actor=a, area=tree["one"], geometry=SQUARE),
    ]
    for attempt in attempts:
        for outsider in (PUBLIC, operator_of(tree["south"])):
            with pytest.raises(Denied):
                attempt(outsider)
    assert Event.objects.count() == events
    assert not Boundary.objects.exists()


def test_who_may_set_up_one_province_moves_nothing_into_another() -> None:
    tree = make_small_tree()
    with pytest.raises(Denied):
        services.move_area(actor=operator_of(tree["north"]), area=tree["hill"], to_parent=tree["south"])
    services.rename_area(actor=operator_of(tree["north"]), area=tree["hill"], name="Hills")
    assert Event.objects.filter(kind="places.area-renamed", by="staff", post_id=1).exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": " "}, TextMissing),
        ({"latitude": 91.0, "longitude": 0.0}, problems.PointRefused),
        ({"latitude": float("nan"), "longitude": 0.0}, problems.PointRefused),
        ({"latitude": 1.0}, problems.PointRefused),
        ({"codes": {"test": "V1"}}, problems.CodeTaken),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, DatesInDisorder),
    ],
)
def test_what_an_area_may_not_be(change: dict[str, Any], problem: type[Exception]) -> None:
    tree = make_small_tree()
    level = AreaLevel.objects.get(key="village")
    with pytest.raises(problem):
        services.add_area(**{"actor": SYSTEM, "parent": tree["mill"], "level": level, "name": "x", **change})
    assert Area.objects.count() == len(tree)


def test_a_tree_has_an_end() -> None:
    levels = make_levels(66)
    area = None
    for level in levels[:64]:
        area = make_area(area, level, level.key)
    with pytest.raises(problems.TreeTooDeep):
        make_area(area, levels[64], "too deep")
    with pytest.raises(problems.LevelOrder):
        make_area(area, levels[3], "too high")


def test_a_level_and_a_calendar_have_one_key() -> None:
    make_levels(1)
    with pytest.raises(problems.KeyTaken):
        services.add_level(actor=SYSTEM, key="province", rank=5, names={"en": "again"})
    services.add_calendar(actor=SYSTEM, key="usual", names={"en": "Usual"}, weekend=[4])
    with pytest.raises(problems.KeyTaken):
        services.add_calendar(actor=SYSTEM, key="usual", names={"en": "Usual"}, weekend=[4])
    with pytest.raises(problems.WeekendRefused):
        services.add_calendar(actor=SYSTEM, key="never", names={"en": "Never"}, weekend=list(range(7)))


def test_closing_names_a_successor_and_waits_for_what_lies_below() -> None:
    tree = make_small_tree()
    last = date(2026, 6, 30)
    with pytest.raises(problems.StillHoldsAreas):
        services.close_area(actor=SYSTEM, area=tree["mill"], on=last, successor=tree["lake"])
    with pytest.raises(problems.SuccessorRefused):
        services.close_area(actor=SYSTEM, area=tree["one"], on=last, successor=tree["one"])
    closed = services.close_area(actor=SYSTEM, area=tree["one"], on=last, successor=tree["two"])
    assert (closed.valid_to, closed.successor_id) == (last, tree["two"].pk)
    with pytest.raises(problems.SuccessorRefused):
        services.close_area(actor=SYSTEM, area=tree["two"], on=last, successor=tree["one"])
    assert [area.name for area in children(tree["mill"], on=date(2026, 7, 1))] == ["Kefra South"]
    assert villages_below(tree["north"], on=last).count() == 2
    with pytest.raises(problems.AreaClosed):
        services.check_in_use(closed, date(2026, 7, 1))


def test_the_nearest_calendar_above_counts(django_assert_num_queries: Any) -> None:
    tree = make_small_tree()
    wide = services.add_calendar(actor=SYSTEM, key="wide", names={"en": "Wide"}, weekend=[4, 5])
    near = services.add_calendar(actor=SYSTEM, key="near", names={"en": "Near"}, weekend=[6])
    services.set_calendar(actor=SYSTEM, area=tree["north"], calendar=wide)
    services.set_calendar(actor=SYSTEM, area=tree["mill"], calendar=near)
    services.add_holiday(actor=SYSTEM, calendar=near, on=date(2026, 5, 1), names={"en": "May Day"})
    services.add_holiday(actor=SYSTEM, calendar=near, on=date(2026, 5, 1), names={"en": "First of May"})
    with django_assert_num_queries(2):
        found = work_calendars([tree["one"], tree["lake"], tree["south"]])
    assert found[tree["one"].pk].weekend == {6}
    assert found[tree["one"].pk].holidays == {date(2026, 5, 1)}
    assert found[tree["lake"].pk].weekend == {4, 5}
    assert found[tree["south"].pk].weekend == {5, 6}
    services.set_calendar(actor=SYSTEM, area=tree["mill"], calendar=None)
    assert work_calendar(tree["one"]).weekend == {4, 5}


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ("kefra", ["Kéfra", "Kefra South"]),
        ("KÉFRA", ["Kéfra", "Kefra South"]),
        ("south kefra", ["Kefra South"]),
        ("كفره", ["Kéfra"]),
        ("v2", ["Kefra South"]),
        ("100%", []),
        ("|", []),
        ("", []),
        ("hill", ["Hill"]),
    ],
)
def test_areas_are_found_by_any_name_or_code(sought: str, names: list[str]) -> None:
    make_small_tree()
    assert [area.name for area in find_areas(sought)] == names


def test_asking_by_code_and_by_place(django_assert_num_queries: Any) -> None:
    tree = make_small_tree()
    assert area_by_code("test", "V1") == tree["one"]
    assert area_by_code("other", "V1") is None
    assert set(areas_by_code("test", ["V1", "T1", "no"])) == {"V1", "T1"}
    assert [area.name for area in ancestors(tree["one"])] == ["North", "Hill", "Mill", "Kéfra"]
    assert [area.name for area in children(None)] == ["North", "South"]
    with django_assert_num_queries(1):
        assert [area.level.key for area in children(tree["north"])] == ["county", "county"]
    services.rename_area(actor=SYSTEM, area=tree["one"], name="Newfield")
    assert find_areas("kefra", level_key="village") == [tree["two"]]
    assert find_areas("v1")[0].name == "Newfield"
    assert AreaCode.objects.filter(area=tree["one"]).count() == 1


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [1, 2]]]},
        {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 3]]]},
        {"type": "Polygon", "coordinates": [[[1, 200], [2, 2], [2, 3], [1, 200]]]},
        {"type": "Polygon", "coordinates": [[[1, "2"], [2, 2], [2, 3], [1, "2"]]]},
        {"type": "MultiPolygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 2]]]},
        {},
    ],
)
def test_outlines_are_checked(geometry: dict[str, Any]) -> None:
    tree = make_small_tree()
    with pytest.raises(problems.BoundaryRefused):
        services.set_boundary(actor=SYSTEM, area=tree["one"], geometry=geometry)


def test_an_outline_and_a_point_come_and_go() -> None:
    tree = make_small_tree()
    boundary = services.set_boundary(actor=SYSTEM, area=tree["one"], geometry={**SQUARE, "more": 1})
    assert boundary is not None
    assert boundary.geometry == SQUARE
    assert services.set_boundary(actor=SYSTEM, area=tree["one"], geometry=None) is None
    area = services.set_point(actor=SYSTEM, area=tree["one"], latitude=1.5, longitude=-2.5)
    assert (area.latitude, area.longitude) == (1.5, -2.5)
    with pytest.raises(problems.PointRefused):
        services.set_point(actor=SYSTEM, area=area, latitude=1.5, longitude=None)
