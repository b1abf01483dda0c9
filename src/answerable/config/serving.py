"""Running the web server: granian, with Django's static files through whitenoise."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

#: Threads of one process: SQLite has one writer at a time, and its readers are quick.
THREADS = 4
#: Seconds in which a process may end what it is at, once the server stops.
LAST_WORDS = 10


class CannotServe(RuntimeError):
    """Why the server does not start, and what to do."""


def check_port(host: str, port: int) -> None:
    """Raise CannotServe unless the address can be listened on."""
    if not 0 < port < 65_536:
        raise CannotServe(f"A port is a number from 1 to 65535, not {port}. Choose one: --port 8000.")
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except PermissionError:
        raise CannotServe(f"Port {port} is not for this user. Choose one above 1023: --port 8000.") from None
    except OSError:
        raise CannotServe(
            f"{host}:{port} can't be listened on: another program is there, or it is no address of this machine. "
            f"Choose another port: --port {port + 1 if port < 65_000 else 8000}."
        ) from None


def check_tables() -> None:
    """Raise CannotServe unless the database has all its tables."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotServe(
            "The database lacks tables or is of an older version. Run first: answerable migrate"
        )
    connection.close()


def serve(*, host: str, port: int, workers: int | None, ready: Callable[[], object] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises CannotServe.

    On SQLite one process; more of them would only queue for the one writer.
    """
    if workers is not None and workers < 1:
        raise CannotServe(f"At least one process has to serve, not {workers}: --workers 2.")
    check_port(host, port)
    check_tables()
    call_command("collectstatic", verbosity=0, interactive=False)
    count = 1 if connection.vendor == "sqlite" else (workers or 2)
    connection.close()
    logging.getLogger("_granian").setLevel(logging.WARNING)
    server = Granian(
        "answerable.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=count,
        blocking_threads=THREADS,
        workers_kill_timeout=LAST_WORDS,
        # Who asked for what is nobody's business: no access log.
        log_access=False,
        log_enabled=False,
        websockets=False,
    )
    if ready is not None:
        server.on_startup(ready)
    server.serve()
