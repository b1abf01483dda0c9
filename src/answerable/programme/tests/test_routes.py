"""Who answers for what: the walk up the matrix, alone and in bulk."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.models import Holding
from answerable.access.rules import SYSTEM
from answerable.places.rules import PlacedArea
from answerable.programme import selectors, services
from answerable.programme.problems import SubjectUnknown
from answerable.programme.rules import (
    DEFAULT_TIMES,
    Line,
    PlacedLevel,
    Seat,
    ServiceTimes,
    StandardLine,
    find_route,
    times_for,
)
from tests.support.world import DAY, SINCE, World, make_area, make_post, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def routed(world: World, area: str, subject: str, **more: Any) -> tuple[str | None, str | None, int | None]:
    """The route by both ways, which have to agree."""
    place, about = world.areas[area], world.subjects[subject]
    on = more.pop("on", DAY)
    route = selectors.route_for(area=place, subject=about, on=on, **more)
    bulk = selectors.Matrix.load(DAY).at(on).route(place, about, **more)
    assert route == bulk
    return (
        route.post.key if route.post else None,
        route.outside_body.key if route.outside_body else None,
        route.level_rank,
    )


def test_the_lowest_level_with_a_filled_post_answers(world: World) -> None:
    assert routed(world, "Ford", "roads") == ("upper-ford-desk", None, 3)
    assert routed(world, "Mill", "roads") == ("fordland-desk", None, 2)
    assert routed(world, "Fordland", "roads") == ("fordland-desk", None, 2)
    assert routed(world, "Riverland", "roads") == ("director", None, 1)


def test_escalation_asks_above_a_level_only(world: World) -> None:
    assert routed(world, "Ford", "roads", above=world.levels["township"]) == ("fordland-desk", None, 2)
    assert routed(world, "Ford", "roads", above=2) == ("director", None, 1)
    assert routed(world, "Ford", "roads", above=1) == (None, None, None)


def test_an_empty_seat_is_passed_over_while_a_higher_one_is_filled(world: World) -> None:
    make_post("lower-ford-desk", "case-handler", world.areas["Lower Ford"])
    assert routed(world, "Mill", "roads") == ("fordland-desk", None, 2)
    Holding.objects.update(ends_on=DAY)
    later = DAY + timedelta(1)
    assert routed(world, "Mill", "roads") == ("fordland-desk", None, 2)
    assert routed(world, "Mill", "roads", on=later) == ("lower-ford-desk", None, 3)


def test_a_line_for_the_subject_goes_before_one_for_its_parent_and_for_all(world: World) -> None:
    upper = world.areas["Upper Ford"]
    make_staff("ines", make_post("upper-ford-water", "case-handler", upper, "water"))
    make_staff("juma", make_post("upper-ford-pumps", "case-handler", upper, "pumps"))
    township = world.levels["township"]
    services.set_responsibility(
        actor=SYSTEM, subject=world.subjects["water"], level=township, function="water", valid_from=SINCE
    )
    assert routed(world, "Ford", "water-supply") == ("upper-ford-water", None, 3)
    services.set_responsibility(
        actor=SYSTEM,
        subject=world.subjects["water-supply"],
        level=township,
        function="pumps",
        valid_from=SINCE,
    )
    assert routed(world, "Ford", "water-supply") == ("upper-ford-pumps", None, 3)
    assert routed(world, "Ford", "water") == ("upper-ford-water", None, 3)
    assert routed(world, "Ford", "roads") == ("upper-ford-desk", None, 3)


def test_a_line_within_a_smaller_area_goes_before_a_wider_one(world: World) -> None:
    make_staff("ines", make_post("upper-ford-roads", "coordinator", world.areas["Upper Ford"], "roads"))
    services.set_responsibility(
        actor=SYSTEM,
        subject=None,
        level=world.levels["township"],
        within=world.areas["Fordland"],
        function="roads",
        valid_from=SINCE,
    )
    assert routed(world, "Ford", "roads") == ("upper-ford-roads", None, 3)
    assert routed(world, "Peak", "roads") == ("high-hill-desk", None, 3)


def test_an_outside_body_answers_and_a_post_keeps_the_case(world: World) -> None:
    power = services.add_outside_body(actor=SYSTEM, key="power-company", names={"en": "Power company"})
    services.set_responsibility(
        actor=SYSTEM,
        subject=world.subjects["roads"],
        level=world.levels["township"],
        outside_body=power,
        valid_from=SINCE,
    )
    assert routed(world, "Ford", "roads") == ("upper-ford-desk", "power-company", 3)
    assert routed(world, "Mill", "roads") == ("fordland-desk", "power-company", 3)


def test_lines_and_posts_count_on_their_days_only(world: World) -> None:
    new = make_post("upper-ford-new", "case-handler", world.areas["Upper Ford"], "new", since=DAY)
    make_staff("ines", new, since=DAY)
    services.set_responsibility(
        actor=SYSTEM, subject=None, level=world.levels["township"], function="new", valid_from=DAY
    )
    assert routed(world, "Ford", "roads", on=DAY - timedelta(1)) == ("upper-ford-desk", None, 3)
    assert routed(world, "Ford", "roads", on=DAY) == ("upper-ford-new", None, 3)
    assert routed(world, "Ford", "roads", on=SINCE - timedelta(1)) == (None, None, None)


def test_a_post_that_does_not_reach_the_area_is_never_chosen(world: World) -> None:
    services.set_responsibility(
        actor=SYSTEM,
        subject=None,
        level=world.levels["township"],
        post=world.posts["high-hill-desk"],
        valid_from=SINCE + timedelta(1),
    )
    assert routed(world, "Ford", "roads") == ("fordland-desk", None, 2)
    assert routed(world, "Peak", "roads") == ("high-hill-desk", None, 3)


def test_team_members_auditors_and_operators_answer_for_nothing(world: World) -> None:
    for role in ("team-member", "auditor", "operator", "focal-point"):
        make_staff(f"x-{role}", make_post(f"lower-{role}", role, world.areas["Lower Ford"]))
    assert routed(world, "Mill", "roads") == ("fordland-desk", None, 2)


def test_a_level_that_the_tree_leaves_out_does_not_stop_the_walk(world: World) -> None:
    free = make_area("Free Village", world.levels["village"], world.areas["Fordland"])
    world.areas["Free Village"] = free
    assert routed(world, "Free Village", "roads") == ("fordland-desk", None, 2)


def test_asking_takes_few_queries_and_in_bulk_none(
    world: World, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    areas, subjects = list(world.areas.values()), list(world.subjects.values())
    with django_assert_max_num_queries(4):
        selectors.route_for(area=world.areas["Ford"], subject=world.subjects["water-supply"], on=DAY)
    with django_assert_max_num_queries(6):
        matrix = selectors.Matrix.load(DAY)
    for area in areas:
        matrix.route(area, subjects[0])
    with django_assert_num_queries(0):
        for area in areas:
            for subject in subjects:
                matrix.route(area, subject)
                matrix.times(subject)
                matrix.focal(area)


def test_sensitive_matters_go_to_the_nearest_focal_point_that_is_filled(world: World) -> None:
    ford, peak = world.areas["Ford"], world.areas["Peak"]
    assert selectors.focal_post_for(ford, DAY) == world.posts["focal-point"]
    near = make_post("fordland-focal", "focal-point", world.areas["Fordland"])
    assert selectors.focal_post_for(ford, DAY) == world.posts["focal-point"]
    make_staff("ines", near)
    assert selectors.focal_post_for(ford, DAY) == near
    assert selectors.focal_post_for(peak, DAY) == world.posts["focal-point"]
    matrix = selectors.Matrix.load(DAY)
    assert (matrix.focal(ford), matrix.focal(peak)) == (near, world.posts["focal-point"])
    assert selectors.focal_post_for(ford, SINCE - timedelta(1)) is None


def test_standards_fall_back_from_subject_to_parent_to_all_to_the_default(world: World) -> None:
    supply, roads = world.subjects["water-supply"], world.subjects["roads"]
    assert selectors.standard_for(supply, DAY) == DEFAULT_TIMES == ServiceTimes(3, 7, 30, 14)
    services.set_standard(actor=SYSTEM, subject=None, valid_from=SINCE, times=ServiceTimes(2, 6, 20, 10))
    assert selectors.standard_for(supply, DAY) == ServiceTimes(2, 6, 20, 10)
    water = world.subjects["water"]
    services.set_standard(actor=SYSTEM, subject=water, valid_from=DAY, times=ServiceTimes(1, 2, 5, 7))
    assert selectors.standard_for(supply, DAY) == ServiceTimes(1, 2, 5, 7)
    assert selectors.standard_for(supply, DAY - timedelta(1)) == ServiceTimes(2, 6, 20, 10)
    assert selectors.standard_for(roads, DAY) == ServiceTimes(2, 6, 20, 10)
    matrix = selectors.Matrix.load(DAY)
    assert matrix.times(supply) == ServiceTimes(1, 2, 5, 7)
    assert matrix.at(DAY - timedelta(1)).times(supply) == ServiceTimes(2, 6, 20, 10)


def test_subjects_are_offered_in_two_levels_and_found_by_key(
    world: World, django_assert_num_queries: Any
) -> None:
    services.change_subject(actor=SYSTEM, subject=world.subjects["roads"], offered=False)
    with django_assert_num_queries(2):
        offered = {
            top.key: [child.key for child in top.children.all()] for top in selectors.subjects_offered()
        }
    assert offered == {"conduct": ["bribery"], "water": ["water-supply"]}
    assert selectors.subject_by_key("water-supply").parent == world.subjects["water"]
    with pytest.raises(SubjectUnknown):
        selectors.subject_by_key("x" * 10_000)


def test_posts_that_reach_an_area_nearest_first(world: World) -> None:
    found = selectors.posts_for_area(world.areas["Ford"], ["case-handler", "coordinator", "director"], DAY)
    assert [post.key for post in found] == ["upper-ford-desk", "fordland-desk", "director"]
    assert list(selectors.posts_at(world.levels["township"], DAY, world.areas["Fordland"])) == [
        world.posts["upper-ford-desk"]
    ]


# --- the rules alone, on made-up trees ---------------------------------------------------------

CHAIN = [PlacedLevel(PlacedArea(n, "".join(f"{i:08d}" for i in range(1, n + 1))), n, n) for n in range(1, 5)]
days = st.dates(date(2026, 1, 1), date(2026, 1, 9))


@st.composite
def matrices(draw: st.DrawFn) -> tuple[list[Line], dict[int, Seat]]:
    seats = {}
    for pk in range(1, draw(st.integers(0, 6)) + 1):
        place = draw(st.sampled_from([None, *CHAIN]))
        spans = tuple(
            (day, day + timedelta(draw(st.integers(0, 4)))) for day in draw(st.lists(days, max_size=2))
        )
        seats[pk] = Seat(
            pk,
            draw(st.sampled_from(["case-handler", "coordinator", "auditor"])),
            draw(st.sampled_from(["a", "b"])),
            place.area if place else None,
            draw(days),
            None,
            spans,
        )
    lines = []
    for pk in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["function", "post", "body"]))
        level = draw(st.integers(1, 4))
        lines.append(
            Line(
                pk,
                draw(st.sampled_from([None, 7, 8, 9])),
                level,
                level,
                draw(st.sampled_from([None, CHAIN[0].area, CHAIN[2].area])),
                draw(st.sampled_from(["a", "b"])) if kind == "function" else "",
                draw(st.integers(1, 6)) if kind == "post" else None,
                99 if kind == "body" else None,
                draw(days),
                None,
            )
        )
    return lines, seats


@given(matrices(), days, st.sampled_from([None, 1, 2, 3, 4]), st.randoms())
def test_a_route_stays_inside_its_limits_whatever_the_order_of_the_lines(
    matrix: tuple[list[Line], dict[int, Seat]], on: date, above: int | None, random: Any
) -> None:
    lines, seats = matrix
    found = find_route(chain=CHAIN, subjects=(8, 7, None), lines=lines, seats=seats, on=on, above=above)
    if found.level_rank is not None and above is not None:
        assert found.level_rank < above
    if found.post_id is not None:
        assert seats[found.post_id].is_valid(on)
        assert seats[found.post_id].covers(CHAIN[-1].area)
    mixed = list(lines)
    random.shuffle(mixed)
    other = dict(sorted(seats.items(), key=lambda item: -item[0]))
    assert found == find_route(
        chain=CHAIN, subjects=(8, 7, None), lines=mixed, seats=other, on=on, above=above
    )


@given(
    st.lists(st.tuples(st.sampled_from([None, 7, 8]), days, st.integers(0, 9)), unique_by=lambda t: t[:2]),
    days,
)
def test_the_newest_standard_of_the_most_specific_subject_counts(
    rows: list[tuple[int | None, date, int]], on: date
) -> None:
    lines = [StandardLine(subject, since, ServiceTimes(n, n, n, 1)) for subject, since, n in rows]
    expected = DEFAULT_TIMES
    for subject in (None, 7, 8):
        own = sorted(
            (line for line in lines if line.subject_id == subject and line.valid_from <= on),
            key=lambda x: x.valid_from,
        )
        if own:
            expected = own[-1].times
    assert times_for(lines, (8, 7, None), on) == expected
