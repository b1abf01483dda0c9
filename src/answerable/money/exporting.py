"""The postings as CSV, straight out of the database: one line a posting, with codes and keys and no name."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from typing import BinaryIO

from django.db import connection

HEADS = (
    "book",
    "number",
    "on",
    "stage",
    "n",
    "account",
    "role",
    "units",
    "currency",
    "fund",
    "line",
    "project",
    "area",
    "payee",
    "document",
    "reverses",
)
_QUERY = """
SELECT b.key AS book, e.number, e."on", e.stage, p.n, a.key AS account, a.role, p.units, p.currency, f.key AS fund,
  l.key AS line, r.key AS project, p.area_id AS area, o.key AS payee, e.document_digest AS document,
  (SELECT x.number FROM money_entry x WHERE x.id = e.reverses_id) AS reverses
FROM money_entry e JOIN money_book b ON b.id = e.book_id JOIN money_posting p ON p.entry_id = e.id
  JOIN money_account a ON a.id = p.account_id LEFT JOIN money_fund f ON f.id = p.fund_id
  LEFT JOIN money_budgetline l ON l.id = p.line_id LEFT JOIN projects_project r ON r.id = p.project_id
  LEFT JOIN programme_organisation o ON o.id = p.payee_id
"""
_BATCH = 20_000


def write_postings(out: BinaryIO, *, books: Collection[int] | None = None, most: int | None = None) -> int:
    """Write the postings of these books (ids), or of all, in the order in which they were made; return how many.

    PostgreSQL writes the lines itself (COPY); SQLite's rows pass through in batches. Memory stays small either way.
    """
    ids = "NULL" if not books else ", ".join(str(int(one)) for one in sorted(books))
    where = f"WHERE e.book_id IN ({ids}) " if books is not None else ""
    order = "ORDER BY e.id, p.n" + (f" LIMIT {int(most)}" if most is not None else "")
    query = f"{_QUERY} {where} {order}"
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor:
            with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
                for block in copy:
                    out.write(block)
            # A cursor that is closed knows no count any more.
            return int(cursor.rowcount)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    count = 0
    cursor = connection.connection.execute(query)
    while rows := cursor.fetchmany(_BATCH):
        writer.writerows(rows)
        count += len(rows)
    text.flush()
    text.detach()
    return count
