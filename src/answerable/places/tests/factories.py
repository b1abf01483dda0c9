"""Areas for tests, made through the room's own services."""

from __future__ import annotations

from answerable.access.rules import SYSTEM
from answerable.places.models import Area, AreaLevel
from answerable.places.services import add_area, add_level

NAMES = ["province", "county", "township", "village"]


def make_levels(count: int = 4) -> list[AreaLevel]:
    keys = [NAMES[place] if place < len(NAMES) else f"level-{place}" for place in range(count)]
    return [
        add_level(actor=SYSTEM, key=key, rank=place * 10, names={"en": key}, is_village=key == "village")
        for place, key in enumerate(keys, 1)
    ]


def make_area(parent: Area | None, level: AreaLevel, name: str, **more) -> Area:
    return add_area(actor=SYSTEM, parent=parent, level=level, name=name, **more)


def make_small_tree() -> dict[str, Area]:
    """Two provinces; in the north two counties, a township and two villages."""
    province, county, township, village = make_levels()
    north, south = make_area(None, province, "North"), make_area(None, province, "South")
    hill, lake = make_area(north, county, "Hill"), make_area(north, county, "Lake")
    mill = make_area(hill, township, "Mill", codes={"test": "T1"})
    one = make_area(mill, village, "Kéfra", names={"en": "Kefra", "ar": "كفرة"}, codes={"test": "V1"})
    two = make_area(mill, village, "Kefra South", codes={"test": "V2"})
    return {
        "north": north,
        "south": south,
        "hill": hill,
        "lake": lake,
        "mill": mill,
        "one": one,
        "two": two,
    }
