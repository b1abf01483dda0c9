"""Two frameworks to begin with, as sheets that anybody can change: they are read like any other one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from answerable.kernel.labels import ChoiceUnknown

FOLDER = Path(__file__).with_name("data")
SAMPLES = ("one-two-two-three", "ten-stars")


def sample_text(name: str, *, area: str, year: int) -> str:
    """A sample as CSV for an area (its code) and a year. Raises ChoiceUnknown."""
    if name not in SAMPLES:
        raise ChoiceUnknown(field="sample", given=name[:40] or "-", allowed=", ".join(SAMPLES))
    text = (FOLDER / f"{name}.csv").read_text("utf-8")
    for mark, value in (("{area}", area), ("{year}", str(year)), ("{before}", str(year - 1))):
        text = text.replace(mark, value)
    return text


@contextmanager
def sample_file(name: str, *, area: str, year: int) -> Iterator[Path]:
    """The same as a file, while the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_text(sample_text(name, area=area, year=year), "utf-8")
        yield path
