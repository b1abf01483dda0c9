"""A statement file of either kind."""

from __future__ import annotations

from pathlib import Path

from answerable.kernel.problem import Problem, gettext_noop

from .camt import looks_like_xml, read_camt
from .mapping import StatementMapping
from .tables import OnPaper, Read, read_table_statement


class MappingNeeded(Problem):
    """A table without its mapping."""

    code = "money-statement-mapping"
    sentence = gettext_noop("{file}: this is a table. Say with a mapping file what its columns mean.")


def read_statements(
    path: str | Path, mapping: StatementMapping | None = None, paper: OnPaper | None = None, *, name: str = ""
) -> Read:
    """What a statement file holds: camt.053 as it is, a table by its mapping.

    Raises MappingNeeded, CamtRefused and the problems of kernel.tables.
    """
    if looks_like_xml(path):
        return read_camt(path, name=name)
    if mapping is None:
        raise MappingNeeded(file=name or str(path))
    return read_table_statement(path, mapping, paper, name=name)
