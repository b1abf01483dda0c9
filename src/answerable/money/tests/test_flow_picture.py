"""The flow picture: to scale, without text, and small."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from answerable.money.flow_picture import HIGH, WIDE, Band, Stop, drawn, gathered

STOPS = [Stop("fund", 0), Stop("county", 1, 30), Stop("a", 2), Stop("b", 2, 10)]
BANDS = [Band("fund", "county", 100), Band("county", "a", 50), Band("county", "b", 20)]


def test_no_text_and_nothing_that_acts() -> None:
    picture = drawn(STOPS, BANDS)
    tags = {element.tag for element in etree.fromstring(picture).iter()}
    assert tags == {"svg", "g", "path"}
    assert "style" not in picture
    assert "script" not in picture


def test_nothing_flows_and_nothing_is_drawn() -> None:
    assert drawn([], []) == ""
    assert drawn([Stop("fund", 0, 100)], []) == ""


def test_right_to_left_is_mirrored() -> None:
    assert "matrix(-1 0 0 1" in drawn(STOPS, BANDS, mirrored=True)


def test_small_stops_are_joined_and_nothing_is_lost() -> None:
    villages = [Stop(f"v{n}", 1, n) for n in range(30)]
    bands = [Band("fund", f"v{n}", 10 + n) for n in range(30)]
    stops, joined, part_of = gathered([Stop("fund", 0), *villages], bands)
    assert len(stops) == 1 + 9
    assert sum(band.units for band in joined) == sum(band.units for band in bands)
    assert sum(stop.left_units for stop in stops) == sum(stop.left_units for stop in villages)
    assert set(part_of.values()) == {"others-1"}
    assert len(drawn(stops, joined)) < 4_000


@given(
    st.lists(st.integers(1, 10**15), min_size=1, max_size=20), st.lists(st.integers(0, 10**15), max_size=20)
)
def test_everything_stands_inside_the_picture(units: list[int], left: list[int]) -> None:
    stops = [Stop("f", 0)] + [Stop(str(n), 1, (left + [0] * 20)[n]) for n in range(len(units))]
    picture = drawn(*gathered(stops, [Band("f", str(n), u) for n, u in enumerate(units)])[:2])
    for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)", picture):
        assert 0 <= float(x) <= WIDE
        assert -0.1 <= float(y) <= HIGH + 1
