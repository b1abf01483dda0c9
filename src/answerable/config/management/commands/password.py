"""`answerable password USERNAME`: give a member of staff a password."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.access.models import Staff
from answerable.access.rules import SYSTEM
from answerable.access.services import set_password
from answerable.kernel.problem import Problem


class Command(BaseCommand):
    """Asks twice; nothing of it is shown, and it never stands in the command line."""

    help = "Set the password of a member of staff. It is asked for, or read from a pipe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, check and set it."""
        staff = Staff.objects.filter(username=options["username"].strip().lower()).first()
        if staff is None:
            raise CommandError(f"Nobody has the user name {options['username']}.")
        if sys.stdin.isatty():
            password = getpass.getpass(f"New password for {staff.username}: ")
            if password != getpass.getpass("Once more: "):
                raise CommandError("The two are not the same. Nothing was changed.")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            set_password(actor=SYSTEM, staff=staff, password=password)
        except Problem as problem:
            raise CommandError(f"{problem.english} [{problem.code}]") from None
        self.stdout.write(f"{staff.username} can sign in with it now.")
