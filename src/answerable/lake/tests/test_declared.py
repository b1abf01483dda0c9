"""The declaration and what is made from it: every column has its line, and nobody's words are among them."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from answerable.lake import dictionary
from answerable.lake.declared import FACTS, named
from answerable.lake.declaring import Fact, Type

ROOT = Path(__file__).resolve().parents[4]
#: Texts that are no words of anybody: names of places, and codes made of plain signs or of fixed words.
CODES = {
    "name", "key", "code", "kind", "state", "closed_reason", "reason", "step", "by", "phase", "verdict", "stage", "role",
    "currency", "struck_for", "result", "fault", "way", "grade", "measure", "counts", "source", "no_data", "scheme",
}  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_each_column_has_its_line_with_unit_and_meaning(fact: Fact) -> None:
    lines = [row for row in csv.DictReader(io.StringIO(dictionary.sheet())) if row["table"] == fact.name]
    own = {row["column"]: row for row in lines}
    assert list(own) == [column.name for column in dictionary.columns_of(fact)]
    assert len(own) == len(lines), "a name stands twice"
    section = dictionary.page().split(f"\n## {fact.name}\n")[1].split("\n## ")[0]
    described = json.loads(dictionary.schema())["$defs"][fact.name]
    assert set(described["properties"]) == set(described["required"]) == set(own)
    for column in dictionary.columns_of(fact):
        assert f"| {column.name} | {column.type.value} | {column.unit} | {column.meaning} |" in section
        assert column.meaning.rstrip().endswith("."), column.name
        assert column.unit, column.name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)


def test_the_reference_is_what_the_declaration_says() -> None:
    page = (ROOT / "docs/reference/lake.md").read_text("utf-8")
    assert page == dictionary.page(), (
        "PYTHONPATH=src .venv/bin/python -m answerable.lake.dictionary > docs/reference/lake.md"
    )


def test_no_text_is_read_that_could_be_words_of_anybody() -> None:
    told = {
        column for fact in FACTS for one in fact.columns for column in re.findall(r"\.\"?(\w+)\"?", one.sql)
    }
    free = set()
    for model in apps.get_models():
        if not model.__module__.startswith("answerable."):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.TextField, models.CharField, models.JSONField, models.BinaryField)):
                free.add(field.column)
    assert told & free <= CODES
    assert not told & {"latitude", "longitude", "text", "texts", "names", "locator", "post_id", "code_hash"}


def test_what_is_of_a_case_asks_that_it_is_not_sensitive() -> None:
    for fact in FACTS:
        if "listening_case" in fact.source:
            assert "AND NOT c.sensitive" in fact.where, fact.name
        if any(one.type is Type.DAY for one in fact.columns) and fact.on:
            assert fact.filed, fact.name
    assert named("cases") is not None
    assert named("words") is None


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_what_may_be_empty_says_when(fact: Fact) -> None:
    tables = {model._meta.db_table: model for model in apps.get_models()}
    named_in = dict(re.findall(r"(?:^|JOIN )(\w+) (\w)\b", fact.source))
    joined_left = set(re.findall(r"LEFT JOIN (?:\w+) (\w)\b", fact.source))
    models_of = {short: tables[table] for table, short in named_in.items()}
    for column in fact.columns:
        if plain := re.fullmatch(r'(\w)\."?(\w+)"?', column.sql):
            field = next(one for one in models_of[plain[1]]._meta.concrete_fields if one.column == plain[2])
            if field.null or plain[1] in joined_left:
                assert column.optional, column.name
            if (
                not (field.null or field.generated)
                and plain[1] not in joined_left
                and column.type is not Type.CODE
            ):
                assert not column.optional, f"{column.name} is never empty"
