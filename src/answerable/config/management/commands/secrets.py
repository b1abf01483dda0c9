"""`answerable secrets ...`: what opens the leaves of matters, apart from every other backup."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.register import keeping
from answerable.register.vault import SecretLost


class Command(BaseCommand):
    """Dumps, loads and rotates."""

    help = (
        "dump FILE: the wrapped secrets of matters. load FILE: those that are missing, never an erased one. rotate: a "
        "new wrapping key, each month; cut off, run it again. destroy-old: the keys that were replaced 30 days ago."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which file."""
        parser.add_argument("what", choices=["dump", "load", "rotate", "destroy-old"])
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        what, path = options["what"], options["file"]
        if (what in {"dump", "load"}) != (path is not None):
            raise CommandError(f"secrets {what} takes {'a file' if path is None else 'no file'}.")
        try:
            self.stdout.write(self._do(what, path))
        except (SecretLost, keeping.KeyInUse, keeping.DumpUnreadable, OSError) as trouble:
            raise CommandError(str(trouble)) from None

    def _do(self, what: str, path: Path) -> str:
        if what == "dump":
            return f"{keeping.dump(path):,} secrets. Keep the file apart from the keys, and 30 days at most."
        if what == "load":
            done = keeping.load(path)
            return (
                f"{done.added:,} secrets are back, {done.there:,} were there, {done.erased:,} stay erased, "
                f"{done.lost:,} don't open any more."
            )
        if what == "rotate":
            return f"{keeping.rotate():,} secrets are wrapped by a new key."
        gone = keeping.destroy_old()
        return f"Destroyed: {', '.join(map(str, gone))}." if gone else "No key is old enough."
