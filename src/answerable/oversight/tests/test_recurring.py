"""What comes back, against the figures of each month; and its page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from answerable.access.problems import NotThere
from answerable.access.rules import SYSTEM
from answerable.kernel import clock
from answerable.listening.figures import Period, area_figures
from answerable.listening.models import Case
from answerable.listening.tests.test_figures import make_case
from answerable.oversight.recurring import LEAST_A_MONTH, RECURS_IN, months_to, recurring
from answerable.places.models import Boundary
from tests.support.world import DAY, World

MONTHS = months_to(DAY)


def in_months(world: World, village: str, subject: str, counts: list[int], **given) -> None:
    """So many cases in each of the last months."""
    Case.objects.bulk_create(
        make_case(world, village, subject, received_on=month + timedelta(days=n % 2), **given)
        for month, count in zip(MONTHS, counts, strict=True)
        for n in range(count)
    )


@pytest.fixture
def scene(world: World, on_monday: date) -> World:
    in_months(world, "Ford", "water-supply", [3, 0, 4, 1, 3, 0])
    in_months(world, "Ford", "water", [1, 0, 0, 2, 0, 0])  # the same theme: its upper subject
    in_months(world, "Well", "roads", [9, 9, 2, 2, 2, 2])
    in_months(world, "Mill", "roads", [3, 3, 3, 3, 3, 1])
    in_months(world, "Peak", "roads", [5, 5, 5, 5, 5, 5], kind="thanks")
    in_months(world, "Peak", "water", [5, 5, 5, 5, 5, 5], sensitive=True)
    in_months(world, "Peak", "water", [5, 5, 5, 5, 5, 5], state="withdrawn")
    return world


def test_months_go_back_over_the_year() -> None:
    assert months_to(date(2026, 3, 31)) == [date(2025, n, 1) for n in (10, 11, 12)] + [
        date(2026, n, 1) for n in (1, 2, 3)
    ]


@pytest.mark.django_db
def test_what_recurs_is_in_three_months_of_six(scene: World) -> None:
    found = recurring(scene.actor("ama"), scene.areas["Upper Ford"])
    assert [(one.place.name, one.theme.key, one.counts) for one in found if one.place] == [
        ("Ford", "water", (4, 0, 4, 3, 3, 0))
    ]
    assert found[0].times == 4
    counties = recurring(scene.actor("ama"), scene.areas["Riverland"])
    assert [(one.place.name, one.theme.key) for one in counties if one.place] == [
        ("Fordland", "roads"),
        ("Fordland", "water"),
    ]


@pytest.mark.django_db
def test_each_count_is_what_the_figures_say(scene: World) -> None:
    for place in ("Riverland", "Fordland", "Upper Ford"):
        for one in recurring(scene.actor("ama"), scene.areas[place]):
            assert one.place is not None
            for n, month in enumerate(MONTHS):
                last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
                split = area_figures(SYSTEM, one.place, Period(month, last), "subject")
                counts = {part.key: part.figures.received for part in split.parts}
                assert counts.get(one.theme.pk, 0) == one.counts[n]
            assert sum(count >= LEAST_A_MONTH for count in one.counts) >= RECURS_IN


@pytest.mark.django_db
def test_only_where_figures_are_seen(scene: World) -> None:
    for who, place in (("baraka", "Riverland"), ("daudi", "Ford"), ("esi", "Ford"), ("grace", "Ford")):
        with pytest.raises(NotThere):
            recurring(scene.actor(who), scene.areas[place])
    with clock.held_at(DAY - timedelta(days=300)):
        assert recurring(scene.actor("ama"), None) == []


@pytest.mark.django_db
def test_the_pages_name_places_themes_and_draw_the_map(scene: World) -> None:
    client = Client()
    client.force_login(scene.staff["baraka"])
    text = client.get(f"/desk/overview/recurring/?area={scene.areas['Upper Ford'].pk}").content.decode()
    assert "Water" in text
    assert "from=2025-10-01" in text
    assert "not to be published" in text
    assert client.get(f"/desk/overview/recurring/?area={scene.areas['Peak'].pk}").status_code == 404
    tiles = client.get("/desk/overview/").content.decode()
    assert tiles.count('tabindex="-1" class="step-') == 2
    ring = [[1, 1], [2, 1], [2, 2], [1, 1]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    Boundary.objects.create(area=scene.areas["Upper Ford"], geometry=outline)
    drawn = client.get("/desk/overview/").content.decode()
    assert drawn.count('tabindex="-1" class="step-') == 1
    assert "Areas without an outline: 1" in drawn
