"""The acceptance table of the register names tests that exist, one row after the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs/reference/register-format.md").read_text("utf-8")
ROWS: dict[str, str] = dict(re.findall(r"^\| (A\d+) \| (.*) \|$", TABLE, re.M))


def test_the_table_has_every_row_of_the_specification() -> None:
    assert list(ROWS) == [f"A{n}" for n in range(1, 23)]


def place(row: str) -> int:
    """Where a row stands: A2 before A10."""
    return int(row[1:])


NAMES: list[str] = sorted(ROWS, key=place)


@pytest.mark.parametrize("row", NAMES)
def test_each_row_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`(\S+\.py)::(test_\w+)`", ROWS[row])
    assert named
    for path, name in named:
        source = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^def {name}\(", source, re.M), f"{path} has no {name}"
