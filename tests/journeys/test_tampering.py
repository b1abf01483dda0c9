"""Whoever changes, backdates, deletes or adds a row of the demo by raw SQL is found, with the row and the leaf named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from answerable.register.auditing import bound_models
from answerable.register.auditing.tables import is_of_a_matter
from tests.support.demo_server import SLOWEST, Place, run
from tests.support.tampering import WAYS

ROOT = Path(__file__).resolve().parents[2]
TABLES = [model._meta.db_table for model in bound_models()]
CODES = {
    "edit": ["row-changed"],
    "backdate": ["row-changed"],
    "delete": ["row-deleted"],
    "add": ["row-added"],
    "forge": ["row-bound-wrongly"],
}
#: Whether an event is of a row's matter is looked at as well.
OF_A_MATTER = ["row-bound-wrongly", "row-of-another"]


@pytest.fixture(scope="session")
def tampered(
    untouched_demo: Place, filled_place: tuple[Place, str], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """What was done to a copy of the demo, and what the audits after it found."""
    # Not of this worker's own one: a server may stand on it, and PostgreSQL copies no database that is in use.
    place, _ = filled_place
    own = Place(tmp_path_factory.mktemp("tampered") / "data", place.server, f"{place.name}_t")
    own.make(like=untouched_demo)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.tampering"],
            env={**own.env, "DJANGO_SETTINGS_MODULE": "answerable.config.settings"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SLOWEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    finally:
        own.drop()


def test_the_demo_audits_clean_and_the_command_says_so(filled_place: tuple[Place, str]) -> None:
    place, _ = filled_place
    done = run(place.env, "audit", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing found" in done.stdout


def test_before_anybody_meddles_nothing_is_found(tampered: Any) -> None:
    assert tampered["clean"] == []


@pytest.mark.parametrize("table", TABLES)
def test_the_row_is_named_with_its_leaf(tampered: Any, table: str) -> None:
    for way in WAYS:
        row = tampered[way]["touched"][table]
        if row is None:
            assert way in {"backdate", "add"}, f"{way}: nothing could be done to {table}"
            continue
        rows = [one for one in tampered[way]["findings"] if one[0].startswith("row-")]
        found = [one for one in rows if one[1:3] == [table, row]]
        expected = OF_A_MATTER if way == "forge" and is_of_a_matter(table) else CODES[way]
        assert [one[0] for one in found] == expected, (way, table, row)
        _, _, _, event, leaf, sentence = found[0]
        assert f"{table} {row}" in sentence
        if way != "add":
            assert event is not None
            assert leaf is not None
            assert f"leaf {leaf:,}" in sentence


def test_enough_tables_have_days_and_take_rows(tampered: Any) -> None:
    """So that this test does not grow empty."""
    assert sum(row is not None for row in tampered["backdate"]["touched"].values()) > 35
    assert sum(row is not None for row in tampered["add"]["touched"].values()) > 20


def test_nothing_else_is_accused(tampered: Any) -> None:
    for way in WAYS:
        touched = {(table, row) for table, row in tampered[way]["touched"].items()}
        rows = [one for one in tampered[way]["findings"] if one[0].startswith("row-")]
        assert [one for one in rows if (one[1], one[2]) not in touched] == []
