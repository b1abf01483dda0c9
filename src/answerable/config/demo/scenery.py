"""Pictures of the demo's projects, drawn: a hillside with a tap, a lamp, a bridge ... and nobody in it.

The same spot looks the same before, during and after the work, but for what was built.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
#: `later` is what `after` shows, at another time of day.
STAGES = ("before", "during", "after", "later")
#: Size of the picture, and how much larger it is drawn, so that edges are smooth.
WIDTH, HEIGHT, FINER = 600, 400, 2
GROUND = 0.63  # where the near ground begins, from the top


@dataclass(frozen=True)
class Light:
    """The colours of a time of day and season."""

    above: Colour
    below: Colour
    sun: Colour
    hills: tuple[Colour, Colour, Colour]
    ground: Colour
    leaf: Colour


LIGHTS = (
    Light(
        (120, 180, 220), (232, 240, 230), (255, 246, 214),
        ((158, 185, 180), (126, 162, 130), (104, 145, 96)), (150, 165, 96), (76, 118, 70),
    ),
    Light(
        (146, 170, 208), (250, 224, 190), (255, 226, 160),
        ((176, 172, 186), (160, 150, 118), (150, 132, 84)), (186, 164, 104), (124, 122, 60),
    ),
    Light(
        (104, 160, 190), (226, 236, 226), (250, 250, 235),
        ((140, 170, 178), (96, 144, 132), (78, 126, 92)), (118, 150, 88), (52, 98, 66),
    ),
)  # fmt: skip
DUSK = Light(
    (44, 56, 98), (212, 150, 120), (244, 190, 140),
    ((82, 84, 118), (62, 72, 88), (50, 64, 66)), (70, 80, 62), (38, 56, 48),
)  # fmt: skip
WOOD, STONE, WALL, ROOF = (122, 92, 62), (168, 162, 150), (226, 214, 190), (168, 88, 66)
METAL, WATER, EARTH, LAMPLIGHT = (96, 106, 112), (92, 156, 190), (150, 118, 82), (255, 226, 140)
SHADE = (60, 54, 50)


class Sheet:
    """A drawing board whose width and height are both 1 and a bit; colours are mixed in."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER))
        self.pen = ImageDraw.Draw(self.image)

    def at(self, points: list[Point]) -> list[Point]:
        """Shares of the sheet as its pixels."""
        return [(x * self.image.width, y * self.image.height) for x, y in points]

    def area(self, colour: Colour, *points: Point) -> None:
        """Fill what these corners enclose."""
        self.pen.polygon(self.at(list(points)), fill=colour)

    def box(self, colour: Colour, x: float, y: float, x2: float, y2: float) -> None:
        """Fill an upright box."""
        self.area(colour, (x, y), (x2, y), (x2, y2), (x, y2))

    def line(self, colour: Colour, thick: float, *points: Point) -> None:
        """Draw a line."""
        self.pen.line(
            self.at(list(points)), fill=colour, width=max(1, int(thick * self.image.width)), joint="curve"
        )

    def blob(self, colour: Colour, x: float, y: float, r: float, flat: float = 1.0) -> None:
        """Fill a circle, or a flat one; `r` is a share of the width."""
        wide = r * self.image.width
        (at,) = self.at([(x, y)])
        self.pen.ellipse([at[0] - wide, at[1] - wide * flat, at[0] + wide, at[1] + wide * flat], fill=colour)

    def arc(self, colour: Colour, thick: float, x: float, y: float, r: float, start: int, end: int) -> None:
        """Draw a part of a circle."""
        wide = r * self.image.width
        (at,) = self.at([(x, y)])
        self.pen.arc(
            [at[0] - wide, at[1] - wide, at[0] + wide, at[1] + wide],
            start,
            end,
            fill=colour,
            width=int(thick * self.image.width),
        )


def draw(kind: str, stage: str, spot: str) -> bytes:
    """A picture of a spot as a JPEG file; the same spot has the same hills, houses and trees."""
    rng = random.Random(f"{kind} {spot}")
    which = rng.randrange(len(LIGHTS)) + (stage == "later")
    light = DUSK if kind == "lamp" and stage != "later" else LIGHTS[which % len(LIGHTS)]
    sheet = Sheet()
    _landscape(sheet, light, rng)
    THINGS[kind](sheet, light, "after" if stage == "later" else stage, rng)
    small = sheet.image.reduce(FINER)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=88)
    return out.getvalue()


# --- what is around -----------------------------------------------------------------------------


def _landscape(sheet: Sheet, light: Light, rng: random.Random) -> None:
    size = sheet.image.size
    fade = Image.linear_gradient("L").resize(size)
    sheet.image.paste(
        Image.composite(Image.new("RGB", size, light.below), Image.new("RGB", size, light.above), fade)
    )
    sheet.blob(light.sun, rng.uniform(0.12, 0.88), rng.uniform(0.1, 0.2), 0.04)
    for n, colour in enumerate(light.hills):
        base, high = 0.36 + 0.09 * n, 0.11 - 0.03 * n
        turn, wave = rng.uniform(0, 6), rng.uniform(0.8, 1.5)
        ridge = [
            (
                x / 40,
                base
                - high * math.sin(turn + x / 40 * 5 * wave)
                - high / 3 * math.sin(2 * turn + x / 40 * 13),
            )
            for x in range(41)
        ]
        sheet.area(colour, *ridge, (1, 1), (0, 1))
    for _ in range(4):
        _tree(
            sheet, _mixed(light.leaf, light.hills[1], 0.5), rng.uniform(0, 1), rng.uniform(0.55, 0.6), 0.016
        )
    for x in sorted(rng.sample([0.08, 0.2, 0.74, 0.86], 2)):
        _house(sheet, light, x + rng.uniform(-0.03, 0.03), 0.6, rng.uniform(0.05, 0.065))
    sheet.area(light.ground, (0, GROUND), (0.5, GROUND - 0.02), (1, GROUND + 0.01), (1, 1), (0, 1))
    sheet.area(
        _mixed(light.ground, EARTH, 0.45), (0.4, GROUND - 0.01), (0.46, GROUND - 0.01), (0.36, 1), (0.1, 1)
    )
    for _ in range(26):
        x, y = rng.uniform(0, 1), rng.uniform(0.68, 0.98)
        tall = 0.012 + 0.02 * (y - 0.6)
        sheet.line(_mixed(light.ground, light.leaf, 0.5), 0.002, (x, y), (x + 0.004, y - tall))
    _tree(sheet, light.leaf, rng.choice([0.05, 0.95]), 0.72, 0.05)


def _tree(sheet: Sheet, leaf: Colour, x: float, y: float, r: float) -> None:
    sheet.line(WOOD, r / 4, (x, y), (x, y - 2 * r))
    for dx, dy, part in ((-0.6, 2.4, 0.8), (0.6, 2.5, 0.8), (0, 3.3, 1)):
        sheet.blob(_mixed(leaf, (255, 255, 255), 0.06 * dy - 0.1), x + dx * r, y - dy * r, r * part)


def _house(sheet: Sheet, light: Light, x: float, y: float, r: float) -> None:
    wall, roof = _mixed(WALL, light.hills[0], 0.2), _mixed(ROOF, light.hills[0], 0.15)
    sheet.box(wall, x - r, y - 1.1 * r, x + r, y + 0.05)
    sheet.area(roof, (x - 1.25 * r, y - 1.1 * r), (x, y - 2.4 * r), (x + 1.25 * r, y - 1.1 * r))
    window = LAMPLIGHT if light is DUSK else SHADE
    sheet.box(window, x + 0.3 * r, y - 0.7 * r, x + 0.6 * r, y - 0.1 * r)
    sheet.box(WOOD, x - 0.6 * r, y - 0.7 * r, x - 0.2 * r, y + 0.05)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    share = max(0.0, min(1.0, share))
    r, g, b = (round(a * (1 - share) + c * share) for a, c in zip(one, other, strict=True))
    return r, g, b


def _building_site(sheet: Sheet, x: float, y: float) -> None:
    """A heap of gravel, a barrow and a stack of planks: somebody is at work, and at lunch."""
    sheet.area(STONE, (x - 0.09, y), (x - 0.05, y - 0.07), (x - 0.02, y - 0.085), (x + 0.03, y))
    sheet.area(_mixed(STONE, SHADE, 0.2), (x - 0.02, y - 0.085), (x + 0.03, y), (x - 0.02, y))
    for n in range(3):
        sheet.box(
            _mixed(WOOD, WALL, 0.2 * n), x + 0.05, y - 0.018 * n - 0.015, x + 0.2 - 0.01 * n, y - 0.018 * n
        )
    sheet.area(ROOF, (x + 0.06, y + 0.05), (x + 0.14, y + 0.05), (x + 0.12, y + 0.1), (x + 0.075, y + 0.1))
    sheet.blob(SHADE, x + 0.08, y + 0.115, 0.014)
    sheet.line(WOOD, 0.005, (x + 0.12, y + 0.06), (x + 0.2, y + 0.045))


# --- the things -----------------------------------------------------------------------------------


def _tap(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A hand pump on a stone base; water runs when it works."""
    x, y = 0.58, 0.86
    base = _mixed(STONE, EARTH, 0.45) if stage == "before" else STONE
    sheet.area(base, (x - 0.14, y), (x + 0.14, y), (x + 0.17, y + 0.05), (x - 0.17, y + 0.05))
    if stage == "during":
        _building_site(sheet, 0.24, 0.9)
        sheet.area(
            EARTH, (x - 0.1, y + 0.005), (x + 0.1, y + 0.005), (x + 0.07, y + 0.04), (x - 0.07, y + 0.04)
        )
        sheet.line(WOOD, 0.008, (x - 0.16, y + 0.02), (x, y - 0.42), (x + 0.16, y + 0.02))
        sheet.line(METAL, 0.01, (x, y - 0.42), (x, y))
        return
    metal = _mixed(METAL, ROOF, 0.5) if stage == "before" else (60, 110, 150)
    sheet.box(metal, x - 0.02, y - 0.3, x + 0.02, y)
    sheet.box(metal, x - 0.028, y - 0.33, x + 0.028, y - 0.29)
    if stage == "before":
        sheet.line(metal, 0.012, (x, y - 0.31), (x + 0.1, y - 0.12))
        sheet.line(metal, 0.014, (x - 0.01, y - 0.2), (x - 0.06, y - 0.19))
        for dx in (-0.09, -0.02, 0.06):
            sheet.line(SHADE, 0.002, (x + dx, y + 0.01), (x + dx + 0.02, y + 0.04))
        return
    sheet.line(metal, 0.012, (x, y - 0.31), (x + 0.13, y - 0.36))
    sheet.line(metal, 0.016, (x - 0.01, y - 0.2), (x - 0.07, y - 0.2), (x - 0.075, y - 0.17))
    sheet.line(_mixed(WATER, (255, 255, 255), 0.4), 0.009, (x - 0.075, y - 0.165), (x - 0.078, y - 0.05))
    sheet.area(METAL, (x - 0.11, y - 0.08), (x - 0.045, y - 0.08), (x - 0.055, y + 0.01), (x - 0.1, y + 0.01))
    sheet.blob(WATER, x - 0.078, y - 0.078, 0.031, 0.3)
    for dx in (-0.3, 0.3):
        sheet.blob(light.leaf, x + dx * 0.6, y + 0.04, 0.022, 0.7)
        sheet.blob(ROOF, x + dx * 0.6, y + 0.015, 0.007)


def _lamp(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A street lamp in the evening."""
    x, y = 0.6, 0.92
    if stage == "during":
        _building_site(sheet, 0.25, 0.88)
        sheet.line(WOOD, 0.009, (x - 0.09, y), (x - 0.01, y - 0.55))
        sheet.line(WOOD, 0.009, (x - 0.03, y), (x + 0.03, y - 0.55))
        for n in range(7):
            low = n / 7
            sheet.line(
                WOOD, 0.006, (x - 0.09 + 0.08 * low, y - 0.55 * low), (x - 0.03 + 0.06 * low, y - 0.55 * low)
            )
    top = 0.3 if stage != "before" else 0.34
    sheet.line(METAL, 0.013, (x, y), (x + (0.03 if stage == "before" else 0), top))
    lean = 0.03 if stage == "before" else 0.0
    sheet.line(METAL, 0.01, (x + lean, top), (x - 0.09, top - (0.0 if stage == "before" else 0.05)))
    head = (x - 0.1, top - (0.0 if stage == "before" else 0.05))
    if stage == "after":
        glow = Image.new("L", sheet.image.size)
        pen = ImageDraw.Draw(glow)
        cone = [head, (head[0] - 0.24, 0.97), (head[0] + 0.24, 0.97)]
        pen.polygon(sheet.at(cone), fill=70)
        for r, strong in ((0.07, 60), (0.045, 110), (0.026, 190)):
            (at,) = sheet.at([head])
            wide = r * sheet.image.width
            pen.ellipse([at[0] - wide, at[1] - wide, at[0] + wide, at[1] + wide], fill=strong)
        sheet.image.paste(Image.new("RGB", sheet.image.size, LAMPLIGHT), mask=glow)
    sheet.area(
        SHADE,
        (head[0] - 0.035, head[1]),
        (head[0], head[1] - 0.035),
        (head[0] + 0.035, head[1]),
    )
    sheet.blob((255, 248, 214) if stage == "after" else (90, 92, 100), head[0], head[1] + 0.008, 0.014)
    if stage == "before":
        sheet.line(SHADE, 0.003, (head[0] - 0.01, head[1] + 0.01), (head[0] - 0.03, head[1] + 0.12))


def _bridge(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A footbridge over a stream."""
    sheet.area(WATER, (0.44, GROUND), (0.56, GROUND), (0.86, 1), (0.3, 1))
    sheet.area(_mixed(WATER, (255, 255, 255), 0.3), (0.48, 0.7), (0.5, 0.7), (0.55, 1), (0.48, 1))
    left, right, y = 0.3, 0.78, 0.8
    for x in (left, right):
        sheet.box(_mixed(STONE, SHADE, 0.15), x - 0.05, y, x + 0.05, y + 0.11)
    if stage == "before":
        sheet.line(WOOD, 0.018, (left - 0.04, y - 0.005), (0.46, y + 0.03))
        sheet.line(WOOD, 0.018, (right + 0.04, y - 0.005), (0.66, y + 0.05))
        sheet.line(_mixed(WOOD, SHADE, 0.3), 0.012, (0.52, 0.93), (0.6, 0.99))
        return
    planks = 12 if stage == "after" else 6
    span = (right - left + 0.08) / 12
    for n in range(planks):
        x = left - 0.04 + span * n
        rise = 0.035 * math.sin(math.pi * (n + 0.5) / 12)
        sheet.box(
            _mixed(WOOD, WALL, 0.15 + 0.1 * (n % 2)), x, y - 0.02 - rise, x + span * 0.92, y + 0.015 - rise
        )
    if stage == "during":
        _building_site(sheet, 0.12, 0.93)
        sheet.line(WOOD, 0.008, (left - 0.04, y - 0.02), (right + 0.04, y - 0.02))
        return
    for side in (0.0, 0.03):
        rail = [
            (left - 0.04 + 0.56 * n / 8, y - 0.13 - 0.035 * math.sin(math.pi * n / 8) + side)
            for n in range(9)
        ]
        sheet.line(_mixed(WOOD, WALL, 0.2), 0.007, *rail)
    for n in range(0, 9, 2):
        x, rise = left - 0.04 + 0.56 * n / 8, 0.035 * math.sin(math.pi * n / 8)
        sheet.line(WOOD, 0.008, (x, y - 0.14 - rise), (x, y - rise))


def _road(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A village road: holes, gravel, then even paving."""
    surface = {"before": EARTH, "during": _mixed(EARTH, STONE, 0.5), "after": STONE}[stage]
    sheet.area(surface, (0.46, GROUND), (0.54, GROUND), (0.92, 1), (0.3, 1))
    if stage == "before":
        for x, y, r in ((0.52, 0.72, 0.02), (0.56, 0.82, 0.04), (0.66, 0.93, 0.06), (0.48, 0.9, 0.035)):
            sheet.blob(_mixed(EARTH, SHADE, 0.4), x, y, r, 0.35)
            sheet.blob(_mixed(WATER, EARTH, 0.4), x, y + 0.006, r * 0.7, 0.3)
        return
    if stage == "during":
        _building_site(sheet, 0.14, 0.88)
        for n in range(40):
            x, y = rng.uniform(0.44, 0.74), rng.uniform(0.74, 0.97)
            sheet.blob(_mixed(STONE, SHADE, 0.1 * (n % 4)), x, y, 0.008, 0.7)
        return
    for n in range(8):
        y = 0.67 + 0.045 * n
        part = (y - GROUND) / (1 - GROUND)
        sheet.line(_mixed(STONE, SHADE, 0.2), 0.003, (0.46 - 0.16 * part, y), (0.54 + 0.38 * part, y))
    for edge, far in ((0.46, -0.16), (0.54, 0.38)):
        sheet.line(_mixed(STONE, (255, 255, 255), 0.4), 0.008, (edge, GROUND), (edge + far, 1))


def _school(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A school with its bell and its roof."""
    x, y, w = 0.56, 0.86, 0.26
    sheet.box(WALL, x - w, y - 0.24, x + w, y)
    for n in range(3):
        at = x - w + 0.05 + 0.12 * n
        sheet.box(_mixed(WATER, (255, 255, 255), 0.3), at, y - 0.18, at + 0.06, y - 0.07)
    sheet.box(WOOD, x + w - 0.09, y - 0.18, x + w - 0.03, y)
    ridge, eaves = y - 0.42, y - 0.23
    if stage == "during":
        for n in range(9):
            at = x - w + 2 * w * n / 8
            sheet.line(WOOD, 0.006, (at, eaves), (x - 0.16 + 0.32 * n / 8, ridge))
        sheet.line(WOOD, 0.009, (x - 0.17, ridge), (x + 0.17, ridge))
        _building_site(sheet, 0.14, 0.95)
        return
    roof = ROOF if stage == "after" else _mixed(ROOF, SHADE, 0.35)
    sheet.area(roof, (x - w - 0.03, eaves), (x - 0.17, ridge), (x + 0.17, ridge), (x + w + 0.03, eaves))
    if stage == "before":
        for at, size in ((x - 0.1, 0.06), (x + 0.12, 0.045)):
            sheet.area(
                SHADE, (at - size, eaves - 0.04), (at - size / 2, eaves - 0.13), (at + size, eaves - 0.1),
                (at + size / 2, eaves - 0.03),
            )  # fmt: skip
        return
    for n in range(1, 5):
        level = n / 5
        sheet.line(
            _mixed(ROOF, SHADE, 0.25), 0.003,
            (x - w - 0.03 + (w - 0.14) * level, eaves + (ridge - eaves) * level),
            (x + w + 0.03 - (w - 0.14) * level, eaves + (ridge - eaves) * level),
        )  # fmt: skip
    sheet.box(WALL, x - 0.03, ridge - 0.07, x + 0.03, ridge)
    sheet.area(ROOF, (x - 0.045, ridge - 0.07), (x, ridge - 0.13), (x + 0.045, ridge - 0.07))
    sheet.blob(LAMPLIGHT, x, ridge - 0.03, 0.011)


def _channel(sheet: Sheet, light: Light, stage: str, rng: random.Random) -> None:
    """A water channel through the fields."""
    for n in range(6):
        x = 0.62 + 0.07 * n
        sheet.line(
            _mixed(light.leaf, light.ground, 0.3), 0.006, (0.55 + 0.03 * n, GROUND + 0.01), (x + 0.1 * n, 1)
        )
    bank = EARTH if stage == "before" else STONE
    bed = {"before": _mixed(EARTH, SHADE, 0.3), "during": _mixed(STONE, SHADE, 0.3), "after": WATER}[stage]
    sheet.area(bank, (0.44, GROUND), (0.52, GROUND), (0.7, 1), (0.3, 1))
    sheet.area(bed, (0.46, GROUND), (0.5, GROUND), (0.63, 1), (0.38, 1))
    if stage == "before":
        for x, y in ((0.48, 0.75), (0.46, 0.85), (0.55, 0.93)):
            sheet.blob(_mixed(EARTH, light.leaf, 0.6), x, y, 0.03, 0.5)
        return
    if stage == "during":
        _building_site(sheet, 0.15, 0.9)
        return
    sheet.area(_mixed(WATER, (255, 255, 255), 0.35), (0.475, 0.66), (0.485, 0.66), (0.51, 1), (0.46, 1))
    sheet.box(METAL, 0.43, 0.78, 0.44, 0.9)
    sheet.box(METAL, 0.55, 0.78, 0.56, 0.9)
    sheet.box(WOOD, 0.43, 0.77, 0.56, 0.8)


THINGS: dict[str, Callable[[Sheet, Light, str, random.Random], None]] = {
    "tap": _tap,
    "lamp": _lamp,
    "bridge": _bridge,
    "road": _road,
    "school": _school,
    "channel": _channel,
}
