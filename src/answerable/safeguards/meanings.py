"""What each table and column means: read from holdings/, a file a room, which a test holds against the models."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("holdings")
#: The entry that speaks of the table itself.
TABLE = "_"


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Meanings by table and column; `TABLE` is the table's own."""
    return {
        table: columns
        for path in sorted(FOLDER.glob("*.toml"))
        for table, columns in tomllib.loads(path.read_text("utf-8")).items()
    }
