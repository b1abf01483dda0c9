"""What the demo sets for itself before the settings are read: its own database, clock and cost of codes."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

DATABASE = "demo.sqlite3"
CLOCK = "demo-clock"


def prepare() -> None:
    """Point the settings at the demo's own files in the data folder. A database of your own is never touched."""
    folder = Path(os.environ.get("ANSWERABLE_DATA") or "var").absolute()
    os.environ["ANSWERABLE_DATA"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{quote(str(folder / DATABASE))}"
    os.environ.setdefault("ANSWERABLE_CLOCK", str(folder / CLOCK))
    # The lowest cost that OWASP allows: the demo makes many codes at once.
    os.environ.setdefault("ANSWERABLE_CODE_MEMORY_KIB", "19456")
    os.environ.setdefault("ANSWERABLE_CODE_PASSES", "2")
    os.environ.setdefault("ANSWERABLE_NAME", "Meridale Villages")
    os.environ.setdefault("ANSWERABLE_EMERGENCY", "112")
    # ZZ is no country's: ISO 3166-1 leaves it to users.
    os.environ.setdefault("ANSWERABLE_IATI_ORG", "ZZ-DEMO-MERIDALE")
    os.environ.setdefault("ANSWERABLE_IATI_COUNTRY", "ZZ")
