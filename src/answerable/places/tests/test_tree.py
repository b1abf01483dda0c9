"""The tree and its columns: whatever is added and moved, path and l1..l8 say what the parents say."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from answerable.access.problems import Denied
from answerable.access.rules import PUBLIC, SYSTEM
from answerable.places import problems
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.places.selectors import below, placed
from answerable.places.services import level_columns, move_area, move_subtree
from answerable.register.models import Event

from .factories import make_area, make_levels, make_small_tree


def check_whole_tree() -> None:
    areas = {area.pk: area for area in Area.objects.all()}

    def walk(area: Area) -> list[int]:
        return [*(walk(areas[area.parent_id]) if area.parent_id else []), area.pk]

    chains = {pk: walk(area) for pk, area in areas.items()}
    for pk, area in areas.items():
        chain = chains[pk]
        assert ids_in(area.path or "") == chain
        assert area.depth == len(chain)
        columns = [getattr(area, column) for column in level_columns()]
        assert columns == (chain + [None] * 8)[:8]
    for pk, area in areas.items():
        found = set(Area.objects.filter(below(placed(area))).values_list("pk", flat=True))
        assert found == {other for other, chain in chains.items() if pk in chain}


class RandomTrees(TestCase):
    """Random trees up to eleven deep (beyond the level columns), and random moves in them."""

    @settings(max_examples=25)
    @given(data=st.data())
    def test_columns_follow_the_parents(self, data: Any) -> None:
        levels = make_levels(12)
        areas: list[Area] = []
        for number in range(data.draw(st.integers(2, 16), label="areas")):
            # Mostly below the newest, so that trees get deep.
            choices = [None, *areas, *areas[-1:] * 10] if areas else [None]
            parent = data.draw(st.sampled_from(choices), label="parent")
            depth = parent.depth if parent is not None else 0
            if depth < len(levels):
                areas.append(make_area(parent, levels[depth], f"A{number}"))
        check_whole_tree()
        for _ in range(data.draw(st.integers(1, 6), label="moves")):
            area = Area.objects.get(pk=data.draw(st.sampled_from(areas), label="moved").pk)
            into = data.draw(st.sampled_from([None, *areas]), label="into")
            into = Area.objects.get(pk=into.pk) if into is not None else None
            inside = into is not None and placed(area).covers(into.path or "")
            try:
                # The rule about levels is another test's matter: here any shape may come about.
                move_subtree(area, into)
            except problems.AreaInItself:
                assert inside
            else:
                assert not inside
            check_whole_tree()


@pytest.mark.django_db
def test_moving_takes_everything_below_along_and_leaves_a_record() -> None:
    tree = make_small_tree()
    move_area(actor=SYSTEM, area=tree["mill"], to_parent=tree["lake"])
    check_whole_tree()
    one = Area.objects.get(pk=tree["one"].pk)
    assert (one.l1, one.l2, one.l3) == (tree["north"].pk, tree["lake"].pk, tree["mill"].pk)
    body = Event.objects.get(kind="places.area-moved").body
    assert body == {"area": tree["mill"].pk, "out_of": tree["hill"].pk, "into": tree["lake"].pk, "areas": 3}


@pytest.mark.django_db
def test_an_area_is_not_moved_into_itself_nor_to_a_level_that_does_not_fit() -> None:
    tree = make_small_tree()
    with pytest.raises(problems.LevelOrder):
        move_area(actor=SYSTEM, area=tree["hill"], to_parent=tree["mill"])
    with pytest.raises(problems.AreaInItself):
        move_subtree(tree["hill"], tree["mill"])
    with pytest.raises(problems.AreaInItself):
        move_subtree(tree["hill"], tree["hill"])
    with pytest.raises(Denied):
        move_area(actor=PUBLIC, area=tree["mill"], to_parent=tree["lake"])
    check_whole_tree()


@pytest.mark.django_db
def test_the_database_itself_refuses_an_area_as_its_own_parent() -> None:
    tree = make_small_tree()
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(pk=tree["hill"].pk).update(parent=tree["hill"].pk)


@pytest.mark.django_db
def test_moving_costs_the_same_few_statements_however_large_the_subtree(
    django_assert_max_num_queries: Any,
) -> None:
    tree = make_small_tree()
    hill = Area.objects.get(pk=tree["hill"].pk)
    with django_assert_max_num_queries(3):
        move_subtree(hill, tree["south"])
    check_whole_tree()
