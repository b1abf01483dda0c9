"""The shipped subjects name icons that can be drawn."""

from __future__ import annotations

import csv
from pathlib import Path

from answerable.programme import __file__ as room
from answerable.web.icons import ICONS


def test_every_icon_of_the_shipped_subjects_is_drawn() -> None:
    with (Path(room).parent / "data" / "subjects.csv").open(encoding="utf-8", newline="") as file:
        named = {row["icon"] for row in csv.DictReader(file)} - {""}
    assert named <= set(ICONS)
