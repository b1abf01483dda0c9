"""`answerable handover verify`: whether a dossier's signed file is as this programme signed it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.handover.files import verified
from answerable.merkle.notes import Verifier
from answerable.merkle.refused import Refused
from answerable.register.receipts import intake_key


class Command(BaseCommand):
    """Reads a file and a key, and no table."""

    help = "Verify the signed file of a dossier, and say what it holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the key that is to have signed it."""
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--key", metavar="KEY", help="the programme's public key for receipts (this programme's)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say that it holds, or what does not."""
        try:
            verifier = Verifier.parse(options["key"]) if options["key"] else intake_key().verifier
            content = verified(Path(options["file"]).read_bytes(), verifier)
        except OSError as error:
            raise CommandError(f"{options['file']} can't be read: {error.strerror}.") from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        lines = content["lines"]
        open_still = sum(1 for line in lines if not line["claimed"])
        self.stdout.write(
            f"The signature of {verifier.name} holds: posting {content['posting']} ({content['area']}, team "
            f"{content['team']}) as of {content['as_of']}, {len(lines):,} lines, {open_still:,} of them not taken over."
        )
