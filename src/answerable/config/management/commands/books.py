"""`answerable books check`: every kept figure again from the postings."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.config.proof_kept import keep
from answerable.money.services import Difference, prove_books, rebuild_sums

#: How many differences are printed.
SHOWN = 50


class Command(BaseCommand):
    """Proves the kept sums, or writes them anew."""

    help = (
        "check: compute every kept figure of the books anew from the postings and name any difference (run it each "
        "night). rebuild: write the sums anew, after something wrote past the database's guards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word."""
        parser.add_argument("what", choices=["check", "rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Ends with 1 when something differs."""
        if options["what"] == "rebuild":
            self.stdout.write(f"{rebuild_sums():,} sums are written anew.")
        proof = prove_books()
        keep(proof)
        self.stdout.write(
            f"{proof.entries:,} entries, {proof.postings:,} postings, {proof.figures:,} kept figures: "
            + ("all are equal." if not proof.differences else f"{len(proof.differences):,} differ.")
        )
        for one in proof.differences[:SHOWN]:
            self.stdout.write(f"  {one.what} {one.key}: kept {one.kept}, found {one.found}")
        if proof.differences:
            raise CommandError(_advice(proof.differences))


def _advice(differences: Sequence[Difference]) -> str:
    """What to do: sums can be written anew, entries, lines and contracts want a person."""
    said = "The books differ. Ask what wrote past the guards"
    if any(one.of_sums for one in differences):
        said += "; then: answerable books rebuild"
    if not all(one.of_sums for one in differences):
        said += ". Entries, lines and contracts are not written anew: restore them from a backup and from the export"
    return said
