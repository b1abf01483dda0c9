"""Every table is bound by the record, or exempt with a reason; what only ever grows is always bound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from answerable.register.auditing import SENTENCES, UNBOUND_TABLES, bound_models
from answerable.register.binding import Bound, columns, row_bytes
from answerable.safeguards.meanings import meanings

ROOT = Path(__file__).resolve().parents[2]
TABLES = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
BOUND = {model._meta.db_table: model for model in bound_models()}


def test_every_table_is_bound_or_exempt_with_a_reason() -> None:
    assert sorted(set(TABLES) - set(BOUND) - set(UNBOUND_TABLES)) == [], "derive from register.binding.Bound"
    assert sorted(set(UNBOUND_TABLES) - set(TABLES)) == [], "no such table any more"
    assert sorted(set(UNBOUND_TABLES) & set(BOUND)) == [], "bound, so not exempt"
    assert all(len(reason) > 12 for reason in UNBOUND_TABLES.values())


def test_what_only_grows_is_bound() -> None:
    growing = set()
    for path in ROOT.glob("src/answerable/*/migrations/*.py"):
        growing.update(re.findall(r'append_only\("(\w+)"', path.read_text("utf-8")))
    assert len(growing) > 20
    assert sorted(table for table in growing - set(BOUND) if not table.startswith("register_")) == []


@pytest.mark.parametrize("table", sorted(BOUND))
def test_what_is_left_out_of_a_row_is_named_and_there(table: str) -> None:
    model = BOUND[table]
    names = {field.name for field in model._meta.concrete_fields}
    assert model.unbound <= names
    assert len(columns(model)) >= 2
    if model.unbound & {"text"}:
        assert {"blind", "commitment"} <= names, "a text that can be erased leaves its commitment"
        assert "commitment" not in model.unbound
    assert set(model.unbound) <= set(meanings()[table])


def test_rows_that_are_written_in_bulk_are_told_as_well() -> None:
    """A manager of its own would write past the record."""
    for model in BOUND.values():
        manager = model._default_manager
        own = model.__name__ == "Staff"  # made one by one, through its manager
        assert own or hasattr(manager.get_queryset(), "bulk_create"), model
        assert own or type(manager.get_queryset()).bulk_create.__qualname__.startswith("BoundRows"), model


def test_no_column_is_of_a_type_that_has_two_forms() -> None:
    odd = (models.DurationField, models.TimeField, models.DateTimeField, models.DecimalField)
    for model in BOUND.values():
        assert not [f.name for f in model._meta.concrete_fields if isinstance(f, odd)], model


def test_an_unsaved_row_of_every_table_has_bytes() -> None:
    for model in BOUND.values():
        row: Bound = model()
        assert row_bytes(row).startswith(b"[")


def test_every_finding_of_an_audit_is_told_in_the_reference() -> None:
    told = (ROOT / "docs/reference/audit.md").read_text("utf-8")
    assert sorted(code for code in SENTENCES if f"`{code}`" not in told) == []
