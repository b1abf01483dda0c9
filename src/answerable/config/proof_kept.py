"""What `answerable books check` found last, in a file of the data folder: `answerable doctor` reads it there.

A file, as the check only reads the database, and a database that was restored from yesterday was not checked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from answerable.kernel import clock
from answerable.money.services import Proof

from . import env


@dataclass(frozen=True)
class Kept:
    """The day of the last check, and how many figures differed."""

    on: date
    differences: int


def place() -> Path:
    """The file."""
    return env.data_folder() / "books-check.json"


def keep(proof: Proof) -> None:
    """Keep what a check found, in one step: a reader never finds half a file."""
    said = {"on": clock.today().isoformat(), "differences": len(proof.differences)}
    new = place().with_suffix(".new")
    new.write_text(json.dumps(said), encoding="utf-8")
    new.replace(place())


def kept() -> Kept | None:
    """What the last check found; None when there was none, or the file can't be read."""
    try:
        said = json.loads(place().read_text(encoding="utf-8"))
        return Kept(date.fromisoformat(said["on"]), int(said["differences"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
