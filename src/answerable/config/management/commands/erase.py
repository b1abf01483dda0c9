"""`answerable erase CASE --reason court`: a matter's words and what opens its leaves."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.config.importing import actor_named
from answerable.kernel.problem import Problem
from answerable.listening.services import erase_case
from answerable.listening.services.erasing import OFFICERS_REASONS


class Command(BaseCommand):
    """Erases one matter."""

    help = (
        "Erase a matter: its words, and the secret that opens its leaves in the register. Its days, states and numbers "
        "stay; the leaves are named in the register on the next day. There is no way back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, why, and who says so."""
        parser.add_argument("case", type=int, help="the number of the case, as the desk shows it")
        parser.add_argument("--reason", required=True, choices=OFFICERS_REASONS, help="why")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="who does it (the machinery)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            done = erase_case(
                actor=actor_named(options["username"]), case=options["case"], reason=options["reason"]
            )
        except Problem as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            "The matter is erased." if done else "It was erased before: nothing was left to do."
        )
