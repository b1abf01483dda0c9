"""What the register says about itself: events that no actor causes, and the steps of its work."""

from __future__ import annotations

from collections.abc import Callable

from answerable.kernel import clock

from .models import Event
from .services import Record, append_events

#: Tests stop the process at a named step through these.
STEPS: list[Callable[[str], object]] = []


def step(name: str) -> None:
    """Tell whoever listens (only tests do) how far the work has come."""
    for hear in STEPS:
        hear(name)


def tell(kind: str, **body: object) -> Event:
    """Record an open event of the register's own, inside the caller's transaction."""
    record = Record(kind=kind, on=clock.today(), by="system", post_id=None, area_id=None, body=body)
    (event,) = append_events([record])
    return event
