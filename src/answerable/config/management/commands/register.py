"""`answerable register`: see config/registering, which needs no Django for most of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from answerable.config.registering import DESCRIPTION, main, parser


class Command(BaseCommand):
    """Hands over to a parser of its own: the commands of a stranger and of the operator are one program."""

    help = DESCRIPTION
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: Sequence[str]) -> None:
        """Run it with the words after `register`."""
        sys.exit(main(list(argv[2:])))

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """The list of what can be asked."""
        self.stdout.write(parser().format_help())

    def handle(self, *args: Any, **options: Any) -> None:
        """From within Python: `call_command` has no words for it."""
        raise NotImplementedError("use answerable.config.registering.main")
