"""A map of areas in five steps, drawn by the server: outlines where there are any, else tiles in reading order. Pure.

No text in it: the table below says the same in words, and text in an SVG turns around in right-to-left pages. Colours
are the page's classes, so that forced colours and print keep them apart by their outlines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape

WIDE = 640
#: A province is no taller than this; it is drawn smaller instead.
HIGHEST = 480
TILE, GAP, MOST_IN_A_ROW = 56, 8, 10
#: Points of an outline that are nearer than this to the last one kept are left out.
FINE = 1.0

_Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """One area of the map: the step of its colour (None: nothing was due), and where a click leads."""

    key: int
    step: int | None
    address: str


def drawn(places: Sequence[Place], outlines: Mapping[int, Any], *, mirrored: bool = False) -> str:
    """The map as an SVG element, or nothing without areas. `outlines`: GeoJSON geometries by key, as checked on import.

    Areas without an outline are left out where others have one: the page says how many.
    """
    if not places:
        return ""
    shown = [place for place in places if place.key in outlines]
    if not shown:
        return _tiles(places, mirrored)
    rings = {place.key: _rings(outlines[place.key]) for place in shown}
    points = [point for own in rings.values() for ring in own for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A degree of longitude is shorter the further from the equator.
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    scale = min(WIDE / max((east - west) * shrink, 1e-9), HIGHEST / max(north - south, 1e-9))
    wide, high = (east - west) * shrink * scale, (north - south) * scale

    def at(point: _Point) -> _Point:
        return (point[0] - west) * shrink * scale, (north - point[1]) * scale

    shapes = [
        _linked(place, f'<path fill-rule="evenodd" d="{_path(map(at, ring) for ring in rings[place.key])}"/>')
        for place in shown
    ]
    return _svg(max(round(wide), 1), max(round(high), 1), shapes)


def _tiles(places: Sequence[Place], mirrored: bool) -> str:
    step = TILE + GAP
    across = min(len(places), MOST_IN_A_ROW)
    down = -(-len(places) // across)
    shapes = []
    for n, place in enumerate(places):
        row, column = divmod(n, across)
        x = (across - 1 - column if mirrored else column) * step
        tile = f'<rect x="{x}" y="{row * step}" width="{TILE}" height="{TILE}" rx="4"/>'
        shapes.append(_linked(place, tile))
    return _svg(across * step - GAP, down * step - GAP, shapes)


def _linked(place: Place, shape: str) -> str:
    step = "none" if place.step is None else place.step
    # The table's links are those for keyboards and for readers; these are for pointers alone.
    return f'<a href="{escape(place.address)}" tabindex="-1" class="step-{step}">{shape}</a>'


def _svg(wide: int, high: int, shapes: Iterable[str]) -> str:
    # Room for the lines around the outermost shapes; a few tiles don't fill the page.
    return (
        f'<svg class="map" viewBox="-2 -2 {wide + 4} {high + 4}" width="{wide + 4}" aria-hidden="true" '
        f'focusable="false">{"".join(shapes)}</svg>'
    )


def _rings(geometry: Mapping[str, Any]) -> list[list[_Point]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


def _path(rings: Iterable[Iterable[_Point]]) -> str:
    return "".join(_ring(list(ring)) for ring in rings)


def _ring(points: list[_Point]) -> str:
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= FINE:
            kept.append((x, y))
    if len(kept) < 3:  # a speck stays one
        x, y = kept[0]
        return f"M{x:.1f} {y:.1f}h1v1h-1z"
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "z"
