"""The one place that knows what day it is.

Cases, events and clocks are kept to the day (docs/decisions/0003): a finer time would say
when a resident was at the telephone. The demo and the tests move this clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_held: ContextVar[date | None] = ContextVar("answerable_clock", default=None)
_zone: ZoneInfo = ZoneInfo("UTC")
_source: Callable[[], date | None] | None = None


def configure(zone: str, source: Callable[[], date | None] | None = None) -> None:
    """Set the programme's time zone and, for the demo, a source that may name another day."""
    global _zone, _source
    _zone = ZoneInfo(zone)
    _source = source


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def moment() -> datetime:
    """This moment, aware, in UTC, on the day that `today` gives: at noon of a day that is held."""
    held = _held.get()
    if held is not None:
        return datetime.combine(held, time(12), UTC)
    if _source is not None and (moved := _source()) is not None:
        return datetime.combine(moved, now().timetz())
    return now()


def today() -> date:
    """The day in the programme's time zone, unless the clock is held or moved."""
    held = _held.get()
    if held is not None:
        return held
    if _source is not None and (moved := _source()) is not None:
        return moved
    return datetime.now(_zone).date()


@contextmanager
def held_at(day: date) -> Iterator[None]:
    """Hold the clock at a day inside the block."""
    token = _held.set(day)
    try:
        yield
    finally:
        _held.reset(token)
