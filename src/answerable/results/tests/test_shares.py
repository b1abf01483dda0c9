"""A share of people or cases is said of one area, in steps, of enough; a solver narrows nothing with it."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.rules import Quarter, as_csv, lines_of
from answerable.disclosure.tests.reader import Reader
from answerable.results import services
from answerable.results.published import CASES_AT_LEAST, Shown, shown
from answerable.results.rules import Reading, read_number
from answerable.results.rules.measures import Measure
from answerable.safeguards.protecting import NARROWEST
from tests.support.properties import examples
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
    assert of("cases", share(150, CASES_AT_LEAST - 3)) == hidden
    assert of("cases", share(150, CASES_AT_LEAST)) == Shown(Fraction(75))
    assert of("cases", share(900, 900), own=False) == elsewhere
    # What somebody stated elsewhere as a bare percentage holds no count.
    assert of("cases", Reading(value=read_number("71")), own=False) == Shown(Fraction(71))
    assert of("cases", Reading(no_data="lost"), own=False) == Shown(no_data="lost")


@st.composite
def provinces(draw: st.DrawFn) -> tuple[dict[int, int | None], dict[int, dict[str, int]], int]:
    """A large place beside small ones, and of how many the office said that they are done: few reply, or nearly all."""
    above: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 3}
    for _ in range(draw(st.integers(1, 3))):
        above[len(above) + 1] = 2
    counts = {}
    for area in above:
        if area not in above.values():
            heard = (
                draw(st.integers(185, 260)) if area == 4 else draw(st.integers(0, 12) | st.integers(0, 30))
            )
            answered = draw(st.sampled_from([heard, max(0, heard - 1), heard * 9 // 10]))
            confirmed = draw(st.integers(0, answered) | st.sampled_from([answered, max(0, answered - 3)]))
            counts[area] = {"heard": heard, "answered": answered, "confirmed": confirmed}
    answered, confirmed = (sum(one[name] for one in counts.values()) for name in ("answered", "confirmed"))
    return above, counts, draw(st.sampled_from([answered, confirmed, (answered + confirmed) // 2]))


@settings(max_examples=examples(200))
@given(provinces())
def test_a_reader_of_the_released_table_narrows_no_small_count_with_a_share(world: Any) -> None:
    """The worst case: the part is the very count that the table has as confirmed, and all that is claimed was answered."""
    above, counts, claimed = world
    file = as_csv(CASES, Quarter(date(2026, 7, 1)), lines_of(CASES, above, counts))
    reader = Reader()
    reader.reads("q", above, file)
    confirmed = sum(one["confirmed"] for one in counts.values())
    said = of("cases", share(confirmed, claimed))
    assert said is not None
    if said.value is None:
        return
    percent, part, whole = float(said.value), ("q", 1, "confirmed"), "claimed"
    reader.ranges[whole] = (CASES_AT_LEAST - 2, math.inf)
    reader.known += [
        ({("q", 1, "answered"): 1, whole: -1}, 0, math.inf),
        ({whole: 1, part: -1}, 0, math.inf),
        _at_most(part, whole, (percent + 2.5) / 100, 1),
        _at_most(part, whole, (percent - 2.5) / 100, -1),
    ]
    for key in reader.hidden():
        least, most = reader.bounds(key)
        assert most - least + 1 >= NARROWEST, key


def _at_most(part: Any, whole: Any, share: float, sign: int) -> tuple[dict[Any, Any], float, float]:
    """What a share says of the true counts behind its rounded ones: at most (1), or at least (-1), so much of the whole."""
    return {part: sign, whole: -sign * share}, -math.inf, 2 + 2 * share


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
