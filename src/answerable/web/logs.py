"""Log records lose the request: an address or a body must never reach a log file."""

from __future__ import annotations

import logging


class DropRequest(logging.Filter):
    """Removes what Django hangs on a record about the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record, without its request."""
        for name in ("request", "server_time"):
            record.__dict__.pop(name, None)
        return True
