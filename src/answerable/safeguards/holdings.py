"""What each table and column means: read from holdings.toml, which a test holds against the models."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("holdings.toml")
#: The entry that speaks of the table itself.
TABLE = "_"


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Meanings by table and column; `TABLE` is the table's own."""
    return tomllib.loads(FILE.read_text("utf-8"))
