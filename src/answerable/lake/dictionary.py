"""The data dictionary: the declaration as a page, as CSV and as a JSON schema. Nobody writes it a second time."""

from __future__ import annotations

import csv
import io
import json
import sys

from .declared import FACTS, FOLDERS, LEFT_OUT, PUBLISHING
from .declaring import Column, Fact, Split, Type

_JSON = {
    Type.NUMBER: {"type": "integer"},
    Type.DAY: {"type": "string", "format": "date"},
    Type.CODE: {"type": "string"},
    Type.FLAG: {"type": "boolean"},
}
_SPLIT = {
    Split.WHOLE: "One file.",
    Split.YEAR: "Folders of year and county, a file a year, by {filed}.",
    Split.MONTH: "Folders of year and county, a file a month, by {filed}.",
}


def columns_of(fact: Fact) -> tuple[Column, ...]:
    """What a reader of the table sees: the files' columns, then the folders'."""
    return fact.columns if fact.split is Split.WHOLE else (*fact.columns, *FOLDERS)


def page(heading: str = "# The lake's tables") -> str:
    """Markdown: each table with its rows, its files and its columns."""
    lines = [heading, "", PUBLISHING, "", *(f"- {line}" for line in LEFT_OUT), ""]
    lines += [
        "Types are Parquet's; days have no time, and amounts are whole minor units. What may be empty says when.",
        "",
    ]
    for fact in FACTS:
        lines += [
            f"## {fact.name}",
            "",
            f"{fact.row} {_SPLIT[fact.split].format(filed=f'`{fact.filed}`')}",
            "",
        ]
        lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [
            f"| {one.name} | {one.type.value} | {one.unit} | {one.meaning} |" for one in columns_of(fact)
        ]
        lines.append("")
    return "\n".join(lines)


def sheet() -> str:
    """The same as CSV, one line a column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "column", "type", "unit", "may_be_empty", "meaning"])
    for fact in FACTS:
        for one in columns_of(fact):
            empty = "yes" if one.optional else "no"
            writer.writerow([fact.name, one.name, one.type.value, one.unit, empty, one.meaning])
    return out.getvalue()


def schema() -> str:
    """A JSON schema of one row of each table."""
    tables = {
        fact.name: {
            "type": "object",
            "description": fact.row,
            "additionalProperties": False,
            "required": [one.name for one in columns_of(fact)],
            "properties": {one.name: _property(one) for one in columns_of(fact)},
        }
        for fact in FACTS
    }
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": tables}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _property(column: Column) -> dict[str, object]:
    kind: dict[str, object] = dict(_JSON[column.type])
    if column.optional:
        kind["type"] = [kind["type"], "null"]
    return kind | {"description": f"{column.meaning} ({column.unit})"}


if __name__ == "__main__":  # docs/reference/lake.md is made so
    sys.stdout.write(page())
