"""What the events bound of each row, in a file of its own that goes when the audit ends. It holds digests only."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from answerable.register import kinds
from answerable.register.models import Event

from .reading import matter_of


@dataclass(frozen=True)
class Last:
    """What was bound last of a row: its digest (None: it was taken away), and by which event and leaf."""

    row: int
    said: str | None
    event: int
    leaf: int | None
    #: The matter of the event.
    matter: int | None
    #: Whether events of several matters bound it.
    mixed: bool


_BIND = (
    "INSERT INTO bound VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (t, pk) DO UPDATE SET "
    "mixed = bound.mixed OR bound.matter IS NOT excluded.matter, "
    "said = iif(excluded.event >= bound.event, excluded.said, bound.said), "
    "leaf = iif(excluded.event >= bound.event, excluded.leaf, bound.leaf), "
    "matter = iif(excluded.event >= bound.event, excluded.matter, bound.matter), "
    "event = max(excluded.event, bound.event)"
)


class Bindings:
    """Collects what the events bind, in the order of the leaves; read in the order of the rows."""

    def __enter__(self) -> Bindings:
        self.folder = tempfile.TemporaryDirectory(prefix="answerable-audit-")
        self.base = sqlite3.connect(Path(self.folder.name) / "bound.sqlite3", isolation_level=None)
        self.base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32000; "
            "CREATE TABLE bound (t TEXT, pk INTEGER, said TEXT, event INTEGER, leaf INTEGER, matter INTEGER, "
            "mixed INTEGER, PRIMARY KEY (t, pk)) WITHOUT ROWID; "
            "CREATE TABLE added (t TEXT, pk INTEGER, PRIMARY KEY (t, pk)) WITHOUT ROWID; "
            "CREATE TABLE closed (leaf INTEGER PRIMARY KEY, matter INTEGER); "
            "CREATE TABLE named (leaf INTEGER PRIMARY KEY)"
        )
        self.base.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.base.close()
        self.folder.cleanup()

    def add(self, event: Event, leaf: int | None) -> Iterator[tuple[str, str, int]]:
        """Take in what an event binds: the event with the largest number has the last word.

        Yields what it may not bind: `row-bound-wrongly` where its kind of act doesn't write, or take away, rows of
        the table; `row-bound-twice` where its kind only adds such rows, and this one was added before.
        """
        kind, told = kinds.of(event.kind), _rows_of(event)
        for table, pk, said in told:
            may = kind.may(table, taken=said is None) if kind is not None else None
            if may is None:
                yield "row-bound-wrongly", table, pk
            elif may == kinds.ADDS and not self._first(table, pk):
                yield "row-bound-twice", table, pk
        matter = matter_of(event)
        self.base.executemany(_BIND, [(table, pk, said, event.pk, leaf, matter) for table, pk, said in told])

    def _first(self, table: str, pk: int) -> bool:
        """Whether no other act added the row."""
        done = self.base.execute("INSERT OR IGNORE INTO added VALUES (?, ?)", (table, pk))
        return done.rowcount == 1

    def closed(self, leaf: int, matter: int) -> None:
        """A leaf that the secret of an erased matter closed."""
        self.base.execute("INSERT OR IGNORE INTO closed VALUES (?, ?)", (leaf, matter))

    def named(self, leaves_named: object) -> None:
        """Leaves that a batch of erasures names."""
        if isinstance(leaves_named, list):
            self.base.executemany(
                "INSERT OR IGNORE INTO named VALUES (?)", [(at,) for at in leaves_named if type(at) is int]
            )

    def untold(self) -> dict[int, int]:
        """The matters with a closed leaf that no batch names, and the first such leaf."""
        return dict(
            self.base.execute(
                "SELECT matter, MIN(leaf) FROM closed WHERE leaf NOT IN (SELECT leaf FROM named) GROUP BY matter"
            )
        )

    def of(self, table: str) -> Ahead:
        """What was bound last of each row of a table, in the order of their numbers."""
        rows = self.base.execute(
            "SELECT pk, said, event, leaf, matter, mixed FROM bound WHERE t = ? ORDER BY pk", (table,)
        )
        return Ahead(Last(*row) for row in rows)


class Ahead:
    """Reads sorted rows up to a number, and keeps the one that was read too far."""

    def __init__(self, rows: Iterator[Last]) -> None:
        self.rows, self.kept = rows, next(rows, None)

    def up_to(self, most: int | None) -> Iterator[Last]:
        """The rows up to a number; all that are left for None."""
        while self.kept is not None and (most is None or self.kept.row <= most):
            yield self.kept
            self.kept = next(self.rows, None)


def _rows_of(event: Event) -> list[tuple[str, int, str | None]]:
    """What an event binds; nothing where its list was made unreadable (its leaf tells that)."""
    found = []
    for row in event.rows if isinstance(event.rows, list) else []:
        if isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and isinstance(row[1], int):
            found.append((row[0], row[1], row[2] if isinstance(row[2], str) else None))
    return found
