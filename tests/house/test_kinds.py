"""Every act that a room records is declared with the rows it writes; rows of other rooms only where that is said here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from answerable.register import kinds, rules
from answerable.register.auditing import bound_models

ROOT = Path(__file__).resolve().parents[2]
#: A kind as the code writes it where it records an act; `f"room.{...}"` counts as all of a room's.
SAID = re.compile(r'(?:record|tell|tell_openly|_note|on)\(\s*(?:[\w.]+, )*"([a-z]+\.[a-z-]+)"')
DECLARED = {name: kind for name, kind in kinds.declared().items() if not name.startswith("test.")}
#: Acts that write rows of a room that is not their own, and why.
BEYOND = {
    ("listening.matter-erased", "following_caseproject"): "erasing binds all of a matter's rows anew",
    ("register.pad-issued", "listening_slip"): "the public log names pads as its own, as verifiers read them",
    ("register.pad-issued", "listening_slippad"): "as above",
    ("register.pad-settled", "listening_slip"): "as above",
    ("register.pad-settled", "listening_slippad"): "as above",
}


def test_every_kind_that_the_code_records_is_declared() -> None:
    said = {
        kind
        for path in ROOT.glob("src/answerable/**/*.py")
        if "tests" not in path.parts
        for kind in SAID.findall(path.read_text("utf-8"))
    }
    assert len(said) > 60
    assert sorted(said - set(DECLARED)) == [], (
        "declare it in the acts.py of its room (register.kinds.declare)"
    )


def test_every_public_kind_is_declared() -> None:
    public = {name for name in rules.public_kinds() if not name.startswith("test.")}
    assert sorted(public - set(DECLARED)) == [], "declare(..., public=True) in the acts.py of its room"


def test_every_declared_table_is_one_that_the_record_binds() -> None:
    bound = {model._meta.db_table for model in bound_models()}
    named = {table for kind in DECLARED.values() for table in kind.adds | kind.changes | kind.takes}
    assert sorted(named - bound) == []


def test_every_bound_table_is_written_by_some_kind() -> None:
    added = {table for kind in DECLARED.values() for table in kind.adds | kind.changes}
    rooms = {name.partition(".")[0] for name in DECLARED}
    bound = {m._meta.db_table for m in bound_models() if m._meta.app_label in rooms}
    assert sorted(bound - added) == []


def test_an_act_writes_the_rows_of_its_own_room() -> None:
    beyond = {
        (name, table)
        for name, kind in DECLARED.items()
        for table in kind.adds | kind.changes | kind.takes
        if table.partition("_")[0] != name.partition(".")[0]
    }
    assert beyond == set(BEYOND)


def test_money_is_written_by_acts_of_money_alone() -> None:
    money = {m._meta.db_table for m in apps.get_app_config("money").get_models()}
    for name, kind in DECLARED.items():
        if (kind.adds | kind.changes | kind.takes) & money:
            assert name.startswith("money."), name


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        kinds.declare("money.entry-posted")
