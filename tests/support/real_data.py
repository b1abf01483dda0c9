"""The folder with real files, which stands beside the project on machines that have it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ANSWERABLE_SHARED") or ROOT.parent / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real files; a test that asks for it is skipped where there is none."""
    if not (SHARED / "data").is_dir():
        pytest.skip(
            "needs the real files: the folder `shared` beside the project, or ANSWERABLE_SHARED, is absent"
        )
    return SHARED
