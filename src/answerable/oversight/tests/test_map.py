"""The map: outlines or tiles, in steps, without a word in it."""

import re

from lxml import etree

from answerable.oversight.map_picture import GAP, TILE, Place, drawn

PLACES = [Place(n, step, f"?area={n}&order=late") for n, step in enumerate((0, 1, 4, None), 1)]


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_without_outlines_there_is_a_tile_for_each_in_reading_order() -> None:
    svg = drawn(PLACES, {})
    etree.fromstring(svg)
    assert re.findall(r'class="step-(\w+)"', svg) == ["0", "1", "4", "none"]
    across = [int(x) for x in re.findall(r'<rect x="(\d+)"', svg)]
    assert across == [n * (TILE + GAP) for n in range(4)]
    mirrored = drawn(PLACES, {}, mirrored=True)
    assert [int(x) for x in re.findall(r'<rect x="(\d+)"', mirrored)] == across[::-1]
    rows = drawn([Place(n, 0, "?") for n in range(25)], {})
    assert len(set(re.findall(r' y="(\d+)"', rows))) == 3


def test_outlines_are_drawn_north_up_and_fit() -> None:
    hole = [square(10, 50, 4), square(11, 51)]
    outlines = {
        1: {"type": "Polygon", "coordinates": hole},
        2: {"type": "MultiPolygon", "coordinates": [[square(14, 50)], [square(16, 53)]]},
    }
    svg = drawn(PLACES, outlines)
    etree.fromstring(svg)
    assert svg.count("<path") == 2
    assert svg.count("<rect") == 0
    box = re.search(r'viewBox="-2 -2 (\d+) (\d+)"', svg)
    assert box is not None
    points = [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", svg)]
    assert min(x for x, _ in points) == 0
    assert max(x for x, _ in points) <= int(box[1])
    assert min(y for _, y in points) == 0
    assert max(y for _, y in points) <= int(box[2])
    # The south-western corner of the first area is on the left, below.
    assert points[0] == (0.0, max(y for _, y in points))
    # At 52 degrees north, seven degrees east are about as far as four to the north.
    assert 0.9 < int(box[1]) / int(box[2]) < 1.2


def test_there_is_no_text_and_no_address_leaves_its_attribute() -> None:
    svg = drawn([Place(1, 0, '?"><script>')], {})
    assert "<script" not in svg
    assert "<text" not in svg
    assert "<title" not in svg
    assert drawn([], {}) == ""


def test_fine_outlines_get_coarser_and_a_speck_stays() -> None:
    many = [[n / 10_000, 0.0] for n in range(10_000)] + [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    speck = square(2, 2, 0.000001)
    svg = drawn(
        PLACES,
        {1: {"type": "Polygon", "coordinates": [many]}, 2: {"type": "Polygon", "coordinates": [speck]}},
    )
    assert len(svg) < 12_000
    assert "h1v1h-1z" in svg
    etree.fromstring(drawn(PLACES, {1: {"type": "Polygon", "coordinates": [square(2, 2, 0)]}}))
