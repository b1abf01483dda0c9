"""Reading the database in pages and at one moment, whatever somebody wrote into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from answerable.merkle.refused import Refused
from answerable.register import leaves
from answerable.register.binding import Bound
from answerable.register.models import Event

#: What reading a value that somebody made unreadable may end in.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Refused)
PAGE = 2_000


def matter_of(event: Event) -> int | None:
    """The matter that an event is about; None: about none, or its body can't be read."""
    return leaves.matter_of(event) if isinstance(event.body, dict) else None


def events_by_number(numbers: Iterable[int]) -> tuple[dict[int, Event], set[int]]:
    """The events of these numbers; and those that are there and were made unreadable."""
    wanted = sorted(set(numbers))
    try:
        return Event.objects.in_bulk(wanted), set()
    except UNREADABLE:
        pass
    found: dict[int, Event] = {}
    unread: set[int] = set()
    for pk in wanted:
        try:
            found |= Event.objects.in_bulk([pk])
        except UNREADABLE:
            unread.add(pk)
    return found, unread


def rows_after(model: type[Bound], after: int) -> list[tuple[int, Bound | None]]:
    """The next page of a table's rows by their numbers; None for one that can't be read."""
    query = model._base_manager.filter(pk__gt=after).order_by("pk")
    try:
        return [(row.pk, row) for row in query[:PAGE]]
    except UNREADABLE:
        pass
    found: list[tuple[int, Bound | None]] = []
    for pk in list(query.values_list("pk", flat=True)[:PAGE]):
        try:
            found.append((pk, model._base_manager.get(pk=pk)))
        except UNREADABLE:
            found.append((pk, None))
    return found


@contextmanager
def snapshot() -> Iterator[None]:
    """Read what stood in the database at one moment, and keep nobody from writing meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
