"""`May I see it` and `what do I see` are one question."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from answerable.access.gate import NothingRecorded, acting, is_open, post_for
from answerable.access.models import Holding, Post, Staff
from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM, Actor, Right, Role
from answerable.access.selectors import actor_for, scope
from answerable.places.models import Area, AreaLevel
from answerable.register.models import Event
from tests.support.world import DAY, SINCE, World, make_area, make_level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


class RollBack(Exception):
    """Ends an example without a trace."""


@st.composite
def trees(draw: st.DrawFn) -> list[int | None]:
    """Parents by place in the list; deep enough to leave the level columns now and then."""
    size = draw(st.integers(1, 12))
    if draw(st.booleans()):
        return [None, *range(size - 1)]
    return [draw(st.none() | st.integers(0, n - 1)) if n else None for n in range(size)]


holdings = st.lists(
    st.tuples(
        st.sampled_from(Role), st.none() | st.integers(0, 11), st.sampled_from(["now", "past", "future"])
    ),
    max_size=4,
)


@given(parents=trees(), held=holdings, right=st.sampled_from(Right), active=st.booleans())
def test_an_area_passes_the_gate_exactly_when_the_lists_show_it(
    parents: list[int | None],
    held: list[tuple[Role, int | None, str]],
    right: Right,
    active: bool,
) -> None:
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(RollBack))
        stack.enter_context(transaction.atomic())
        level = make_level("any", 1)
        areas: list[Area] = []
        for n, parent in enumerate(parents):
            areas.append(make_area(f"a{n}", level, None if parent is None else areas[parent]))
        staff = Staff.objects.create(username="amina", name="Amina", is_active=active)
        for n, (role, place, when) in enumerate(held):
            post = Post.objects.create(
                key=f"p{n}",
                role=role,
                area=None if place is None else areas[place % len(areas)],
                valid_from=SINCE,
            )
            start, end = {
                "now": (SINCE, None),
                "past": (SINCE, SINCE),
                "future": (DAY.replace(day=3), None),
            }[when]
            Holding.objects.create(post=post, staff=staff, starts_on=start, ends_on=end)
        for actor in (actor_for(staff), PUBLIC, SYSTEM):
            listed = set(Area.objects.filter(scope(actor, right, "")))
            assert listed == {area for area in areas if _passes(actor, right, area)}
        raise RollBack


def _passes(actor: Actor, right: Right, area: Area) -> bool:
    try:
        post = post_for(actor, right, area)
    except Denied:
        return False
    assert (post is not None) == (actor.kind == "staff")
    return True


def test_the_narrowest_post_signs_for_an_act(world: World) -> None:
    Holding.objects.create(post=_second(world), staff=world.staff["amina"], starts_on=SINCE)
    amina = world.actor("amina")
    assert post_for(amina, Right.HANDLE, world.areas["Ford"]) == world.posts["upper-ford-desk"].pk
    assert post_for(amina, Right.HANDLE, world.areas["Mill"]) == Post.objects.get(key="second").pk
    with pytest.raises(Denied):
        post_for(amina, Right.HANDLE, None)


def _second(world: World) -> Post:
    return Post.objects.create(
        key="second", role=Role.COORDINATOR, area=world.areas["Fordland"], valid_from=SINCE
    )


def test_an_act_that_fails_leaves_nothing_and_one_that_records_nothing_is_a_bug(world: World) -> None:
    with pytest.raises(NothingRecorded), acting(SYSTEM, Right.SET_UP, None):
        make_level("never", 9)
    with pytest.raises(ZeroDivisionError):
        _act_and_fail()
    assert not is_open()
    assert not Event.objects.exists()
    assert not AreaLevel.objects.filter(key="never").exists()


def _act_and_fail() -> None:
    with acting(SYSTEM, Right.SET_UP, None) as act:
        assert is_open()
        make_level("never", 9)
        act.record("test.done")
        raise ZeroDivisionError


def test_an_area_without_a_place_in_the_tree_opens_nothing(world: World) -> None:
    Area.objects.filter(pk=world.areas["High Hill"].pk).update(path=None)
    daudi = world.actor("daudi")
    with pytest.raises(Denied):
        post_for(daudi, Right.HANDLE, world.areas["Ford"])
    assert not Area.objects.filter(scope(daudi, Right.HANDLE, "")).exists()
