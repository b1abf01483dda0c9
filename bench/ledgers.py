"""The bulk generator's books: a book for each office down to the townships, funds, projects, lines, and very many payments.

Rows are written straight into the tables with the room's triggers off, by a fixed seed, and on PostgreSQL without
foreign keys and indexes as well. Then all of it comes back: the database checks every row against keys and unique
indexes as it makes them anew, `refused` asks of all rows at once what the triggers ask of each, and the sums are
written from the postings by the product's own recomputation. Nothing here is a way into the product.
"""

from __future__ import annotations

import importlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from answerable.config.simulation import restart_ids
from answerable.money.models import Account, Book, BudgetLine, BudgetRevision, Entry, Fund, Posting
from answerable.money.rules.stages import KIND_OF, Role
from answerable.money.services import rebuild_sums
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.projects.models import Project

from .world import SEED, SINCE, Ground

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


Say = Callable[[str], None]


def progress() -> Say:
    """Says on stderr what is under way, and how many seconds have gone."""
    began = time.perf_counter()

    def say(text: str) -> None:
        print(f"    {time.perf_counter() - began:6.0f} s  {text}", file=sys.stderr, flush=True)

    return say


def make_books(ground: Ground, postings: int, today: date, say: Say) -> dict[str, int]:
    """Books, and so many postings: for each book what it received, then payments of random villages.

    Returns what `refused` found.
    """
    guards = importlib.import_module("answerable.money.migrations.0002_guards")
    rng = random.Random(SEED + 3)
    with transaction.atomic():
        places = _offices(ground)
    say(f"{len(places):,} offices with {LINES_A_BOOK} lines each")
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _run("SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL work_mem = '256MB'")
        guards._unguard(None, _Editor())
        with _without_indexes("money_entry", "money_posting"):
            _write(_rows(places, postings // 2, today, rng), say)
            say("rows written; keys and indexes")
        restart_ids(Entry, Posting)
        guards._guard(None, _Editor())
    _run("ANALYZE")
    say("what the triggers would have refused")
    found = refused(guards)
    say("sums")
    rebuild_sums()
    say("lines")
    _run(
        "UPDATE money_budgetline SET paid_units = t.paid FROM (SELECT w.line_id, "
        "SUM(w.debit_units - w.credit_units) AS paid FROM money_worksum w JOIN money_account a ON a.id = w.account_id "
        "WHERE a.role = 'spent' AND w.line_id <> 0 GROUP BY w.line_id) t WHERE t.line_id = money_budgetline.id",
        "ANALYZE",
    )
    say("ready")
    return found


def refused(guards: Any) -> dict[str, int]:
    """How many rows the room's triggers would refuse, by the code of the refusal; asked of all rows at once.

    The order of coming can't be asked afterwards. That numbers and lines have no gap follows from the rest: they are
    unique, as many as they should be, and none is above that.
    """
    kinds = (
        ("money_entry AS NEW", guards.ENTRY),
        ("money_entry AS e", guards.WHOLE),
        ("money_posting AS NEW", guards.POSTING),
    )
    found = {}
    for rows, conditions in kinds:
        for condition, code in conditions:
            if not code.endswith("out-of-order"):
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT COUNT(*) FROM {rows} WHERE {condition}")
                    found[code] = cursor.fetchone()[0]
    return found


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _without_indexes(*tables: str) -> Iterator[None]:
    """Drop what is only looked up by, and make it anew from all rows at once; on PostgreSQL the keys and their checks too.

    A deferred foreign key would keep a note for each row and each column until COMMIT: 30 million of them here.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(tables))
            cursor.execute("PRAGMA cache_size = -1000000")
            cursor.execute(
                f"SELECT name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND type = 'index' AND sql IS NOT NULL",
                tables,
            )
            kept = [(f'DROP INDEX "{name}"', statement) for name, statement in cursor.fetchall()]
        else:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype",
                [list(tables)],
            )
            kept = [
                (
                    f'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
                    f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {made}',
                )
                for table, name, made in cursor.fetchall()
            ]
            cursor.execute(
                "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND i.indexname NOT IN "
                "(SELECT conname FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]))",
                [list(tables), list(tables)],
            )
            kept += [(f'DROP INDEX "{name}"', made) for name, made in cursor.fetchall()]
    _run(*(drop for drop, _ in kept))
    yield
    # Unique indexes before foreign keys, which come first in the list as they are dropped first.
    _run(*(make for _, make in reversed(kept)))


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


def _write(
    rows: Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]], say: Say, batch: int = 50_000
) -> None:
    """In batches: COPY where there is one."""
    entries: list[tuple[Any, ...]] = []
    postings: list[tuple[Any, ...]] = []
    written = 0

    def put() -> None:
        nonlocal entries, postings, written
        _put("money_entry", ENTRY, entries)
        _put("money_posting", POSTING, postings)
        written += len(postings)
        if written % 1_000_000 < len(postings):
            say(f"{written:,} postings written")
        entries, postings = [], []

    for entry, lines in rows:
        entries.append(entry)
        postings += lines
        if len(entries) >= batch:
            put()
    put()


def _put(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Numbers, days, keys: nothing in it needs a quote.
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write(
                    "".join("\t".join("\\N" if v is None else str(v) for v in row) + "\n" for row in rows)
                )
        elif rows:
            marks = ", ".join(["?"] * len(columns))
            connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
