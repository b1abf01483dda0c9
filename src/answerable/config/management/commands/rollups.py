"""`answerable rollups fold|check|rebuild`: the sums behind figures."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from answerable.rollups.checking import Unbuilt, check
from answerable.rollups.folding import rebuild, work

#: How many differences are printed.
SHOWN = 50


class Command(BaseCommand):
    """Folds what waits, proves the sums, or makes them anew."""

    help = (
        "fold: add what changed to the sums (each tick does). check: compute every sum anew from the cases and name any "
        "difference (a tick of each day does). rebuild: make the sums anew, after an incident."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word."""
        parser.add_argument("what", choices=["fold", "check", "rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Ends with 1 when something differs."""
        if options["what"] != "check":
            done = rebuild() if options["what"] == "rebuild" else work()
            self.stdout.write(
                f"{done.folded:,} changes are folded, {done.moved:,} notes of the tree followed"
                + (f", the sums made anew in {done.months:,} steps." if done.months else ".")
            )
            return
        with tqdm(unit=" months", file=sys.stderr, disable=None, leave=False) as bar:

            def moved(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                proof = check(moved)
            except Unbuilt:
                raise CommandError("There are no sums yet: answerable rollups rebuild") from None
        self.stdout.write(
            f"{proof.months:,} months are computed anew: "
            + ("all sums are equal." if not proof.differing else f"{proof.differing:,} sums differ.")
        )
        for one in proof.differences[:SHOWN]:
            self.stdout.write(f"  {one.sentence()}")
        if proof.differing:
            raise CommandError(
                "Figures are counted from the cases until this is mended. Ask what wrote past the triggers "
                "(docs/reference/rollups.md); then: answerable rollups rebuild"
            )
