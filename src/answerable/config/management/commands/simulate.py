"""`answerable simulate`: a generated province in an empty database, for measuring."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from answerable.config.simulation import NotEmpty, simulate

WARNING = (
    "Rows are written straight into the tables, past every rule: no act, no event, nothing in the register. For measuring "
    "and trying out; never for a programme. On PostgreSQL it takes a superuser of the server."
)


class Command(BaseCommand):
    """Fills an empty database with a province."""

    help = (
        "Fill an empty, migrated database with a generated province: villages, cases, eight steps each. "
        + WARNING
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large."""
        parser.add_argument("--villages", type=int, default=10_000, help="villages (10,000)")
        parser.add_argument("--cases", type=int, default=5_000_000, help="cases (5,000,000)")
        parser.add_argument("--seed", type=int, default=1, help="the same number makes the same province (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["villages"] < 1 or options["cases"] < 1:
            raise CommandError("One village and one case at least.")
        self.stderr.write(WARNING)
        began = time.perf_counter()
        with (
            _hasty(),
            tqdm(
                total=options["cases"], unit=" cases", unit_scale=True, file=sys.stderr, disable=None
            ) as bar,
        ):
            try:
                steps = simulate(
                    options["villages"],
                    options["cases"],
                    options["seed"],
                    lambda done, _: bar.update(done - bar.n),
                )
            except NotEmpty:
                raise CommandError(
                    "This database is not empty: a province is only put into an empty one."
                ) from None
        took = time.perf_counter() - began
        self.stdout.write(
            f"{options['villages']:,} villages, {options['cases']:,} cases, {steps:,} steps in {took:,.0f} s."
        )


@contextmanager
def _hasty() -> Iterator[None]:
    """Don't wait for the disk while SQLite's file is made: an unfinished one is thrown away."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=MEMORY")
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-200000")
    try:
        yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
