"""Books: posting beside the bare driver, trial balances and traces over very many postings, their proof, and an export."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import time
import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from answerable.access.models import Holding, Post, Staff
from answerable.access.selectors import actor_for
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.money import services
from answerable.money.exporting import write_postings
from answerable.money.models import Account, Book, BudgetLine, Fund, Posting
from answerable.money.rules.drafts import Slip
from answerable.money.selectors import fund_trace, trial_balance
from answerable.places.models import AreaLevel
from answerable.programme.models import Organisation

from .bare import ROW, Bare
from .figures import BAR_MS, _timed
from .ledgers import make_books, progress
from .results import Measure, Note, Results
from .rounds import interleaved, ratio
from .setting import Setting
from .world import SEED, SINCE

#: Rows that one payment writes itself: the entry, two postings, the event. Its sums come on top, by triggers.
ROWS_A_PAYMENT = 4
EXPORTED = 1_000_000


POSTINGS = 5_000_000
PARTS = ("reading", "proof", "export", "posting")


def run(setting: Setting) -> Results:
    """All parts, or those that were asked for, in one database."""
    measure, say = partial(Measure, "books", setting.database), progress()
    wanted = setting.postings or setting.pick(POSTINGS, 40_000)
    parts = setting.parts or PARTS
    began = time.perf_counter()
    refusals = make_books(setting.ground, wanted, clock.today(), say)
    there = Posting.objects.count()
    notes = [
        Note(
            "books",
            setting.database,
            f"{there:,} postings by the bulk generator in {time.perf_counter() - began:.0f} s. Triggers were off; "
            f"asked of all rows afterwards, they refuse {sum(refusals.values())} ({', '.join(refusals)})",
        )
    ]
    found: list[Measure] = []

    def add(measures: list[Measure]) -> None:
        found.extend(measures)
        for one in measures:
            say("  ".join(cell for cell in one.cells() if cell))

    add(
        [
            measure("postings", there, ""),
            measure("making them, with keys, indexes, checks and sums", time.perf_counter() - began, "s"),
            measure("rows that the triggers would refuse", sum(refusals.values()), "", most=0),
        ]
    )
    if "reading" in parts:
        add(_reading(setting, measure))
    if "proof" in parts:
        add(_proof(measure, notes, ""))
    if "export" in parts:
        add(_export(setting, measure))
    if "posting" in parts:
        add(_posting(setting, measure))
        if "proof" in parts:
            add(_proof(measure, notes, " after posting"))
    say("done")
    return Results(found, notes)


def _proof(measure: partial[Measure], notes: list[Note], when: str) -> list[Measure]:
    began = time.perf_counter()
    proof = services.prove_books()
    took = time.perf_counter() - began
    notes += [Note("books", measure.args[1], str(one)) for one in proof.differences[:5]]
    return [
        measure(f"kept figures{when}", proof.figures, ""),
        measure(f"proof of all kept figures{when}", took, "s"),
        measure(f"kept figures that differ{when}", len(proof.differences), "", most=0),
    ]


def _reading(setting: Setting, measure: partial[Measure]) -> list[Measure]:
    rng = random.Random(SEED + 4)
    books = list(Book.objects.order_by("pk"))
    chosen = rng.sample(books, min(len(books), setting.pick(200, 10)))
    balances: dict[Any, Callable[[], object]] = {book.pk: partial(trial_balance, book) for book in chosen}
    traces: dict[Any, Callable[[], object]] = {
        fund.pk: partial(fund_trace, fund) for fund in Fund.objects.order_by("pk")
    }
    rounds = setting.pick(3, 1)
    return [
        *_timed(measure, "trial balance of a book", balances, BAR_MS, rounds),
        *_timed(measure, "full trace of a fund", traces, BAR_MS, rounds),
    ]


def _export(setting: Setting, measure: partial[Measure]) -> list[Measure]:
    most = min(EXPORTED, Posting.objects.count())

    def ours() -> None:
        with (setting.folder / "postings.csv").open("wb") as file:
            assert write_postings(file, most=most) == most

    def bare() -> None:
        connection.ensure_connection()
        query = f"SELECT * FROM money_posting ORDER BY id LIMIT {most}"
        with (setting.folder / "bare.csv").open("wb") as file:
            if setting.database == "postgresql":
                with (
                    connection.connection.cursor() as cursor,
                    cursor.copy(f"COPY ({query}) TO STDOUT CSV") as copy,
                ):
                    for block in copy:
                        file.write(block)
            else:
                text = io.TextIOWrapper(file, "utf-8", newline="")
                cursor = connection.connection.execute(query)
                while rows := cursor.fetchmany(20_000):
                    csv.writer(text).writerows(rows)
                text.flush()

    timed = interleaved({"ours": (ours, 1), "bare": (bare, 1)}, setting.pick(3, 1), warm=False)
    share = ratio(timed["ours"], timed["bare"])
    return [
        measure(
            f"export of {most:,} postings as CSV, joined with all they name",
            1 / timed["ours"].a_second,
            "s",
            ratio=share,
            of="the speed of a bare dump of the table",
        )
    ]


def _posting(setting: Setting, measure: partial[Measure]) -> list[Measure]:
    post = Post.objects.create(key="keeper", role="bookkeeper", names={"en": "Keeper"}, valid_from=SINCE)
    keeper = Staff.objects.create(username="keeper", name="Keeper", password="!none")
    Holding.objects.create(post=post, staff=keeper, starts_on=SINCE)
    actor, director = actor_for(keeper), actor_for(Staff.objects.get(username="everywhere"))
    for level in AreaLevel.objects.all():
        services.set_threshold(
            actor=director, level=level, amount=Amount(10**12, "USD"), valid_from=date(2024, 1, 1)
        )
    line = BudgetLine.objects.select_related("book__area__level", "fund", "project__area").order_by("pk")[0]
    account = Account.objects.select_related("book").get(book=line.book, key="cash")
    payee = Organisation.objects.get(key="builder")

    def ours() -> None:
        outcome = services.pay(
            actor=actor,
            line=line,
            account=account,
            amount=Amount(100, "USD"),
            payee=payee,
            slip=Slip(on=clock.today(), document_digest=hashlib.sha256(uuid.uuid4().bytes).hexdigest()),
        )
        assert outcome.entry is not None

    bare = Bare(setting.folder)

    def rows() -> None:
        bare.raw.execute(bare.begin)
        for _ in range(ROWS_A_PAYMENT):
            bare.raw.execute(bare.insert, (str(uuid.uuid4()), *ROW))
        bare.raw.execute("COMMIT")

    each = setting.pick(50, 10)
    timed = interleaved({"ours": (ours, each), "bare": (rows, each)}, setting.pick(15, 3))
    bare.close()
    of = f"the bare driver's {ROWS_A_PAYMENT} rows in a commit"
    return [
        measure(
            "payments with all rules and sums, one writer",
            timed["ours"].a_second,
            "/s",
            ratio=ratio(timed["ours"], timed["bare"]),
            of=of,
        ),
        measure("the same, one core's work", timed["ours"].a_cpu_second, "/s"),
    ]
