"""Outlines of areas: GeoJSON geometries (RFC 7946), checked as plain values."""

from __future__ import annotations

import math
from typing import Any

from .problems import BoundaryRefused

MOST_POSITIONS = 200_000


def checked_outline(geometry: Any) -> dict[str, Any]:
    """The geometry with nothing but its type and coordinates. Raises BoundaryRefused.

    Polygon or MultiPolygon; rings of four positions or more, the last equal to the first; longitude first,
    in degrees. The winding of rings is left as it is: RFC 7946 asks readers not to refuse either.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        found = geometry.get("type") if isinstance(geometry, dict) else "nothing"
        raise BoundaryRefused(why=f"it must be a Polygon or a MultiPolygon, not {str(found)[:40]}.")
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    if not isinstance(polygons, list) or not polygons:
        raise BoundaryRefused(why="it has no coordinates.")
    count = 0
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise BoundaryRefused(why="a polygon needs an outer ring.")
        for ring in polygon:
            count += _check_ring(ring)
            if count > MOST_POSITIONS:
                raise BoundaryRefused(why=f"it has more than {MOST_POSITIONS} points. Simplify it first.")
    return {"type": geometry["type"], "coordinates": coordinates}


def _check_ring(ring: Any) -> int:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BoundaryRefused(why="a ring needs four points or more.")
    for position in ring:
        _check_position(position)
    if ring[0] != ring[-1]:
        raise BoundaryRefused(why="a ring is not closed: its last point must equal its first.")
    return len(ring)


def _check_position(position: Any) -> None:
    if not isinstance(position, list) or len(position) < 2:
        raise BoundaryRefused(why="a point needs a longitude and a latitude.")
    for value in position:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BoundaryRefused(why="a point holds something that is no number.")
    longitude, latitude = position[:2]
    if not -180 <= longitude <= 180 or not -90 <= latitude <= 90:
        raise BoundaryRefused(
            why=f"the point {longitude}, {latitude} is not on earth: longitude comes first, in degrees."
        )
