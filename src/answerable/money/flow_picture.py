"""The flow picture: money from its source to villages, drawn by the server. Pure.

No text in it: the table below says the same in words, and text in an SVG turns around in right-to-left pages. Bars are
places where money stops, bands are money that went on; the bright part of a bar is what rests there. The widths of
bands and bars are to scale, so that a thin band after a thick bar is seen before any number is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, HIGH, BAR, GAP = 640, 240, 14, 6
#: Bands beyond these are joined in one; a picture of a thousand villages shows none of them.
MOST_STOPS = 9
#: The page's own colours (web/static/web/tokens.css): page CSS reaches inline SVG on screens, not in every PDF.
_BAR, _RESTS, _BAND = "#0c5a4a", "#ffc84a", "#a9cfc1"
OTHERS = "others"


@dataclass(frozen=True)
class Stop:
    """Where money stops: a source, the books of an office, a project, a village. `column` counts from the source."""

    key: str
    column: int
    #: What rests there now.
    left_units: int = 0


@dataclass(frozen=True)
class Band:
    """Money that went from one stop to another of a later column."""

    source: str
    target: str
    units: int


def gathered(
    stops: Sequence[Stop], bands: Sequence[Band], most: int = MOST_STOPS
) -> tuple[list[Stop], list[Band], dict[str, str]]:
    """The same flow with the smaller stops of each column joined; also which stop is now part of which."""
    size = _sizes(stops, bands)
    part_of: dict[str, str] = {}
    kept: list[Stop] = []
    columns: dict[int, list[Stop]] = defaultdict(list)
    for stop in stops:
        columns[stop.column].append(stop)
    for column, own in sorted(columns.items()):
        ranked = sorted(own, key=lambda stop: (-size[stop.key], stop.key))
        # One stop is never "others": it would be itself without its name.
        cut = most - 1 if len(ranked) > most else len(ranked)
        kept += ranked[:cut]
        if ranked[cut:]:
            joined = f"{OTHERS}-{column}"
            part_of |= {stop.key: joined for stop in ranked[cut:]}
            kept.append(Stop(joined, column, sum(stop.left_units for stop in ranked[cut:])))
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for band in bands:
        sums[part_of.get(band.source, band.source), part_of.get(band.target, band.target)] += band.units
    return kept, [Band(*ends, units) for ends, units in sums.items() if units > 0], part_of


def drawn(stops: Sequence[Stop], bands: Sequence[Band], *, mirrored: bool = False) -> str:
    """The picture as an SVG element, or nothing where nothing flows; `mirrored` for pages from right to left."""
    size = _sizes(stops, bands)
    stops = [stop for stop in stops if size[stop.key] > 0]
    if len({stop.column for stop in stops}) < 2:
        return ""
    columns: dict[int, list[Stop]] = defaultdict(list)
    for stop in stops:
        columns[stop.column].append(stop)
    scale = min(
        (HIGH - GAP * (len(own) - 1)) / sum(size[stop.key] for stop in own) for own in columns.values()
    )
    places = sorted(columns)
    step = (WIDE - BAR) / (len(places) - 1)
    across = {column: round(place * step) for place, column in enumerate(places)}
    top: dict[str, float] = {}
    for own in columns.values():
        y = 0.0
        for stop in own:
            top[stop.key] = y
            y += size[stop.key] * scale + GAP
    shapes = _bands(bands, top, {stop.key: across[stop.column] for stop in stops}, scale)
    shapes += _bars(stops, size, top, across, scale)
    turn = f' transform="matrix(-1 0 0 1 {WIDE} 0)"' if mirrored else ""
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" width="100%" aria-hidden="true" focusable="false">'
        f"<g{turn}>{''.join(shapes)}</g></svg>"
    )


def _bands(
    bands: Sequence[Band], top: Mapping[str, float], across: Mapping[str, int], scale: float
) -> list[str]:
    out, into = dict(top), dict(top)
    shapes = []
    for band in sorted(bands, key=lambda band: (top.get(band.source, 0), top.get(band.target, 0))):
        if band.source not in across or band.target not in across or band.units <= 0:
            continue
        x1, x2 = across[band.source] + BAR, across[band.target]
        middle = (x1 + x2) // 2
        y1, y2, thick = out[band.source], into[band.target], band.units * scale
        out[band.source] += thick
        into[band.target] += thick
        shapes.append(
            f'<path fill="{_BAND}" d="M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}'
            f'V{y2 + max(thick, 0.5):.1f}C{middle} {y2 + thick:.1f} {middle} {y1 + thick:.1f} {x1} {y1 + max(thick, 0.5):.1f}Z"/>'
        )
    return shapes


def _bars(
    stops: Sequence[Stop],
    size: Mapping[str, int],
    top: Mapping[str, float],
    across: Mapping[int, int],
    scale: float,
) -> list[str]:
    shapes = []
    for stop in stops:
        high, rests = max(size[stop.key] * scale, 1.0), max(stop.left_units, 0) * scale
        x, y = across[stop.column], top[stop.key]
        shapes.append(f'<path fill="{_BAR}" d="M{x} {y:.1f}h{BAR}v{high:.1f}h-{BAR}z"/>')
        if stop.left_units > 0:
            low = max(rests, 1.0)
            shapes.append(f'<path fill="{_RESTS}" d="M{x} {y + high - low:.1f}h{BAR}v{low:.1f}h-{BAR}z"/>')
    return shapes


def _sizes(stops: Sequence[Stop], bands: Sequence[Band]) -> dict[str, int]:
    """How much passed or stopped at each stop: what came, or what went and is left where the source is beyond the books."""
    came: dict[str, int] = defaultdict(int)
    went: dict[str, int] = defaultdict(int)
    for band in bands:
        went[band.source] += band.units
        came[band.target] += band.units
    return {stop.key: max(came[stop.key], went[stop.key] + max(stop.left_units, 0)) for stop in stops}
