"""A share of people is said of one area, in steps, of enough; of cases only the released tables speak."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from django.test import Client

from answerable.results import services
from answerable.results.published import Shown, shown
from answerable.results.rules import Reading, read_number
from answerable.results.rules.measures import Measure
from tests.support.world import World

from .factories import Frame, share


def of(counts: str, reading: Reading, *, own: bool = True) -> Shown | None:
    indicator: Any = SimpleNamespace(counts=counts, measure=Measure.PERCENTAGE)
    return shown(indicator, reading, own=own)


def test_a_share_is_a_percentage_of_enough_and_of_the_frameworks_own_area() -> None:
    hidden, elsewhere = Shown(hidden=True), Shown(hidden=True, whole_only=True)
    assert of("things", share(1, 3), own=False) == Shown(Fraction(100, 3), Fraction(1), Fraction(3))
    assert of("people", share(41, 63)) == Shown(Fraction(60))
    assert of("people", share(41, 63), own=False) == elsewhere
    assert of("people", share(9, 63)) == hidden
    assert of("people", share(15, 17)) == hidden
    for own in (True, False):
        assert of("cases", share(900, 900), own=own) == Shown(hidden=True, released=True)
    # What somebody stated elsewhere as a bare percentage holds no count.
    assert of("cases", Reading(value=read_number("71")), own=False) == Shown(Fraction(71))
    assert of("cases", Reading(no_data="lost"), own=False) == Shown(no_data="lost")


def test_pages_and_scores_say_it_of_the_own_area_only(world: World, client: Client) -> None:
    frame = Frame(world)
    rated = frame.indicator("rated", "percentage", counts="people")
    card, _ = services.set_scorecard(
        actor=frame.coordinator, framework=frame.framework, key="stars", names={"en": "Stars"}, formula="stars",
        needs_percent=1,
    )  # fmt: skip
    services.set_part(actor=frame.coordinator, scorecard=card, indicator=rated, weight=1, full=500_000)
    frame.approved(rated, share(41, 63))
    frame.approved(rated, share(30, 40), "Ford")
    services.publish_framework(actor=frame.coordinator, framework=frame.framework)
    pages = [
        client.get(f"/en/area/{world.areas[name].pk}/results/").content.decode()
        for name in ("Upper Ford", "Ford")
    ]
    assert "60%" in pages[0]
    assert "75%" not in pages[1]
    assert "said for the whole area only" in pages[1]
    assert "30" not in pages[1].split("<main")[1].split("</main>")[0]
