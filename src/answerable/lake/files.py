"""Parquet files: from a text of the database to a file that is there whole or not at all.

pyarrow is an optional extra (requirements/lake.in): it is imported where it is needed, and its absence is said plainly.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .declaring import Fact, Type
from .problems import ExtraMissing
from .reading import CELL


def needed() -> None:
    """Raises ExtraMissing."""
    try:
        import pyarrow.csv
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise ExtraMissing from None


def table_of(fact: Fact, text: str) -> Any:
    """The rows of a text as an Arrow table. Raises ValueError if a line has other cells than the declaration says."""
    import pyarrow as pa
    from pyarrow import csv

    if not text:
        return schema_of(fact).empty_table()
    types = {column.name: _type(column.type) for column in fact.columns}
    return csv.read_csv(
        pa.BufferReader(text.encode()),
        read_options=csv.ReadOptions(column_names=list(types), block_size=1 << 24),
        parse_options=csv.ParseOptions(delimiter=CELL, quote_char=False, double_quote=False),
        convert_options=csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            true_values=["1"],
            false_values=["0"],
        ),
    )


def schema_of(fact: Fact) -> Any:
    """The columns and types of a table's files."""
    import pyarrow as pa

    return pa.schema([(column.name, _type(column.type)) for column in fact.columns])


def write(table: Any, path: Path) -> int:
    """Let a table's file stand in the place of whatever stands there; returns its octets. The caller waits for the disk."""
    from pyarrow import parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    # Snappy: a file of a county and month is small, and zstd takes five times as long to set out.
    parquet.write_table(table, draft, compression="snappy", write_page_index=False)
    octets = draft.stat().st_size
    os.replace(draft, path)
    return octets


def _type(kind: Type) -> Any:
    import pyarrow as pa

    return {
        Type.NUMBER: pa.int64(),
        Type.DAY: pa.date32(),
        Type.CODE: pa.string(),
        Type.FLAG: pa.bool_(),
    }[kind]
