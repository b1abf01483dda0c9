"""`answerable backup FILE`: the database without what opens the leaves of matters."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.register.keeping import NotHere, backup


class Command(BaseCommand):
    """Copies SQLite's database while everybody goes on working."""

    help = (
        "Copy SQLite's database into a new file, without the secrets of matters (answerable secrets dump). For "
        "PostgreSQL it says what to call."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            size = backup(options["file"])
        except (NotHere, OSError) as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(f"{size:,} bytes, without secrets.")
