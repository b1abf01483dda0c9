"""`answerable doctor`: what runs here, what is wrong with it, and what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from answerable.config.doctor import Finding, examine


class Command(BaseCommand):
    """Looks and changes nothing."""

    help = (
        "Say what runs here: versions, database, settings, keys, languages. Ends with 1 when something fails."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, then the sum."""
        findings = list(examine())
        for finding in findings:
            self.stdout.write(self._line(finding))
        failed = sum(finding.level == "fail" for finding in findings)
        warned = sum(finding.level == "warn" for finding in findings)
        self.stdout.write(
            "All is well." if not failed + warned else f"{failed} to mend, {warned} to look at."
        )
        if failed:
            sys.exit(1)

    def _line(self, finding: Finding) -> str:
        style = {"ok": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}[
            finding.level
        ]
        text = f"{style(f'{finding.level:<4}')}  {finding.about:<15} {finding.found}"
        return f"{text}\n      {'':<15} {finding.todo}" if finding.todo else text
