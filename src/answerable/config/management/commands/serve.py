"""`answerable serve`: the web server."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.config.serving import CannotServe, serve


class Command(BaseCommand):
    """Serves until it is stopped."""

    help = "Serve the pages until Ctrl-C. Put a proxy with TLS before it and set ANSWERABLE_HTTPS=yes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument("--workers", type=int, help="processes of 4 threads, on PostgreSQL (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; what hinders it is said in one sentence."""
        host, port = options["host"], options["port"]
        shown = f"[{host}]" if ":" in host else host

        def ready() -> None:
            self.stdout.write(f"Serving on http://{shown}:{port}/  (Ctrl-C stops)")
            self.stdout.flush()

        try:
            serve(host=host, port=port, workers=options["workers"], ready=ready)
        except CannotServe as reason:
            raise CommandError(str(reason)) from None
