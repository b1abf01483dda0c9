"""The bulk generator's books: a book for each office down to the townships, funds, projects, lines, and very many payments.

Rows are written straight into the tables with the room's triggers off, by a fixed seed; then the triggers come back and
the sums are written from the postings by the product's own recomputation. Nothing here is a way into the product.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from answerable.money.models import Account, Book, BudgetLine, BudgetRevision, Entry, Fund, Posting
from answerable.money.rules.stages import KIND_OF, Role
from answerable.money.services import rebuild_sums
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .world import SEED, SINCE, Ground, restart_ids

FUNDS = 20
LINES_A_BOOK = 10
DAYS = 365
ENTRY = (
    "id", "stage", "on", "token", "made_on", "document_digest", "document_part", "reference", "payees_digest", "rate",
    "reason", "book_id", "number", "postings_count", "posted_on",
)  # fmt: skip
POSTING = (
    "id", "entry_id", "n", "account_id", "units", "currency", "fund_id", "line_id", "project_id", "area_id", "payee_id"
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """A township's book, and what is paid from it."""

    book: int
    fund: int
    accounts: dict[str, int]
    villages: tuple[int, ...]
    lines: tuple[tuple[int, int], ...]


class _Editor:
    """What the migration's guards are written through."""

    connection = connection

    @staticmethod
    def execute(statement: str, params: None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def make_books(ground: Ground, postings: int, today: date) -> None:
    """Books, and so many postings: for each book what it received, then payments of random villages."""
    guards = importlib.import_module("answerable.money.migrations.0002_guards")
    rng = random.Random(SEED + 3)
    with transaction.atomic():
        places = _offices(ground)
        guards._unguard(None, _Editor())
        entries = postings // 2
        rows = _rows(places, entries, today, rng)
        with _without_indexes("money_entry", "money_posting"):
            _write(rows)
        guards._guard(None, _Editor())
        restart_ids(Entry, Posting)
        rebuild_sums()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE money_budgetline SET paid_units = COALESCE((SELECT SUM(w.debit_units - w.credit_units) "
                "FROM money_worksum w JOIN money_account a ON a.id = w.account_id "
                "WHERE w.line_id = money_budgetline.id AND a.role = 'spent'), 0)"
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _without_indexes(*tables: str) -> Iterator[None]:
    """On SQLite drop what is only looked up by, and make it anew from all rows at once. PostgreSQL has COPY."""
    if connection.vendor != "sqlite":
        yield
        return
    marks = ", ".join(["%s"] * len(tables))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size = -1000000")
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND type = 'index' AND sql IS NOT NULL",
            tables,
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, statement in found:
            cursor.execute(statement)


def _offices(ground: Ground) -> list[_Place]:
    builder = Organisation.objects.create(key="builder", names={"en": "Builder"}, kind="company")
    areas = [pk for tier in ground.by_level[:4] for pk in tier]
    books = Book.objects.bulk_create(
        Book(key=f"book-{pk}", area_id=pk, names={"en": f"Book {pk}"}, opened_on=SINCE) for pk in areas
    )
    Account.objects.bulk_create(
        [
            Account(book=book, key=role.value, role=role.value, kind=kind.value, names={"en": role.value})
            for book in books
            for role, kind in KIND_OF.items()
        ],
        batch_size=1_000,
    )
    accounts: dict[int, dict[str, int]] = {}
    for pk, role, book_id in Account.objects.values_list("pk", "role", "book_id"):
        accounts.setdefault(book_id, {})[role] = pk
    funds = Fund.objects.bulk_create(
        Fund(key=f"fund-{n}", names={"en": f"Fund {n}"}, book=books[0], currency="USD", starts_on=SINCE)
        for n in range(FUNDS)
    )
    villages: dict[int, list[int]] = {}
    for pk, parent in Area.objects.filter(pk__in=ground.villages).values_list("pk", "parent_id"):
        villages.setdefault(parent or 0, []).append(pk)
    low = [book for book in books if book.area_id in villages]
    projects = Project.objects.bulk_create(
        [
            Project(
                key=f"p-{book.pk}-{n}",
                area_id=villages[book.area_id][n % len(villages[book.area_id])],
                phase_since=SINCE,
                recorded_on=SINCE,
            )
            for book in low
            for n in range(LINES_A_BOOK)
        ],
        batch_size=1_000,
    )
    lines = BudgetLine.objects.bulk_create(
        [
            BudgetLine(
                book=low[n // LINES_A_BOOK],
                fund=funds[n // LINES_A_BOOK % FUNDS],
                project=project,
                key=f"l-{n % LINES_A_BOOK}",
                currency="USD",
                original_units=10**15,
                units=10**15,
            )
            for n, project in enumerate(projects)
        ],
        batch_size=1_000,
    )
    BudgetRevision.objects.bulk_create(
        [BudgetRevision(line=line, n=1, on=SINCE, units=line.units, reason="original") for line in lines],
        batch_size=1_000,
    )
    places = []
    for n, book in enumerate(low):
        own = lines[n * LINES_A_BOOK : (n + 1) * LINES_A_BOOK]
        places.append(
            _Place(
                book.pk,
                funds[n % FUNDS].pk,
                accounts[book.pk],
                tuple(villages[book.area_id]),
                tuple((line.pk, line.project_id or 0) for line in own),
            )
        )
    assert builder.pk
    return places


def _rows(
    places: list[_Place], entries: int, today: date, rng: random.Random
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    days = [(today - timedelta(days=DAYS - ago)).isoformat() for ago in range(DAYS)]
    numbers = dict.fromkeys((place.book for place in places), 0)
    posting = 0
    for n in range(entries):
        # Uneven: low numbers come oftener, as busy townships do.
        place = places[n % len(places) if n < len(places) else int(len(places) * rng.random() ** 1.5)]
        numbers[place.book] += 1
        day = days[n * DAYS // entries]
        token: Any = UUID(int=n + 1)
        first = numbers[place.book] == 1
        stage, units = ("allocation", 10**13) if first else ("payment", rng.randrange(100, 1_000_000))
        entry = (
            n + 1, stage, day, token.hex if connection.vendor == "sqlite" else token, day, "", 0, "", "", "", "",
            place.book, numbers[place.book], 2, day,
        )  # fmt: skip
        if first:
            purpose: tuple[Any, ...] = (place.fund, None, None, None, None)
            roles = (Role.CASH, Role.ALLOCATED_IN)
        else:
            line, project = place.lines[rng.randrange(LINES_A_BOOK)]
            village = place.villages[rng.randrange(len(place.villages))]
            purpose = (place.fund, line, project, village, 1)
            roles = (Role.SPENT, Role.CASH)
        lines = [
            (posting + 1, n + 1, 1, place.accounts[roles[0]], units, "USD", *purpose),
            (posting + 2, n + 1, 2, place.accounts[roles[1]], -units, "USD", *purpose),
        ]
        posting += 2
        yield entry, lines


def _write(rows: Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]], batch: int = 50_000) -> None:
    """In batches: COPY where there is one."""
    entries: list[tuple[Any, ...]] = []
    postings: list[tuple[Any, ...]] = []
    for entry, lines in rows:
        entries.append(entry)
        postings += lines
        if len(entries) >= batch:
            _put("money_entry", ENTRY, entries)
            _put("money_posting", POSTING, postings)
            entries, postings = [], []
    _put("money_entry", ENTRY, entries)
    _put("money_posting", POSTING, postings)


def _put(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        elif rows:
            marks = ", ".join(["?"] * len(columns))
            connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
