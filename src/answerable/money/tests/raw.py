"""Entries by bare SQL, as somebody would write them past the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import connection

from answerable.money.models import Account, Book, Entry, Posting

Line = tuple[Account, int, str]


def sql(statement: str, *values: Any) -> None:
    """Run one statement; its values as the database's own driver takes them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert_entry(book: Book, count: int, *, verb: str = "INSERT", **facts: Any) -> int:
    """An entry's row, and nothing of its postings."""
    pk = 1 + (Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
    number = 1 + (
        Entry.objects.filter(book=book).order_by("-number").values_list("number", flat=True).first() or 0
    )
    token = uuid4()
    row = {
        "id": pk,
        "book_id": book.pk,
        "number": number,
        "postings_count": count,
        "stage": "opening",
        "on": "2026-03-02",
        "made_on": "2026-03-02",
        "posted_on": "2026-03-02",
        "token": token.hex if connection.vendor == "sqlite" else token,
        "document_digest": "",
        "document_part": 0,
        "reference": "",
        "payees_digest": "",
        "rate": "",
        "reason": "",
        **facts,
    }
    columns = ", ".join(f'"{name}"' for name in row)
    sql(
        f"{verb} INTO money_entry ({columns}) VALUES ({', '.join(['%s'] * len(row))})",
        *row.values(),
    )
    return pk


def insert_posting(entry: int, n: int, line: Line, verb: str = "INSERT", **facts: Any) -> int:
    """One posting's row."""
    account, units, currency = line
    pk = facts.pop("id", None) or 1 + (
        Posting.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    )
    row = {
        "id": pk,
        "entry_id": entry,
        "n": n,
        "account_id": account.pk,
        "units": units,
        "currency": currency,
        **facts,
    }
    sql(
        f"{verb} INTO money_posting ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
        *row.values(),
    )
    return int(pk)


def insert_whole(book: Book, lines: Iterable[Line], **facts: Any) -> int:
    """An entry with its postings, balanced or not."""
    lines = list(lines)
    entry = insert_entry(book, len(lines), **facts)
    for n, line in enumerate(lines, 1):
        insert_posting(entry, n, line)
    return entry
