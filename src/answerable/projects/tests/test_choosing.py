"""A village chooses: the counts add up, nothing changes afterwards, and the public sees rounded numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from answerable.access.problems import Denied
from answerable.kernel.labels import ChoiceUnknown
from answerable.projects import selectors, services
from answerable.projects.models import Choice, ChoiceOption, Project
from answerable.projects.problems import (
    ChoiceCountsWrong,
    ChoiceEachWrong,
    ChoiceHandsSpoiled,
    ChoiceOptionWrong,
    ChoiceTooFew,
    DayNotPast,
    KeyTaken,
)
from answerable.projects.rules.choosing import Tally, check_tally, places, published
from answerable.projects.services import Option
from answerable.register.models import Event
from tests.support.world import DAY, World

from .factories import propose, under_way

pytestmark = pytest.mark.usefixtures("on_monday")


def hold(world: World, hands: tuple[int, int, int] = (41, 23, 4), **more: Any) -> Choice:
    """A choice between the pump, the road, and none of these."""
    rows = [Project.objects.filter(key=key).first() or propose(world, key=key) for key in ("pump", "road")]
    options = [Option(project, n) for project, n in zip([*rows, None], hands, strict=True)]
    given_: dict[str, Any] = {
        "actor": world.actor("farid"),
        "key": "march",
        "area": world.areas["Ford"],
        "names": {"en": "What first?"},
        "on": DAY - timedelta(days=1),
        "way": "hands",
        "options": options,
        "present": sum(hands) + 2,
        "unused": 2,
        "how": ["counted-twice", "announced-before"],
        "texts": {"en": "Under the tree, after the market."},
    }
    return services.record_choice(**given_ | more)


def test_a_choice_is_recorded_with_how_it_was_held(world: World) -> None:
    choice = hold(world)
    assert (choice.present, choice.hands, choice.how) == (70, 68, ["announced-before", "counted-twice"])
    assert list(choice.options.order_by("n").values_list("project__key", "hands")) == [
        ("pump", 41),
        ("road", 23),
        (None, 4),
    ]
    assert Event.objects.get(kind="projects.choice-held").body["hands"] == [41, 23, 4]
    seen = selectors.published_choice(choice)
    assert (seen.present.value, seen.decided) == (70, True)
    assert [(o.place, o.hands.value) for o in seen.options] == [(1, 40), (2, 25), (3, None)]


def test_sums_that_do_not_add_up_are_refused(world: World) -> None:
    for wrong in (
        {"present": 69},
        {"present": 71},
        {"spoiled": 1, "present": 71},
        {"hands": (80, -10, 0), "present": 72},
        {"hands": (0, 0, 0), "present": 0, "unused": 0},
        {"each": 0},
        {"each": 3},
    ):
        with pytest.raises(ChoiceCountsWrong):
            hold(world, **wrong)
    # What can't be has a sentence of its own, however it adds up.
    refused: tuple[tuple[type[ChoiceCountsWrong], dict[str, Any]], ...] = (
        (ChoiceHandsSpoiled, {"spoiled": 1, "present": 71}),
        (ChoiceEachWrong, {"each": 3}),
        (ChoiceTooFew, {"options": [Option(None, 68)]}),
    )
    for refusal, more in refused:
        with pytest.raises(refusal):
            hold(world, **more)
    hold(world, way="paper", spoiled=1, present=71)
    assert Choice.objects.count() == 1


def test_with_two_each_nobody_gives_more_than_two(world: World) -> None:
    with pytest.raises(ChoiceCountsWrong):
        hold(world, (41, 41, 41), present=60, unused=0, each=2)
    with pytest.raises(ChoiceCountsWrong):
        hold(world, (61, 20, 0), present=60, unused=0, each=2)
    with pytest.raises(ChoiceCountsWrong):
        hold(world, (20, 20, 10), present=60, unused=0, each=2)
    assert hold(world, (60, 40, 10), present=60, unused=0, each=2).hands == 110


def test_options_are_proposals_for_the_area_each_once(world: World) -> None:
    pump, far = propose(world), propose(world, key="far", village="Mill", who="baraka")
    started = under_way(world, key="started")
    for options in (
        [Option(pump, 1), Option(pump, 1)],
        [Option(pump, 1), Option(far, 1)],
        [Option(pump, 1), Option(started, 1)],
    ):
        with pytest.raises(ChoiceOptionWrong):
            hold(world, options=options, present=4)
    with pytest.raises(ChoiceUnknown):
        hold(world, how=["by-acclamation"])
    with pytest.raises(DayNotPast):
        hold(world, on=DAY + timedelta(days=1))
    for who in ("daudi", "public", "chidi"):
        with pytest.raises(Denied):
            hold(world, actor=world.actor(who))
    assert Choice.objects.count() == 0


def test_a_mistake_is_put_right_by_another_record(world: World) -> None:
    first = hold(world)
    with pytest.raises(KeyTaken):
        hold(world)
    second = hold(world, (40, 24, 4), key="march-2", replaces=first)
    assert selectors.choices_in(world.areas["Fordland"]) == [second]


def test_the_database_keeps_a_choice_as_it_was(world: World) -> None:
    choice = hold(world)
    for rows, change in (
        (Choice.objects.all(), {"present": 80}),
        (ChoiceOption.objects.filter(n=1), {"hands": 1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChoiceOption.objects.create(choice=choice, n=4, project=propose(world, key="late"), hands=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(
            key="wrong", area=choice.area, on=DAY, way="hands", present=10, hands=11, recorded_on=DAY
        )


tallies = st.lists(st.integers(0, 300), min_size=2, max_size=6)


@given(tallies, st.integers(0, 20), st.integers(0, 20))
def test_what_adds_up_is_taken_and_one_more_or_less_is_not(
    hands: list[int], spoiled: int, unused: int
) -> None:
    present = sum(hands) + spoiled + unused
    assume(present)
    check_tally(Tally(present, tuple(hands), 1, spoiled, unused), "paper")
    for wrong in (present - 1, present + 1):
        with pytest.raises(ChoiceCountsWrong):
            check_tally(Tally(wrong, tuple(hands), 1, spoiled, unused), "paper")


@given(tallies)
def test_what_is_published_shows_no_small_number_and_keeps_the_order(hands: list[int]) -> None:
    seen = published(Tally(sum(hands), tuple(hands)))
    assert [o.place for o in seen.options] == sorted(places(hands))
    for option in seen.options:
        true = hands[option.n - 1]
        assert option.hands.hidden == (true < 10)
        assert option.hands.value is None or (
            option.hands.value % 5 == 0 and abs(option.hands.value - true) <= 2
        )
    shown = [o.hands.value or 0 for o in seen.options]
    assert shown == sorted(shown, reverse=True)


def test_everybody_reads_the_order_rounded_counts_and_how_it_was_held(world: World, client: Client) -> None:
    hold(world)
    for lang in ("en", "ar", "zh-hans"):
        page = client.get(f"/{lang}/area/{world.areas['Ford'].pk}/choices/")
        assert page.status_code == 200
    above = client.get(f"/en/area/{world.areas['Fordland'].pk}/choices/").content.decode()
    here = client.get(f"/en/area/{world.areas['Ford'].pk}/choices/").content.decode()
    for text in (above, here):
        assert ">40<" in text
        assert ">41<" not in text
        assert "fewer than 10" in text
    assert (
        "No choice is written down"
        in client.get(f"/en/area/{world.areas['Peak'].pk}/choices/").content.decode()
    )
    assert client.get("/en/area/99999999/choices/").status_code == 404
    assert client.get("/en/area/99999999999999999999/choices/").status_code == 404
